import { describe, expect, it } from "vitest";
import { averageProfiles } from "../../attacks/ratings/average-profiles.ts";
import { bandwagonProfiles } from "../../attacks/ratings/bandwagon-profiles.ts";
import { reverseBandwagonProfiles } from "../../attacks/ratings/reverse-bandwagon-profiles.ts";
import { segmentProfiles } from "../../attacks/ratings/segment-profiles.ts";
import type { RatingAttack, RatingAttackInput } from "../../core/recommender.ts";
import { makeRng } from "../../numeric/random.ts";
import { itemStatistics } from "./item-statistics.ts";
import { mostRated } from "./profiles.ts";

/** Item 0: 5 5 5 5, item 1: 4 4 5, item 2: 1 1, item 3 (the target): 2 5, item 4: 5; whoever likes item 3 likes item 4. */
const clean = {
  user: Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 3, 3),
  item: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 3, 0, 1, 3, 4),
  value: Float64Array.of(5, 4, 1, 5, 4, 1, 5, 2, 5, 5, 5, 5),
  time: null,
  users: ["a", "b", "c", "d"],
  items: ["i0", "i1", "i2", "i3", "i4"],
  scale: { low: 1, high: 5, step: 1 },
};

function inputFor(goal: "promote" | "demote", fillers: number): RatingAttackInput {
  return {
    clean,
    goal: { goal, targets: Int32Array.of(3), audience: null },
    budget: { accounts: 3, fillers },
    engine: { recommender: null as never, params: {} },
    victim: () => Promise.reject(new Error("these attacks need no victim")),
  };
}

const profilesOf = async (attack: RatingAttack, goal: "promote" | "demote", fillers: number, params: object = {}) =>
  (await attack.poison(inputFor(goal, fillers), { rng: makeRng(1), params })).accounts;

describe("item statistics", () => {
  it("fall back to all ratings where an item has too few", () => {
    const { mean, deviation, itemMean, itemDeviation, itemCount } = itemStatistics({ ...clean, items: [...clean.items, "i5"] });
    expect(mean).toBeCloseTo(47 / 12, 12);
    expect(deviation).toBeCloseTo(Math.sqrt(213 / 12 - (47 / 12) ** 2), 12);
    expect([...itemMean]).toEqual([5, 13 / 3, 1, 3.5, 5, mean]);
    expect(itemDeviation[3]).toBeCloseTo(1.5, 12);
    expect([itemDeviation[4], itemDeviation[5]]).toEqual([deviation, deviation]);
    expect([...itemCount]).toEqual([4, 3, 2, 2, 1, 0]);
  });

  it("find the most rated items, at least one", () => {
    const count = Float64Array.of(4, 3, 2, 2, 1);
    expect([...mostRated(count, 0.4)]).toEqual([0, 1]);
    expect([...mostRated(count, 0)]).toEqual([0]);
  });
});

describe("profiles", () => {
  it("of an average attack rate an item without spread at its mean", async () => {
    for (const { items, values } of await profilesOf(averageProfiles, "promote", 4)) {
      expect([...items].sort()).toEqual([0, 1, 2, 3, 4]);
      expect(values[items.indexOf(0)]).toBe(5);
      expect(values[items.indexOf(2)]).toBe(1);
      expect(values[items.indexOf(3)]).toBe(5);
    }
  });

  it("of a bandwagon attack begin with the best-known items", async () => {
    for (const { items, values } of await profilesOf(bandwagonProfiles, "promote", 3, { selected: 2, fillers: "random" })) {
      expect(items.slice(0, 3)).toEqual([3, 0, 1]);
      expect(values.slice(0, 3)).toEqual([5, 5, 5]);
      expect(items.length).toBe(4);
    }
  });

  it("of a reverse bandwagon attack begin with the items most disliked", async () => {
    for (const { items, values } of await profilesOf(reverseBandwagonProfiles, "demote", 1, { selected: 1, leastRatings: 2 })) {
      expect(items).toEqual([3, 2]);
      expect(values).toEqual([1, 1]);
    }
  });

  it("of a segment attack begin with what the friends of the target like, and dislike the rest", async () => {
    for (const { items, values } of await profilesOf(segmentProfiles, "promote", 2, { selected: 1, likedFrom: "auto" })) {
      expect(items.slice(0, 2)).toEqual([3, 4]);
      expect(values).toEqual([5, 5, 1]);
    }
  });
});
