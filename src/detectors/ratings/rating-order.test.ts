import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { day, target, withFakes, withTimes } from "../../../test/rating-times.ts";
import { samePlaces } from "../../blocks/accounts/times/same-places.ts";
import { makeRng } from "../../numeric/random.ts";
import { ratingOrder } from "./rating-order.ts";

const options = { rng: makeRng(1), params: {} };
const clean = makeMarketplace(1);
const isFake = (u: number): boolean => u >= clean.users.length;
const flaggedBy = (values: Float64Array): number[] => [...values.keys()].filter((u) => values[u] >= 0.5);
const cameAt = (user: number): number => 1.5e9 + 24 * day * (user % 15);

describe("rating-order", () => {
  it("holds accounts that rated an item first of all against one in as many as they have ratings, as counted by hand", () => {
    // Ten accounts each rate the same four of 160 items, in turn; but all ten of the first rate item 0 first.
    const cells = Array.from({ length: 1600 }, (_, p) => ({ user: p >> 2, item: 4 * Math.floor((p >> 2) / 10) + (p & 3) }));
    const ratings = {
      user: Int32Array.from(cells, ({ user }) => user),
      item: Int32Array.from(cells, ({ item }) => item),
      value: new Float64Array(1600).fill(5),
      time: Float64Array.from(cells, ({ user, item }) => 100 * user + ((item + (user < 10 ? 0 : user)) % 4)),
      users: Array.from({ length: 400 }, (_, u) => `u${u}`),
      items: Array.from({ length: 160 }, (_, i) => `i${i}`),
      scale: { low: 1, high: 5, step: 1 },
    };
    const accounts = Int32Array.from({ length: 10 }, (_, u) => u);
    const found = samePlaces(ratings, [{ item: 0, value: 5, accounts, cast: new Float64Array(400) }]);
    expect(found.map(({ how }) => how)).toEqual(["first"]);
    expect(found[0].accounts).toEqual(accounts);
    // One in four of ten, and a hair more: what is usual for items as popular is 1 to within the smoothing.
    expect(found[0].gain).toBeGreaterThan(6);
    expect(found[0].gain).toBeLessThanOrEqual(10 * Math.log(4) - 7.5 + 1e-9);
  });

  it("flags accounts that go from item to item in the same order", async () => {
    const same = [17, 80, 33, 121, 64, 9, 150];
    const whole = withFakes(clean, 10, same, 3);
    const ratings = withTimes(whole, 2, (user, items) =>
      isFake(user) ? items.map((item) => cameAt(user) + 50 * (1 + (item === target ? 3.5 : same.indexOf(item)))) : null,
    );
    const { values, reason } = await ratingOrder.explain!(ratings, options);
    expect(flaggedBy(values).filter(isFake).length).toBeGreaterThanOrEqual(8);
    expect(reason(clean.users.length)).toMatch(/went from item to item in the same order$/);
    // Who takes the items in any order took no steps alike.
    const shuffled = withTimes(whole, 2);
    expect(flaggedBy(await ratingOrder.score(shuffled, options)).filter(isFake)).toEqual([]);
  });

  it("flags nobody where nobody does, not even where the site shows everybody the best known first", async () => {
    expect(flaggedBy(await ratingOrder.score(withTimes(clean, 4), options))).toEqual([]);
    const counts = new Float64Array(clean.items.length);
    for (const i of clean.item) counts[i]++;
    const shown = {
      ...clean,
      time: Float64Array.from(clean.user, (u, p) => cameAt(u) + 30 * (200 - counts[clean.item[p]]) + (clean.item[p] % 7)),
    };
    expect(flaggedBy(await ratingOrder.score(shown, options)).length).toBeLessThanOrEqual(3);
  });

  it("says that it cannot look where ratings carry no times", async () => {
    expect((await ratingOrder.explain!(clean, options)).silence).toBe("the ratings carry no times");
  });
});
