import fc from "fast-check";
import { expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../../test/arbitrary-ratings.ts";
import { makeCoOccurrence } from "./co-occurrence.ts";

it("recommends what the formula says, from the users that it learned from last", () => {
  fc.assert(
    fc.property(ratingsShapes, fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 1, 5), (shape, most, shrink) => {
      const ratings = makeRatings(shape);
      const histories = ratings.users.map((_, u) => ratings.item.filter((_, p) => ratings.user[p] === u));
      const some = Int32Array.from(ratings.users.keys()).filter((u) => u % 2 === 0);
      const recommender = makeCoOccurrence(ratings, shrink);
      recommender.learn(Int32Array.from(ratings.users.keys()));
      recommender.learn(some);
      const raters = ratings.items.map((_, i) => new Set([...some].filter((u) => histories[u].includes(i))));
      for (const history of histories) {
        const scores = ratings.items.map((_, j) => {
          let score = 0;
          for (const i of history) {
            const both = [...raters[i]].filter((u) => raters[j].has(u)).length;
            if (both > 0) score += both / (raters[i].size + raters[j].size - both + shrink);
          }
          return score;
        });
        const out = new Int32Array(most + 2).fill(-7);
        recommender.recommendInto(out, 1, most, history);
        const able = [...ratings.items.keys()].filter((j) => raters[j].size > 0 && !history.includes(j));
        const shown = [...out.subarray(1, most + 1)].filter((item) => item >= 0);
        expect([out[0], out[most + 1], shown.length]).toEqual([-7, -7, Math.min(most, able.length)]);
        expect(new Set(shown).size).toBe(shown.length);
        // Sums may round differently, which sets only nearly equal scores in another order.
        const before = (a: number, b: number): boolean =>
          scores[a] > scores[b] - 1e-12 &&
          (scores[a] > scores[b] + 1e-12 || raters[a].size > raters[b].size || a < b || scores[a] !== scores[b]);
        for (let k = 1; k < shown.length; k++) expect(before(shown[k - 1], shown[k])).toBe(true);
        for (const other of able.filter((item) => !shown.includes(item))) expect(before(shown[shown.length - 1], other)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
