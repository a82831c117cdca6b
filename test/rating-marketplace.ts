import type { Ratings } from "../src/core/ratings.ts";
import { makeRng } from "../src/numeric/random.ts";

/** Genuine accounts with tastes of rank 4 who rate popular items and items to their taste more often; 15 ratings each or more. */
export function makeMarketplace(seed: number, users = 240, items = 180): Ratings {
  const rng = makeRng(seed);
  const normals = (name: string, count: number): Float64Array => {
    const stream = rng.fork(name);
    return Float64Array.from({ length: count }, () => stream.normal());
  };
  const rank = 4;
  const [taste, kind, quality, leniency, activity] = [
    normals("taste", users * rank),
    normals("kind", items * rank),
    normals("quality", items),
    normals("leniency", users),
    normals("activity", users),
  ];
  const cells: { user: number; item: number; value: number }[] = [];
  for (let user = 0; user < users; user++) {
    const draw = rng.fork("user").fork(user);
    const count = Math.min(items / 2, Math.round(15 + 15 * Math.exp(0.6 * activity[user])));
    const wish = Array.from({ length: items }, (_, item) => {
      let match = 0;
      for (let k = 0; k < rank; k++) match += taste[user * rank + k] * kind[item * rank + k];
      return { item, match, urge: 0.7 * match - 0.02 * item + draw.normal() };
    });
    for (const { item, match } of wish.sort((a, b) => b.urge - a.urge).slice(0, count)) {
      const score = 3.4 + 0.5 * quality[item] + 0.3 * leniency[user] + 0.4 * match + 0.6 * draw.normal();
      cells.push({ user, item, value: Math.min(5, Math.max(1, Math.round(score))) });
    }
  }
  cells.sort((a, b) => a.user - b.user || a.item - b.item);
  return {
    user: Int32Array.from(cells, ({ user }) => user),
    item: Int32Array.from(cells, ({ item }) => item),
    value: Float64Array.from(cells, ({ value }) => value),
    time: null,
    users: Array.from({ length: users }, (_, u) => `u${u}`),
    items: Array.from({ length: items }, (_, i) => `i${i}`),
    scale: { low: 1, high: 5, step: 1 },
  };
}
