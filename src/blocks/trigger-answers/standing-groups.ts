import { makeRadixOrder } from "../../numeric/orders/radix-order.ts";
import type { NearPairs } from "../dialogues/near-passages.ts";

/** Items that are nearer to each other than to all others. */
export interface StandingGroup {
  /** Ascending. */
  readonly items: Int32Array;
  /** The likeness of the weakest link that holds them together, less that of the strongest to anything else; in (0, 1). */
  readonly apart: number;
  /** The likeness of that weakest link. */
  readonly whole: number;
}

/**
 * Groups of 2 to `most` items in single linkage: pairs join by falling likeness, and a group stands from the link that made it whole to the one that joins it to others.
 * Groups may hold each other.
 */
export function standingGroups({ a, b, likeness }: NearPairs, items: number, most: number): StandingGroup[] {
  const groups: StandingGroup[] = [];
  const parent = Int32Array.from({ length: items }, (_, i) => i);
  const size = new Int32Array(items).fill(1);
  const whole = new Float64Array(items).fill(1);
  const [next, last] = [new Int32Array(items).fill(-1), Int32Array.from(parent)];
  const order = makeRadixOrder(likeness.length).order(likeness, 0);

  function find(item: number): number {
    while (parent[item] !== item) {
      parent[item] = parent[parent[item]];
      item = parent[item];
    }
    return item;
  }

  function close(root: number, link: number): void {
    if (size[root] < 2 || size[root] > most || whole[root] <= link) return;
    const members = new Int32Array(size[root]);
    for (let item = root, k = 0; item >= 0; item = next[item], k++) members[k] = item;
    groups.push({ items: members.sort(), apart: whole[root] - link, whole: whole[root] });
  }

  for (let k = order.length - 1; k >= 0; k--) {
    const pair = order[k];
    const first = find(a[pair]);
    const second = find(b[pair]);
    if (first === second) continue;
    const link = likeness[pair];
    close(first, link);
    close(second, link);
    const [large, small] = size[first] >= size[second] ? [first, second] : [second, first];
    parent[small] = large;
    next[last[large]] = small;
    last[large] = last[small];
    size[large] += size[small];
    whole[large] = link;
  }
  for (let item = 0; item < items; item++) if (parent[item] === item) close(item, 0);
  return groups;
}
