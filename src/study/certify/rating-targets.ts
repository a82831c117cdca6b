import type { Ratings } from "../../core/ratings.ts";
import type { Rng } from "../../numeric/random.ts";

/** Items that an attacker may want to be seen, by how many rated them. */
export interface TargetGroup {
  readonly group: "named" | "unpopular" | "middling";
  readonly items: Int32Array;
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
