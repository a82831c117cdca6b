import type { SharedItems } from "./shared-items.ts";

/** What is compared: some of the texts, by the items that neither too few nor too many of these hold. */
export interface Comparison {
  /** Ascending. */
  readonly picked: Int32Array;
  /** How many of them hold each item. Shape: [items]. */
  readonly holders: Int32Array;
  /** Items that so many of them hold count. */
  readonly least: number;
  readonly most: number;
}

/** Products of all comparisons of a kind at most: where there would be more, items of the most texts count no longer. */
const mostProducts = 3e8;

/** @param most of `picked` that hold an item which counts: an item of h texts costs h²/2 products */
export function comparisonOf({ starts, items, holders: all }: SharedItems, picked: Int32Array, most: number): Comparison {
  const least = 3;
  const holders = new Int32Array(all.length);
  for (const t of picked) for (let p = starts[t]; p < starts[t + 1]; p++) holders[items[p]]++;
  const ofSize = new Float64Array(most + 1);
  for (const count of holders) if (count <= most) ofSize[count]++;
  let products = 0;
  let limit = least;
  for (let h = least; h <= most; h++) {
    products += (ofSize[h] * h * h) / 2;
    if (products <= mostProducts || h < 10) limit = h;
  }
  return { picked, holders, least, most: limit };
}

/**
 * Calls `visit` for every two of the texts that share items, later one first, with the sum of what these items count. Costs Σ h²/2 over the items that count,
 * of h texts each, and holds one number a text.
 *
 * @param worth of each item. Shape: [items]
 * @param from of `picked`, the first whose pairs with those before it are visited
 */
export function eachPair(
  { starts, items }: SharedItems,
  { picked, holders, least, most }: Comparison,
  worth: Float64Array,
  visit: (later: number, earlier: number, sum: number) => void,
  from = 0,
): void {
  const places = new Int32Array(holders.length + 1);
  for (let k = 0; k < holders.length; k++) places[k + 1] = places[k] + (holders[k] >= least && holders[k] <= most ? holders[k] : 0);
  const met = places.slice(0, holders.length);
  const texts = new Int32Array(places[holders.length]);
  const sums = new Float64Array(starts.length - 1);
  const touched = new Int32Array(starts.length - 1);
  for (let at = 0; at < picked.length; at++) {
    const t = picked[at];
    let count = 0;
    for (let p = starts[t]; p < starts[t + 1]; p++) {
      const item = items[p];
      if (places[item] === places[item + 1]) continue;
      const value = worth[item];
      const first = at < from ? met[item] : places[item];
      for (let q = first; q < met[item]; q++) {
        const other = texts[q];
        if (sums[other] === 0) touched[count++] = other;
        sums[other] += value;
      }
      texts[met[item]++] = t;
    }
    for (let k = 0; k < count; k++) {
      visit(t, touched[k], sums[touched[k]]);
      sums[touched[k]] = 0;
    }
  }
}
