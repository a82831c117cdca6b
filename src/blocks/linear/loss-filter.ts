import type { Dataset } from "../../core/dataset.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { targetOf } from "./layout.ts";

export interface Filtered {
  /** Positions kept, ascending. */
  readonly kept: Int32Array;
  /** By class: the margin t z that the clean row with the next to smallest one has, once the filter took its share of the clean rows. */
  readonly floor: Float64Array;
}

/**
 * What is left once the rows of each class with the highest loss are taken out, as a defender would who trusts the model trained on what he received. The
 * loss of a linear model of two classes falls with the margin, so it is the smallest margins that go. A row with a margin above `floor` outlives as many
 * clean rows as the filter takes.
 *
 * @param share of each class that is removed, in [0, 1)
 * @param cleanRows the first so many rows are the clean ones
 */
export function filterByLoss(data: Dataset, scores: Float64Array, share: number, cleanRows: number): Filtered {
  const margins = scores.map((z, i) => targetOf(data.target, 0, data.y[i]) * z);
  const order = orderBy(margins);
  const isKept = new Uint8Array(data.y.length).fill(1);
  const floor = Float64Array.from({ length: 2 }, (_, k) => {
    const own = order.filter((i) => data.y[i] === k);
    const removed = Math.round(share * own.length);
    for (const i of own.subarray(0, removed)) isKept[i] = 0;
    const clean = own.filter((i) => i < cleanRows);
    return clean.length === 0 ? -Infinity : margins[clean[Math.min(removed, clean.length - 1)]];
  });
  return { kept: Int32Array.from(isKept.keys()).filter((i) => isKept[i] === 1), floor };
}
