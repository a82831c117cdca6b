import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ratings } from "../core/ratings.ts";
import { kCore } from "./k-core.ts";

/** Ratings of 3 from pairs `user item`. */
function ratingsOf(pairs: readonly (readonly [number, number])[]): Ratings {
  const sorted = [...new Map(pairs.map((pair) => [pair.join(" "), pair])).values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const names = (side: 0 | 1, letter: string) =>
    [...new Set(sorted.map((pair) => pair[side]))].sort((a, b) => a - b).map((n) => letter + n);
  const [users, items] = [names(0, "u"), names(1, "i")];
  return {
    user: Int32Array.from(sorted, ([u]) => users.indexOf(`u${u}`)),
    item: Int32Array.from(sorted, ([, i]) => items.indexOf(`i${i}`)),
    value: new Float64Array(sorted.length).fill(3),
    time: Float64Array.from(sorted.keys()),
    users,
    items,
    scale: { low: 1, high: 5, step: 1 },
  };
}

const namesIn = ({ user, item, users, items }: Ratings): string[] => Array.from(user, (u, p) => `${users[u]} ${items[item[p]]}`);

describe("kCore", () => {
  it("drops whoever has too few ratings once others are gone", () => {
    // u3 has two ratings, one of them of i9, which nobody else rated; without it u3 has one.
    const ratings = ratingsOf([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [3, 9],
    ]);
    const { ratings: core, leftOut } = kCore(ratings, 2);
    expect(namesIn(core)).toEqual(["u1 i1", "u1 i2", "u2 i1", "u2 i2"]);
    expect(leftOut).toEqual({ users: 1, items: 1, ratings: 2 });
    expect(core.time).toEqual(Float64Array.of(0, 1, 2, 3));
  });

  it("is all of the ratings for k = 1, and nothing where no part is dense enough", () => {
    const ratings = ratingsOf([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
    expect(kCore(ratings, 1)).toEqual({ ratings, leftOut: { users: 0, items: 0, ratings: 0 } });
    expect(kCore(ratings, 2).ratings.user).toHaveLength(0);
  });

  it("is the largest part in which all have k: what drops one after the other in any order leaves the same", () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 4 }), (given, k) => {
        const ratings = ratingsOf(given);
        let left = namesIn(ratings);
        for (;;) {
          const few = [0, 1]
            .flatMap((side) => [...new Set(left.map((name) => name.split(" ")[side]))])
            .filter((name) => left.filter((pair) => pair.split(" ").includes(name)).length < k);
          if (few.length === 0) break;
          left = left.filter((pair) => !pair.split(" ").includes(few[few.length - 1]));
        }
        const { ratings: core, leftOut } = kCore(ratings, k);
        expect(namesIn(core)).toEqual(left);
        expect(leftOut.ratings).toBe(ratings.user.length - left.length);
      }),
    );
  });
});
