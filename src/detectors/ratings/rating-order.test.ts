import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { day, target, withFakes, withTimes } from "../../../test/rating-times.ts";
import { makeRng } from "../../numeric/random.ts";
import { ratingOrder } from "./rating-order.ts";

const options = { rng: makeRng(1), params: {} };
const clean = makeMarketplace(1);
const isFake = (u: number): boolean => u >= clean.users.length;
const flaggedBy = (values: Float64Array): number[] => [...values.keys()].filter((u) => values[u] >= ratingOrder.cut!);
const cameAt = (user: number): number => 1.5e9 + 24 * day * (user % 15);

describe("rating-order", () => {
  it("flags accounts that rated an item first of all, and announces few innocents", async () => {
    const ratings = withTimes(withFakes(clean, 20, 40, 3), 2, (user, items) => {
      const rng = makeRng(user);
      return isFake(user) ? items.map((item) => cameAt(user) + (item === target ? 0 : 1 + 900 * rng.uniform())) : null;
    });
    const { values, innocence, reason } = await ratingOrder.explain!(ratings, options);
    const flagged = flaggedBy(values);
    expect(flagged.filter(isFake)).toHaveLength(20);
    expect(flagged.length).toBeLessThanOrEqual(22);
    expect(reason(clean.users.length)).toMatch(/gave "i160" the rating 5, the first that they rated$/);
    expect(flagged.reduce((sum, u) => sum + innocence![u], 0)).toBeLessThan(4);
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
