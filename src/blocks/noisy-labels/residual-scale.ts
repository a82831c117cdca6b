import { orderBy } from "../../numeric/orders/ranks.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import type { Neighbourhood } from "./residual-views.ts";

/** Rows nearest in prediction whose errors are asked. */
const window = 61;

/**
 * How large honest errors are where a row lies: the geometric mean of the median error of the 61 rows nearest in prediction (a half), of its neighbours and
 * of all (a quarter each), local ones at least a fifth of that of all. 0 where at least half of the rows that count are met exactly and no other differs.
 * Shapes: all [rows].
 *
 * @param counts 1 for each row whose error is asked
 */
export function residualScale(
  residuals: Float64Array,
  predicted: Float64Array,
  { near, group }: Neighbourhood,
  counts: Uint8Array,
): Float64Array {
  const rows = residuals.length;
  const sizes = residuals.map((residual) => Math.abs(residual));
  const buffer = new Float64Array(Math.max(window, near.capacity, rows));
  let asked = 0;
  for (let i = 0; i < rows; i++) if (counts[i] === 1) buffer[asked++] = sizes[i];
  if (asked === 0) return new Float64Array(rows);
  let whole = selectInPlace(buffer, asked, asked >> 1);
  if (whole === 0) {
    for (let k = 0; k < asked; k++) whole += (0.85 * buffer[k]) / asked;
    if (whole === 0) return new Float64Array(rows);
  }
  const order = orderBy(predicted).filter((i) => counts[i] === 1);
  const sorted = Float64Array.from(order, (i) => predicted[i]);
  const out = new Float64Array(rows);
  const width = Math.min(window, sorted.length);
  for (let i = 0; i < rows; i++) {
    const from = Math.min(sorted.length - width, Math.max(0, firstAtLeast(sorted, predicted[i]) - (width >> 1)));
    for (let k = 0; k < width; k++) buffer[k] = sizes[order[from + k]];
    const alike = Math.max(whole / 5, selectInPlace(buffer, width, width >> 1));
    let found = 0;
    for (let p = i * near.capacity; p < i * near.capacity + near.count[i]; p++)
      if (counts[near.ids[p]] === 1 && group[near.ids[p]] !== group[i]) buffer[found++] = sizes[near.ids[p]];
    const around = found < 5 ? whole : Math.max(whole / 5, selectInPlace(buffer, found, found >> 1));
    out[i] = Math.sqrt(alike * Math.sqrt(around * whole));
  }
  return out;
}

/** How many of the sorted values are smaller, which is where the first stands that is not. */
export function firstAtLeast(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
