import type { Ratings } from "../src/core/ratings.ts";
import type { Rng } from "../src/numeric/random.ts";

/** Who rated which items, by name. */
export type Histories = ReadonlyMap<string, readonly number[]>;

export function ratingsOf(histories: Histories, items: number): Ratings {
  const users = [...histories.keys()];
  const cells = users.flatMap((name, user) => histories.get(name)!.map((item) => ({ user, item })));
  return {
    user: Int32Array.from(cells, ({ user }) => user),
    item: Int32Array.from(cells, ({ item }) => item),
    value: new Float64Array(cells.length).fill(1),
    time: null,
    users,
    items: Array.from({ length: items }, (_, i) => `i${i}`),
    scale: { low: 1, high: 1, step: 0 },
  };
}

/** All sets of items, the empty one first. */
export function allHistories(items: number): number[][] {
  return Array.from({ length: 2 ** items }, (_, bits) => [...Array(items).keys()].filter((item) => ((bits >> item) & 1) === 1));
}

/** Each user rated about half of the items of one of two tastes, and a few others. */
export function tinyHistories(rng: Rng, users: number, items: number): Map<string, readonly number[]> {
  return new Map(
    Array.from({ length: users }, (_, u) => [
      `u${u}`,
      [...Array(items).keys()].filter((item) => rng.uniform() < ((item + u) % 2 === 0 ? 0.6 : 0.2)),
    ]),
  );
}
