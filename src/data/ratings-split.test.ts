import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../test/arbitrary-ratings.ts";
import { type Ratings, ratingsWhere, startsByUser } from "../core/ratings.ts";
import { makeRng } from "../numeric/random.ts";
import { leaveLastOut, leaveLastShareOut, randomRatingSplit } from "./ratings-split.ts";

const sorted = (...parts: Int32Array[]): number[] => parts.flatMap((part) => [...part]).sort((a, b) => a - b);

describe("leaving each user's last rating out", () => {
  it("divides the ratings, in order of time where there is one", () => {
    fc.assert(
      fc.property(ratingsShapes, fc.nat(), (shape, seed) => {
        const ratings = makeRatings(shape);
        const { train, validation, test, by } = leaveLastOut(ratings, makeRng(seed));
        expect(sorted(train, validation, test)).toEqual([...ratings.user.keys()]);
        expect(by).toBe(shape.timed ? "time" : "chance");
        const starts = startsByUser(ratings);
        ratings.users.forEach((_, u) => {
          const own = (part: Int32Array): number[] => [...part].filter((p) => ratings.user[p] === u);
          const count = starts[u + 1] - starts[u];
          expect(own(test).length).toBe(Number(count >= 2));
          expect(own(validation).length).toBe(Number(count >= 3));
          const { time } = ratings;
          if (time === null || count < 3) return;
          const [last, secondLast] = [time[own(test)[0]], time[own(validation)[0]]];
          expect(last).toBeGreaterThanOrEqual(secondLast);
          for (const p of own(train)) expect(time[p]).toBeLessThanOrEqual(secondLast);
        });
      }),
    );
  });

  it("leaves out the same whatever other users there are", () => {
    const ratings = makeRatings({ seed: 1, users: 6, items: 8, density: 1, timed: false });
    const first = {
      ...ratings,
      user: ratings.user.slice(0, 24),
      item: ratings.item.slice(0, 24),
      value: ratings.value.slice(0, 24),
      users: ratings.users.slice(0, 3),
    };
    const all = leaveLastOut(ratings, makeRng(2)).test;
    expect([...leaveLastOut(first, makeRng(2)).test]).toEqual([...all.subarray(0, 3)]);
  });
});

it("a share of each user's ratings is left out, the last where there is a time, the same whatever other users there are", () => {
  fc.assert(
    fc.property(ratingsShapes, fc.nat(), fc.constantFrom(0.1, 0.25, 0.5, 0.9), (shape, seed, share) => {
      const ratings = makeRatings(shape);
      const { train, test, by } = leaveLastShareOut(ratings, share, makeRng(seed));
      expect(sorted(train, test)).toEqual([...ratings.user.keys()]);
      expect(by).toBe(shape.timed ? "time" : "chance");
      const starts = startsByUser(ratings);
      const { time } = ratings;
      ratings.users.forEach((_, u) => {
        const [kept, left] = [train, test].map((part) => [...part].filter((p) => ratings.user[p] === u));
        expect(left.length).toBe(Math.floor(share * (starts[u + 1] - starts[u])));
        if (time !== null) for (const p of left) for (const q of kept) expect(time[p]).toBeGreaterThanOrEqual(time[q]);
      });
      const last = ratings.users.length - 1;
      const alone = ratingsWhere(ratings, (p) => ratings.user[p] === last);
      const ownItems = (of: Ratings, part: Int32Array): number[] => [...part].filter((p) => of.user[p] === last).map((p) => of.item[p]);
      expect(ownItems(alone, leaveLastShareOut(alone, share, makeRng(seed)).test)).toEqual(ownItems(ratings, test));
    }),
  );
});

it("a random split has its share and nothing twice", () => {
  fc.assert(
    fc.property(ratingsShapes, fc.nat(), (shape, seed) => {
      const ratings = makeRatings(shape);
      const { train, test } = randomRatingSplit(ratings, 0.2, makeRng(seed));
      expect(test.length).toBe(Math.round(0.2 * ratings.user.length));
      expect(sorted(train, test)).toEqual([...ratings.user.keys()]);
      expect([...test]).toEqual(sorted(test));
    }),
  );
});
