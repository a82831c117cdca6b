import { expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { keepQuiet, quietScores } from "./quiet-parts.ts";

it("knows the very same ratings alone, by what they hold", () => {
  const ratings = makeMarketplace(1, 30, 40);
  const scores = new Float64Array(30).fill(0.2);
  expect(quietScores(ratings)).toBe(null);
  keepQuiet(ratings, scores);
  expect(quietScores({ ...ratings, value: ratings.value.slice() })).toBe(scores);
  const value = ratings.value.slice();
  value[7] = value[7] === 1 ? 2 : 1;
  expect(quietScores({ ...ratings, value })).toBe(null);
  expect(quietScores({ ...ratings, scale: { ...ratings.scale, high: 6 } })).toBe(null);
});

it("forgets the oldest of four", () => {
  const all = [2, 3, 4, 5].map((seed) => makeMarketplace(seed, 30, 40));
  for (const ratings of all) keepQuiet(ratings, new Float64Array(30));
  expect(all.map((ratings) => quietScores(ratings) !== null)).toEqual([false, true, true, true]);
});
