import { type Dataset, gatherFloats, gatherIntegers, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type CellChange, type DataPoison, type FeatureChange, noDataPoison } from "../../core/poison.ts";
import { type Table, cellIn, cellOf, columnOf } from "../../core/table.ts";
import { type Reach, mayTouch } from "../../core/threat.ts";
import { type DenseMatrix, selectRows, toDense } from "../../numeric/matrices/matrix.ts";
import type { InjectedRows } from "../injection/injected-rows.ts";

/** Training examples whose inputs change, and the others. Shapes: positions [rows], rows as there. */
export interface PickedRows {
  /** Into the training data. */
  readonly positions: Int32Array;
  readonly rows: InjectedRows;
  readonly rest: Dataset;
}

/** Positions of the training examples within reach. */
export function reachablePositions(data: Dataset, reach: Reach): Int32Array {
  return positionsWhere(data.y.length, (i) => mayTouch(reach, data.row[i], data.task[i]));
}

/** Splits the training data into these rows, as they are, and the others. */
export function pickRows(data: Dataset, positions: Int32Array): PickedRows {
  const isPicked = new Uint8Array(data.y.length);
  for (const i of positions) isPicked[i] = 1;
  return {
    positions,
    rows: { x: toDense(selectRows(data.x, positions)), y: gatherFloats(data.y, positions), task: gatherIntegers(data.task, positions) },
    rest: selectExamples(
      data,
      positionsWhere(data.y.length, (i) => isPicked[i] === 0),
    ),
  };
}

/**
 * The patch that gives these training examples other inputs, labels untouched: cells where features come from numbers alone and a row has one example, else
 * features. What is encoded as it was stays as it was, down to the last digit.
 *
 * @param x what the examples are to be encoded as. Shape: [positions, features].
 */
export function editedPatch(table: Table, victim: FittedPipeline, positions: Int32Array, x: DenseMatrix): DataPoison {
  const { training } = victim;
  const before = toDense(selectRows(training.x, positions));
  const columnsOfFeatures = training.features.groups;
  const edit = Array.from(positions, (position, i): (CellChange | FeatureChange)[] => {
    const [from, to] = [i * x.cols, (i + 1) * x.cols];
    const after = x.data.slice(from, to);
    const moved = after.findIndex((value, j) => value !== before.data[from + j]);
    if (moved < 0) return [];
    const row = training.row[position];
    const cells = table.roles.labels.length > 1 ? null : victim.decode(after);
    if (cells === null) return [{ row, task: training.task[position], x: [...after] }];
    const changed = new Set(columnsOfFeatures.filter((_, j) => after[j] !== before.data[from + j]));
    return [...changed].flatMap((column): CellChange[] => {
      const [old, cell] = [cellOf(columnOf(table, column), row), cellIn(cells, column)];
      return old === cell ? [] : [{ row, column, before: old, after: cell }];
    });
  }).flat();
  return { ...noDataPoison, edit };
}
