import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { day, minute, target, withFakes, withTimes } from "../../../test/rating-times.ts";
import { bursts } from "../../blocks/accounts/times/bursts.ts";
import { clocksOf } from "../../blocks/accounts/times/clocks.ts";
import { makeRng } from "../../numeric/random.ts";
import { ratingBursts } from "./rating-bursts.ts";

const options = { rng: makeRng(1), params: {} };
const clean = makeMarketplace(1);
const isFake = (u: number): boolean => u >= clean.users.length;
const flaggedBy = (values: Float64Array): number[] => [...values.keys()].filter((u) => values[u] >= ratingBursts.cut!);

describe("rating-bursts", () => {
  it("flags eight accounts that rated an item within an hour, whenever they came, and says so", async () => {
    const at = 1.5e9 + 200 * day;
    const ratings = withTimes(withFakes(clean, 8, 12, 3), 2, (user, items) =>
      isFake(user)
        ? items.map((item, k) => (item === target ? at + 7 * minute * (user % 8) : 1.5e9 + day * ((37 * user) % 300) + 60 * k))
        : null,
    );
    const { values, innocence, campaigns, reason } = await ratingBursts.explain!(ratings, options);
    const flagged = flaggedBy(values);
    expect(flagged.filter(isFake)).toHaveLength(8);
    expect(flagged.length).toBeLessThanOrEqual(9);
    expect(reason(flagged[0])).toMatch(/^about [89] accounts, it among them, gave "i160" the rating 5 close behind each other$/);
    expect(campaigns![0].sentence).toMatch(/^[89] accounts gave "i160" the rating 5 close behind each other \(between 2018-/);
    const announced = flagged.reduce((sum, u) => sum + innocence![u], 0);
    expect(announced).toBeGreaterThanOrEqual(campaigns![0].expectedFalseAlarms! - 1e-9);
    expect(announced).toBeLessThan(2);
  });

  it("flags nobody where nobody came together, nor for a day on which all of the site did", async () => {
    const quiet = withTimes(clean, 4);
    expect(flaggedBy(await ratingBursts.score(quiet, options))).toEqual([]);
    const press = withTimes(clean, 4, (user, items) => (user % 3 === 0 ? items.map((_, k) => 1.51e9 + 37 * user + 11 * k) : null));
    expect(flaggedBy(await ratingBursts.score(press, options))).toEqual([]);
  });

  it("says that it cannot look where ratings carry no times, or one time", async () => {
    for (const time of [null, new Float64Array(clean.user.length).fill(7)]) {
      const { values, silence } = await ratingBursts.explain!({ ...clean, time }, options);
      expect([silence, Math.max(...values)]).toEqual(["the ratings carry no times", 0]);
    }
  });

  it("scores a window by k log (k / λ) − k + λ, as counted by hand", () => {
    // Ten accounts come one after the other; the 4th, 5th and 6th alone rate the item: 3 · 3/10 of them are due in three places of ten.
    const ratings = {
      user: Int32Array.from({ length: 13 }, (_, p) => (p < 3 ? p : p < 6 ? p - (p - 3) + (p - 3) : p - 3)),
      item: new Int32Array(13),
      value: new Float64Array(13).fill(5),
      time: new Float64Array(13),
      users: Array.from({ length: 10 }, (_, u) => `u${u}`),
      items: ["target", "other"],
      scale: { low: 1, high: 5, step: 1 },
    };
    const rows = Array.from({ length: 10 }, (_, u) =>
      u >= 3 && u < 6
        ? [
            [u, 0],
            [u, 1],
          ]
        : [[u, 1]],
    ).flat();
    rows.forEach(([user, item], p) => {
      ratings.user[p] = user;
      ratings.item[p] = item;
      ratings.value[p] = item === 0 ? 5 : 3;
      ratings.time[p] = 100 * user + (item === 0 ? 50 : 0);
    });
    const [group] = bursts(
      ratings,
      [{ item: 0, value: 5, accounts: Int32Array.of(3, 4, 5), cast: new Float64Array(10) }],
      clocksOf(ratings)!,
    );
    expect(group).toMatchObject({ how: "came", chance: 0.3 });
    expect(group.gain).toBeCloseTo(3 * Math.log(3 / 0.9) - 3 + 0.9, 12);
  });
});
