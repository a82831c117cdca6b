import fc from "fast-check";
import type { Ratings } from "../src/core/ratings.ts";
import { makeRng } from "../src/numeric/random.ts";

export interface RatingsShape {
  readonly seed: number;
  readonly users: number;
  readonly items: number;
  readonly density: number;
  readonly timed: boolean;
}

/** Users without ratings and items that nobody rated happen too. */
export const ratingsShapes: fc.Arbitrary<RatingsShape> = fc.record({
  seed: fc.nat(1_000_000),
  users: fc.integer({ min: 1, max: 12 }),
  items: fc.integer({ min: 1, max: 10 }),
  density: fc.constantFrom(0.15, 0.5, 1),
  timed: fc.boolean(),
});

/** Ratings 1 … 5 that follow a rule of rank 2 with noise; at least one. */
export function makeRatings(shape: RatingsShape): Ratings {
  const rng = makeRng(shape.seed);
  const taste = (name: string, count: number): Float64Array => {
    const stream = rng.fork(name);
    return Float64Array.from({ length: 2 * count }, () => stream.normal());
  };
  const [p, q] = [taste("users", shape.users), taste("items", shape.items)];
  const draws = rng.fork("draws");
  const cells: { user: number; item: number; value: number }[] = [];
  for (let user = 0; user < shape.users; user++)
    for (let item = 0; item < shape.items; item++) {
      const isLast = user === shape.users - 1 && item === shape.items - 1 && cells.length === 0;
      if (draws.uniform() >= shape.density && !isLast) continue;
      const score = 3 + p[2 * user] * q[2 * item] + p[2 * user + 1] * q[2 * item + 1] + 0.3 * draws.normal();
      cells.push({ user, item, value: Math.min(5, Math.max(1, Math.round(score))) });
    }
  return {
    user: Int32Array.from(cells, ({ user }) => user),
    item: Int32Array.from(cells, ({ item }) => item),
    value: Float64Array.from(cells, ({ value }) => value),
    time: shape.timed ? Float64Array.from(cells, () => draws.integer(20)) : null,
    users: Array.from({ length: shape.users }, (_, u) => `u${u}`),
    items: Array.from({ length: shape.items }, (_, i) => `i${i}`),
    scale: { low: 1, high: 5, step: 1 },
  };
}
