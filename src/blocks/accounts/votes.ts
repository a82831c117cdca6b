import { type Ratings, nearestRating } from "../../core/ratings.ts";

/**
 * A vote is an item with what it was rated, to a tenth of the scale: the vote of each rating, and how many cast each (starts[v + 1] − starts[v]).
 * Shapes: vote [ratings], starts [votes + 1], item, value [votes], the rating of the scale that is nearest to the tenth.
 */
export interface Votes {
  readonly vote: Int32Array;
  readonly starts: Int32Array;
  readonly item: Int32Array;
  readonly value: Float64Array;
}

export function votesOf({ user, item, value, items, scale }: Ratings): Votes {
  const { low, high } = scale;
  const bins = high > low ? 11 : 1;
  const place = new Int32Array(items.length * bins).fill(-1);
  const vote = new Int32Array(user.length);
  const keys: number[] = [];
  for (let p = 0; p < user.length; p++) {
    const bin = bins === 1 ? 0 : Math.max(0, Math.min(bins - 1, Math.round((10 * (value[p] - low)) / (high - low))));
    const key = item[p] * bins + bin;
    if (place[key] < 0) place[key] = keys.push(key) - 1;
    vote[p] = place[key];
  }
  const starts = new Int32Array(keys.length + 1);
  for (const v of vote) starts[v + 1]++;
  for (let v = 0; v < keys.length; v++) starts[v + 1] += starts[v];
  return {
    vote,
    starts,
    item: Int32Array.from(keys, (key) => Math.floor(key / bins)),
    value: Float64Array.from(keys, (key) => nearestRating(scale, low + ((key % bins) * (high - low)) / 10)),
  };
}
