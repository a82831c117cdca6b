import { expect, it } from "vitest";
import type { Ratings } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { mostPopularItems } from "../../blocks/ratings/without-taste.ts";
import { itemKnnImplicit } from "../../learners/ratings/item-knn-implicit.ts";
import { searchedProfiles } from "./searched-profiles.ts";

/** Twelve users of two tastes, who like six items each of twelve; item 12 is the target, which user 0 rated. */
const likes = Array.from({ length: 12 }, (_, u) =>
  [...Array.from({ length: 6 }, (_item, k) => (u % 2) * 6 + k), ...(u === 0 ? [12] : [])].map((item) => [u, item] as const),
).flat();
const clean: Ratings = {
  user: Int32Array.from(likes, ([u]) => u),
  item: Int32Array.from(likes, ([, i]) => i),
  value: Float64Array.from(likes, (_, p) => 4 + (p % 2)),
  time: null,
  users: Array.from({ length: 12 }, (_, u) => `u${u}`),
  items: Array.from({ length: 13 }, (_, i) => `i${i}`),
  scale: { low: 1, high: 5, step: 1 },
};

it("tries accounts that each pass for another user of one taste, with their ratings and the targets", async () => {
  const seen: string[][] = [];
  // An engine that keeps what the fake accounts rate.
  const recommender = {
    ...itemKnnImplicit,
    fit(ratings: Ratings) {
      const fakes = Array.from({ length: ratings.users.length - 12 }, (): string[] => []);
      ratings.user.forEach((u, p) => void (u >= 12 && fakes[u - 12].push(`${ratings.item[p]}:${ratings.value[p]}`)));
      seen.push(fakes.map((own) => own.join(" ")));
      return Promise.resolve(mostPopularItems(ratings));
    },
  };
  const input = {
    clean,
    goal: { goal: "promote" as const, targets: Int32Array.of(12), audience: null },
    budget: { accounts: 3, fillers: 6 },
    engine: { recommender, params: {} },
    victim: () => Promise.resolve(mostPopularItems(clean)),
  };
  const params = { utility: "hit" as const, listLength: 2, tastes: 1, rounds: 0, share: 0.3, finalists: 1, models: 1 };
  const genuine = clean.users.map((_, u) =>
    likes.flatMap(([user, item], p) => (user === u && item !== 12 ? [`${item}:${clean.value[p]}`] : [])).join(" "),
  );
  await searchedProfiles.poison(input, { params, rng: makeRng(1) });
  const passing = seen.filter((fakes) => fakes.every((own) => own.endsWith(" 12:5") && genuine.includes(own.slice(0, -" 12:5".length))));
  expect(passing.length).toBeGreaterThan(0);
  const tastes = passing[0].map((own) => Number(own.split(":")[0]) >= 6);
  expect(new Set(tastes).size).toBe(1);
});
