import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../../test/arbitrary-ratings.ts";
import type { AccountPoison } from "../poison.ts";
import { type Profile, isOnScale, nearestRating } from "../ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { applyAccounts, withoutAccounts } from "./apply-accounts.ts";
import { findAccountBreach } from "../guard/accounts.ts";

function someAccounts(items: number, seed: number): AccountPoison {
  const rng = makeRng(seed);
  const accounts = Array.from({ length: rng.integer(4) }, () => {
    const rated = [...rng.sample(items, rng.integer(items + 1))];
    return { items: rated, values: rated.map(() => 1 + rng.integer(5)) };
  });
  return { kind: "accounts", accounts };
}

describe("fake accounts", () => {
  it("come after the genuine users, sorted by item, and can be taken out again", () => {
    fc.assert(
      fc.property(ratingsShapes, fc.nat(), (shape, seed) => {
        const clean = makeRatings(shape);
        const poison = someAccounts(shape.items, seed);
        const poisoned = applyAccounts(clean, poison);
        expect(new Set(poisoned.users).size).toBe(shape.users + poison.accounts.length);
        expect(withoutAccounts(poisoned, shape.users)).toEqual(clean);
        poison.accounts.forEach(({ items, values }, n) => {
          const own = [...poisoned.user.keys()].filter((p) => poisoned.user[p] === shape.users + n);
          expect(own.map((p) => poisoned.item[p])).toEqual([...items].sort((a, b) => a - b));
          for (const p of own) expect(poisoned.value[p]).toBe(values[items.indexOf(poisoned.item[p])]);
        });
        const latest = Math.max(...(clean.time ?? []));
        if (poisoned.time !== null) expect(poisoned.time.slice(clean.user.length).every((t) => t === latest)).toBe(true);
      }),
    );
  });

  it("never take a name that somebody bears", () => {
    const clean = { ...makeRatings({ seed: 1, users: 2, items: 2, density: 1, timed: false }), users: ["fake-1", "b"] };
    const account = { items: [0], values: [1] };
    expect(applyAccounts(clean, { kind: "accounts", accounts: [account, account] }).users).toEqual(["fake-1", "b", "fake-2", "fake-3"]);
  });
});

describe("the guard of fake accounts", () => {
  const clean = makeRatings({ seed: 1, users: 4, items: 6, density: 1, timed: false });
  const goal = { goal: "promote" as const, targets: Int32Array.of(5), audience: null };
  const check = (...accounts: Profile[]): string | null =>
    findAccountBreach({ poison: { kind: "accounts", accounts }, clean, goal, budget: { accounts: 2, fillers: 2 } });

  it("lets pass what keeps to the budget: targets do not count as fillers", () => {
    expect(check({ items: [0, 5, 3], values: [1, 5, 3] }, { items: [], values: [] })).toBeNull();
  });

  it.each<[string, Profile, string]>([
    ["an item twice", { items: [1, 1], values: [1, 2] }, 'account 1 rates item "i1" twice'],
    ["an item that is not there", { items: [6], values: [1] }, "account 1 rates item 6, and there are 6"],
    ["a fraction of an item", { items: [0.5], values: [1] }, "account 1 rates item 0.5, and there are 6"],
    ["a rating off the scale", { items: [1], values: [6] }, 'account 1 rates "i1" 6, which is not on the scale 1, 2, …, 5'],
    ["a rating between steps", { items: [1], values: [2.5] }, 'account 1 rates "i1" 2.5, which is not on the scale 1, 2, …, 5'],
    ["no number", { items: [1], values: [NaN] }, 'account 1 rates "i1" NaN, which is not on the scale 1, 2, …, 5'],
    ["too few ratings", { items: [1, 2], values: [1] }, "account 1 has 2 items and 1 ratings"],
    ["too many fillers", { items: [0, 1, 2], values: [1, 1, 1] }, "account 1 rates 3 items besides the targets where the budget is 2"],
  ])("finds %s", (_, account, breach) => expect(check(account)).toBe(breach));

  it("finds too many accounts", () => {
    const account = { items: [0], values: [1] };
    expect(check(account, account, account)).toBe("the patch registers 3 accounts where the budget is 2");
  });
});

it("the nearest rating is on the scale, and itself where it is on it", () => {
  const scales = fc.record({ low: fc.integer({ min: -5, max: 5 }), steps: fc.nat(10), step: fc.constantFrom(0.1, 0.5, 1, 3) });
  fc.assert(
    fc.property(scales, fc.double({ min: -100, max: 100, noNaN: true }), ({ low, steps, step }, value) => {
      const scale = { low, high: low + steps * step, step };
      const nearest = nearestRating(scale, value);
      expect(isOnScale(scale, nearest)).toBe(true);
      for (let k = 0; k <= steps; k++) {
        expect(Math.abs(nearest - value)).toBeLessThanOrEqual(Math.abs(low + k * step - value) + 1e-9);
        expect(nearestRating(scale, low + k * step)).toBeCloseTo(low + k * step, 9);
      }
    }),
  );
  expect(nearestRating({ low: 1, high: 5, step: 1 }, 2.5)).toBe(3);
});
