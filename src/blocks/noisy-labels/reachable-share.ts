import { orderBy } from "../../numeric/orders/ranks.ts";

/** Wrong labels that are thought of: as many of every class. */
export const supposedNoise = 0.05;

/**
 * The share of wrong labels that a cut could find while at most `falseShare` of what it flags is right, if 5 % of the labels were wrong and the chances of the
 * classes were known to be these: what overlap of the classes leaves to be found, whatever the method. Shape: chances [rows, classes].
 */
export function reachableShare(chances: Float64Array, classes: number, falseShare: number): number {
  const elsewhere = supposedNoise / (classes - 1);
  /** Of each row and each label that it could bear: how often it does, and how often wrongly. */
  const mass = chances.map((p) => p * (1 - supposedNoise) + (1 - p) * elsewhere);
  const right = chances.map((p, at) => (p * (1 - supposedNoise)) / mass[at]);
  const order = orderBy(right);
  let total = 0;
  for (let at = 0; at < mass.length; at++) total += mass[at] * (1 - right[at]);
  let flagged = 0;
  let innocent = 0;
  let found = 0;
  for (const at of order) {
    flagged += mass[at];
    innocent += mass[at] * right[at];
    if (innocent > falseShare * flagged) break;
    found = flagged - innocent;
  }
  return total > 0 ? found / total : 0;
}
