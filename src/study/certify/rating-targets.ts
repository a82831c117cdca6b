import type { Ratings } from "../../core/ratings.ts";
import type { Rng } from "../../numeric/random.ts";

/** Items that an attacker may want to be seen, by how many rated them. */
export interface TargetGroup {
  readonly group: "named" | "unpopular" | "middling";
  readonly items: Int32Array;
}

/** What it takes to bring one item into the lists of a share of the users who have not rated it. */
export interface ItemReach {
  readonly item: string;
  /** In what is learned from. */
  readonly ratings: number;
  /** The fewest accounts by which it may come about, share by share; null = none of the numbers that were looked at, or nobody is left who has not rated it. */
  readonly accounts: readonly (number | null)[];
}

export interface Targeted {
  readonly group: TargetGroup["group"];
  readonly items: readonly ItemReach[];
  /** Of these items the easiest, and the middle one. */
  readonly reach: readonly { readonly share: number; readonly least: number | null; readonly median: number | null }[];
}

const mostOfGroup = 50;

/** Items of the lowest quarter and of the middle half by their number of ratings, those without left out; drawn where there are more. */
export function chooseTargets({ item, items }: Ratings, rng: Rng): TargetGroup[] {
  const counts = new Int32Array(items.length);
  for (const i of item) counts[i]++;
  const order = Int32Array.from(counts.keys())
    .filter((i) => counts[i] > 0)
    .sort((a, b) => counts[a] - counts[b] || a - b);
  const quarter = Math.floor(order.length / 4);
  const draw = (from: Int32Array, name: string): Int32Array =>
    Int32Array.from(rng.fork(name).sample(from.length, Math.min(mostOfGroup, from.length)), (k) => from[k]).sort();
  return [
    { group: "unpopular", items: draw(order.subarray(0, Math.max(1, quarter)), "unpopular") },
    { group: "middling", items: draw(order.subarray(quarter, order.length - quarter), "middling") },
  ];
}
