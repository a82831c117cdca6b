import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { day, withFakes, withTimes } from "../../../test/rating-times.ts";
import { makeRng } from "../../numeric/random.ts";
import { ratingRhythm } from "./rating-rhythm.ts";

const options = { rng: makeRng(1), params: {} };
const clean = makeMarketplace(1);
const isFake = (u: number): boolean => u >= clean.users.length;
const flaggedBy = (values: Float64Array): number[] => [...values.keys()].filter((u) => values[u] >= ratingRhythm.cut!);
const cameAt = (user: number): number => 1.5e9 + 24 * day * (user % 15);

describe("rating-rhythm", () => {
  it("flags eight accounts behind an item that rate at even intervals, each at its own", async () => {
    const ratings = withTimes(withFakes(clean, 8, 12, 3), 2, (user, items) =>
      isFake(user) ? items.map((_, k) => cameAt(user) + (100 + 30 * (user % 8)) * ((k * 5) % items.length)) : null,
    );
    const { values, innocence, campaigns } = await ratingRhythm.explain!(ratings, options);
    const flagged = flaggedBy(values);
    expect(flagged.filter(isFake)).toHaveLength(8);
    expect(flagged.length).toBeLessThanOrEqual(10);
    expect(campaigns![0].sentence).toMatch(/^\d+ accounts gave "i160" the rating 5 and rate at even intervals/);
    expect(flagged.reduce((sum, u) => sum + innocence![u], 0)).toBeLessThan(2);
  });

  it("flags accounts whose whole profile takes a minute where others take hours", async () => {
    const ratings = withTimes(withFakes(clean, 10, 12, 3), 2, (user, items) => {
      const rng = makeRng(user);
      return isFake(user) ? items.map(() => cameAt(user) + 60 * rng.uniform()) : null;
    });
    const flagged = flaggedBy(await ratingRhythm.score(ratings, options));
    expect(flagged.filter(isFake).length).toBeGreaterThanOrEqual(9);
    expect(flagged.length).toBeLessThanOrEqual(12);
  });

  it("flags nobody where accounts rate as they please, nor where days alone are known", async () => {
    const pleased = withTimes(clean, 4);
    expect(flaggedBy(await ratingRhythm.score(pleased, options))).toEqual([]);
    const days = { ...pleased, time: pleased.time!.map((t) => Math.floor(t / day)) };
    expect(flaggedBy(await ratingRhythm.score(days, options))).toEqual([]);
  });

  it("says that it cannot look where ratings carry no times", async () => {
    expect((await ratingRhythm.explain!(clean, options)).silence).toBe("the ratings carry no times");
  });
});
