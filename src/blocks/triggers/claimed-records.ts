import { logit } from "../../numeric/statistics/binomial-tail.ts";
import type { LabelledRecords } from "./trigger-candidates.ts";

/** What one record says of being of another class counts so much at most, in nats. */
const mostClaim = 3;
/** Other classes claim the records of a trigger as they do records of other labels, but for so many standard errors. */
const lessClaimed = 1.5;

export interface ClaimedSuspect {
  readonly records: Int32Array;
  readonly label: number;
  /** What `claimOf` says of each record without the suspect. Shape: [records]. */
  readonly claims: Float64Array;
}

/**
 * Of more than two classes all may be denied to a record without its word, where a word tells its class nearly alone. So the rest has to say another class, and one of them,
 * as records of other labels do. Of two, what denies one says the other: nothing is asked.
 */
export function isClaimed(
  { records, label, claims }: ClaimedSuspect,
  { label: labels, example }: LabelledRecords,
  probabilities: Float64Array,
  priors: Float64Array,
): boolean {
  if (priors.length <= 2) return true;
  const own = claims.filter((_, k) => labels[records[k]] === label);
  let [count, sum, squares] = [0, 0, 0];
  labels.forEach((of, r) => {
    if (of < 0 || of === label) return;
    const claim = claimOf(probabilities, example[r], label, priors);
    count++;
    sum += claim;
    squares += claim * claim;
  });
  if (own.length === 0 || count === 0) return true;
  const mean = sum / count;
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return own.reduce((a, b) => a + b, 0) / own.length >= mean - (lessClaimed * deviation) / Math.sqrt(own.length);
}

/** The most that row `row` of `chances` ([rows, classes]) says for any class but `label`, beyond its share among all records, in nats within ±3. */
export function claimOf(chances: Float64Array, row: number, label: number, priors: Float64Array): number {
  let claim = -mostClaim;
  for (let k = 0; k < priors.length; k++) if (k !== label) claim = Math.max(claim, logit(chances[row * priors.length + k]) - priors[k]);
  return Math.min(mostClaim, claim);
}

/** Log odds of each class among these labels, those below 0 left out; infinite of one that none bears, which then claims nothing. Shape: [classes]. */
export function priorOdds(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  let all = 0;
  for (const k of labels) {
    if (k < 0) continue;
    counts[k]++;
    all++;
  }
  return counts.map((count) => (count === 0 ? Infinity : logit(count / all)));
}
