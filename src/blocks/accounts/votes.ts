import type { Ratings } from "../../core/ratings.ts";

/**
 * A vote is an item with what it was rated, to a tenth of the scale: the vote of each rating, and who cast each vote.
 * Shapes: vote [ratings], starts [votes + 1], voters [ratings] (rising within a vote), item, value [votes].
 */
export interface Votes {
  readonly vote: Int32Array;
  readonly starts: Int32Array;
  readonly voters: Int32Array;
  readonly item: Int32Array;
  readonly value: Float64Array;
}

export function votesOf({ user, item, value, items, scale }: Ratings): Votes {
  const { low, high } = scale;
  const bins = high > low ? 11 : 1;
  const place = new Int32Array(items.length * bins).fill(-1);
  const vote = new Int32Array(user.length);
  const first: number[] = [];
  for (let p = 0; p < user.length; p++) {
    const bin = bins === 1 ? 0 : Math.max(0, Math.min(bins - 1, Math.round((10 * (value[p] - low)) / (high - low))));
    const key = item[p] * bins + bin;
    if (place[key] < 0) place[key] = first.push(p) - 1;
    vote[p] = place[key];
  }
  const starts = new Int32Array(first.length + 1);
  for (const v of vote) starts[v + 1]++;
  for (let v = 0; v < first.length; v++) starts[v + 1] += starts[v];
  const next = starts.slice();
  const voters = new Int32Array(user.length);
  for (let p = 0; p < user.length; p++) voters[next[vote[p]]++] = user[p];
  return { vote, starts, voters, item: Int32Array.from(first, (p) => item[p]), value: Float64Array.from(first, (p) => value[p]) };
}
