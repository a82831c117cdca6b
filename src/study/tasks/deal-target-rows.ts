import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Rng } from "../../numeric/random.ts";

/** The training rows with a part of the target's rows apart; no row is in two of them. */
export interface DealtRows {
  /** All rows of the other tasks and the target's own. */
  readonly train: Dataset;
  /** Of the target, for an attacker who does not know its own rows; as many as it has, give or take one. */
  readonly standIns: Dataset;
  /** Of the target, for the repairs alone. */
  readonly fresh: Dataset;
}

/** Fewer own rows than this are not told from noise. */
const leastRows = 4;
/** So many fresh rows a class are asked for where it has them: a rare class without any judges nothing. */
const leastFresh = 3;

/**
 * Holds back fresh rows of the target, at most a quarter of what it has, class by class in proportion but three of a rare one; the rest are halved into its own and
 * their stand-ins. Null where that leaves it fewer than four rows of its own.
 */
export function dealTargetRows(train: Dataset, target: number, freshRows: number, rng: Rng): DealtRows | null {
  const own = positionsWhere(train.y.length, (i) => train.task[i] === target);
  const order = [...rng.sample(own.length, own.length)].map((k) => own[k]);
  const count = Math.min(freshRows, Math.floor(own.length / 4));
  const groups = train.target.kind === "classes" ? [1, 0].map((label) => order.filter((i) => train.y[i] === label)) : [order];
  groups.sort((a, b) => a.length - b.length);
  const role = new Uint8Array(train.y.length);
  let left = count;
  groups.forEach((rows, g) => {
    const fair = Math.max(Math.min(leastFresh, Math.floor(rows.length / 3)), Math.round((count * rows.length) / own.length));
    const fresh = g === groups.length - 1 ? Math.min(left, rows.length) : Math.min(left, fair);
    left -= fresh;
    rows.forEach((row, k) => (role[row] = k < fresh ? 3 : 1 + ((k - fresh + g) % 2)));
  });
  const part = (wanted: number): Dataset =>
    selectExamples(
      train,
      positionsWhere(role.length, (i) => role[i] === wanted || (wanted === 1 && role[i] === 0)),
    );
  if (role.reduce((sum, one) => sum + Number(one === 1), 0) < leastRows) return null;
  return { train: part(1), standIns: part(2), fresh: part(3) };
}
