import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../../test/arbitrary-ratings.ts";
import { itemKnnImplicit } from "./item-knn-implicit.ts";
import { itemKnn } from "./item-knn.ts";
import { makeRng } from "../../numeric/random.ts";
import { ratingBaseline } from "../../blocks/ratings/baseline.ts";
import { itemNeighbours } from "../../blocks/ratings/neighbours.ts";

const rng = makeRng(1);
/** u0 rates 5, 3, 1; u1 rates 4, 4 and not the last; u2 rates only the last, 2. */
const small = {
  ...makeRatings({ seed: 1, users: 3, items: 3, density: 1, timed: false }),
  user: Int32Array.of(0, 0, 0, 1, 1, 2),
  item: Int32Array.of(0, 1, 2, 0, 1, 2),
  value: Float64Array.of(5, 3, 1, 4, 4, 2),
};

describe("nearest items", () => {
  it("are those of the highest shrunk cosine, as the formula says", () => {
    fc.assert(
      fc.property(
        ratingsShapes,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 2.5),
        fc.boolean(),
        (shape, neighbours, shrink, isWeighted) => {
          const ratings = makeRatings(shape);
          const entry = ratings.value.map((value) => value - 2.25);
          const userWeight = isWeighted ? Float64Array.from(ratings.users, (_, u) => (u % 3) / 2) : null;
          const near = itemNeighbours(ratings, { neighbours, shrink, entry, userWeight }, {});
          const cell = (u: number, i: number): number => ratings.user.findIndex((user, p) => user === u && ratings.item[p] === i);
          const similarity = (i: number, j: number): number => {
            let [product, common, a, b] = [0, 0, 0, 0];
            ratings.users.forEach((_, u) => {
              const [p, q] = [cell(u, i), cell(u, j)];
              const w = userWeight?.[u] ?? 1;
              if (p >= 0) a += w * entry[p] ** 2;
              if (q >= 0) b += w * entry[q] ** 2;
              if (p < 0 || q < 0) return;
              product += w * entry[p] * entry[q];
              common += w;
            });
            return product > 0 ? ((common / (common + shrink)) * product) / Math.sqrt(a * b) : 0;
          };
          ratings.items.forEach((_, i) => {
            const expected = ratings.items.map((_j, j) => (j === i ? 0 : similarity(i, j))).filter((s) => s > 1e-12);
            expected.sort((a, b) => b - a);
            const from = i * near.capacity;
            expect(near.count[i]).toBe(Math.min(neighbours, expected.length));
            for (let k = 0; k < near.count[i]; k++) {
              expect(near.similarity[from + k]).toBeCloseTo(expected[k], 10);
              expect(near.similarity[from + k]).toBeCloseTo(similarity(i, near.ids[from + k]), 10);
            }
          });
        },
      ),
    );
  });
});

it("the baseline is the damped mean of items, then of users", () => {
  const { mean, item, user } = ratingBaseline(small, null);
  expect(mean).toBeCloseTo(19 / 6, 12);
  expect(item[0]).toBeCloseTo((9 - 2 * mean) / 27, 12);
  expect(user[2]).toBeCloseTo((2 - mean - item[2]) / 11, 12);
});

it("item-knn adds to the baseline what the user thinks of similar items", async () => {
  // Above their own means u0 gives 2, 0, −2, u1 nothing: item 0 and 2 are opposed, item 1 is like none, so the baseline stands.
  const model = await itemKnn.fit(small, { rng, params: { neighbours: 2, shrink: 0 } });
  const { mean, user, item } = ratingBaseline(small, null);
  const scores = new Float64Array(3);
  model.scoresInto(scores, Int32Array.of(2));
  scores.forEach((score, i) => expect(score).toBeCloseTo(mean + user[2] + item[i], 12));
  // Items 0 and 2 are rated alike by who rated both, and item 1 the other way; so u2, who has not rated item 2, is expected to think of it as of item 0.
  const alike = {
    ...small,
    user: Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2),
    item: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    value: Float64Array.of(5, 1, 5, 4, 2, 4, 4, 1),
  };
  const second = await itemKnn.fit(alike, { rng, params: { neighbours: 2, shrink: 0 } });
  const base = ratingBaseline(alike, null);
  second.scoresInto(scores, Int32Array.of(2));
  expect(scores[2]).toBeCloseTo(base.mean + base.user[2] + base.item[2] + (4 - base.mean - base.user[2] - base.item[0]), 12);
});

it("item-knn-implicit adds up similarities to what the user liked", async () => {
  // Liked (4 or more): u0 {0}, u1 {0, 1}. cos(0, 1) = 1 / √2, times 1 / (1 + 1) for one common user.
  const model = await itemKnnImplicit.fit(small, { rng, params: { neighbours: 2, shrink: 1, likedFrom: "auto" } });
  const scores = new Float64Array(6);
  model.scoresInto(scores, Int32Array.of(0, 1));
  const s = 0.5 / Math.SQRT2;
  [0, s, 0, s, s, 0].forEach((score, p) => expect(scores[p]).toBeCloseTo(score, 12));
});
