import type { Dataset } from "../core/dataset.ts";
import type { FittedPipeline } from "../core/pipeline.ts";
import { type CellChange, type DataPoison, type FeatureChange, noDataPoison } from "../core/poison.ts";
import { type Table, cellOf, columnOf } from "../core/table.ts";
import { type DenseMatrix, rowDense } from "../numeric/matrix.ts";

/**
 * The patch that moves these encoded training rows to x: cells where numbers and vectors moved, else features, which only a frozen encoder keeps the meaning of.
 * A missing cell stays missing. Shapes: picked [moved], x [moved, features].
 */
export function movedPatch(
  table: Table,
  fitted: Pick<FittedPipeline, "decodePart">,
  data: Dataset,
  picked: Int32Array,
  x: DenseMatrix,
): DataPoison {
  const edit = [...picked].flatMap((i, k): (CellChange | FeatureChange)[] => {
    const [before, after] = [rowDense(data.x, i), x.data.slice(k * x.cols, (k + 1) * x.cols)];
    const moved = new Set<string>();
    before.forEach((value, j) => {
      if (value !== after[j]) moved.add(data.features.groups[j]);
    });
    if (moved.size === 0) return [];
    const row = data.row[i];
    const cells = Object.entries(fitted.decodePart(after)).filter(([name]) => moved.has(name));
    if (cells.length === 0) return [{ row, task: data.task[i], x: [...after] }];
    return cells.flatMap(([name, cell]): CellChange[] => {
      const old = cellOf(columnOf(table, name), row);
      return old === null ? [] : [{ row, column: name, before: old, after: cell }];
    });
  });
  return { ...noDataPoison, edit };
}
