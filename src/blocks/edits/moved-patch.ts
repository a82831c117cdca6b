import type { Dataset } from "../../core/dataset.ts";
import { observedRange } from "../../core/guard/values.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { type CellChange, type DataPoison, type FeatureChange, noDataPoison } from "../../core/poison.ts";
import { type Cell, type Table, cellOf, columnOf } from "../../core/table.ts";
import { type DenseMatrix, rowDense } from "../../numeric/matrices/matrix.ts";

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
  const within = keptWithin(table, data.row);
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
      return old === null ? [] : [{ row, column: name, before: old, after: within(name, cell) }];
    });
  });
  return { ...noDataPoison, edit };
}

/** Of a range's width: how far a number at its end may lie beyond it after scaling there and back. */
const rounding = 1e-9;

/** Puts a number of a column that only rounding took out of the range of these rows back at its end. */
function keptWithin(table: Table, rows: Int32Array): (name: string, cell: Cell) => Cell {
  const ranges = new Map<string, { low: number; high: number }>();
  return (name, cell) => {
    const column = columnOf(table, name);
    if (column.kind !== "number" || typeof cell !== "number") return cell;
    let range = ranges.get(name);
    if (range === undefined) ranges.set(name, (range = observedRange(column.values, rows)));
    const nearest = Math.min(range.high, Math.max(range.low, cell));
    return Math.abs(cell - nearest) <= rounding * (range.high - range.low) ? nearest : cell;
  };
}
