import type { Rng } from "../../numeric/random.ts";
import { type DenseMatrix, addScaledRowInto, denseMatrix } from "../../numeric/matrices/matrix.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import type { PickedRows } from "./input-edits.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";

/**
 * These rows moved by `distance` times the way from the mean of their own side to that of another side of their task, drawn evenly, and into the domain. The
 * sides are the classes; of a real label, the halves above and below the mean of the task. Where there is no other side, a row stays.
 *
 * Shape: result [rows, features].
 */
export function shiftRows(data: Dataset, { positions, rows }: PickedRows, domain: Domain, distance: number, rng: Rng): DenseMatrix {
  const { cols } = rows.x;
  const x = denseMatrix(positions.length, cols, rows.x.data.slice());
  const places = placesOf(rows);
  const { means, sideOf } = sidesOf(data);
  positions.forEach((position, i) => {
    const own = sideOf(position);
    const known = means[data.task[position]];
    const others = known.filter((mean, side) => mean !== null && side !== own);
    const [from, to] = [known[own], others.length > 0 ? others[rng.integer(others.length)] : null];
    const at = x.data.subarray(i * cols, (i + 1) * cols);
    if (from !== null && to !== null) for (let j = 0; j < cols; j++) if (domain.scale[j] > 0) at[j] += distance * (to[j] - from[j]);
    domain.projectInPlace(at, places[i]);
  });
  return x;
}

/** Mean features of each side of each task, null where it has no rows. Shape: means [tasks][sides][features]. */
function sidesOf(data: Dataset): { means: (Float64Array | null)[][]; sideOf: (position: number) => number } {
  const { target, task, tasks, y, x } = data;
  const middles = tasks.map((_, t) => {
    const own = positionsWhere(y.length, (i) => task[i] === t);
    return own.reduce((sum, i) => sum + y[i] / own.length, 0);
  });
  const sideOf = (i: number): number => (target.kind === "classes" ? y[i] : Number(y[i] > middles[task[i]]));
  const sides = target.kind === "classes" ? target.names.length : 2;
  const means = tasks.map((_, t) =>
    Array.from({ length: sides }, (_side, side) => {
      const own = positionsWhere(y.length, (i) => task[i] === t && sideOf(i) === side);
      if (own.length === 0) return null;
      const mean = new Float64Array(x.cols);
      for (const i of own) addScaledRowInto(mean, x, i, 1 / own.length);
      return mean;
    }),
  );
  return { means, sideOf };
}
