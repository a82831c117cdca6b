import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import type { Profile, Ratings } from "../../core/ratings.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { makeRng } from "../../numeric/random.ts";
import { growGroups } from "./grow-groups.ts";
import { peelGroups } from "./peel-groups.ts";
import { plantGroups } from "./planted-groups.ts";

/** Accounts that give one item the top rating and 20 others, drawn evenly, ratings about 3. */
function pushing(clean: Ratings, item: number, count: number, seed: number): Profile[] {
  return Array.from({ length: count }, (_, a) => {
    const rng = makeRng(seed).fork(a);
    const others = [...rng.sample(clean.items.length, 21)].filter((i) => i !== item).slice(0, 20);
    return { items: [item, ...others], values: [5, ...others.map(() => 2 + rng.integer(3))] };
  });
}

const withAccounts = (clean: Ratings, accounts: readonly Profile[]): Ratings => applyAccounts(clean, { kind: "accounts", accounts });
const clean = makeMarketplace(4);
const genuine = clean.users.length;

function figures({ groupOf, innocence }: ReturnType<typeof peelGroups>): { hits: number; wrong: number; announced: number } {
  const flagged = [...groupOf.keys()].filter((u) => groupOf[u] >= 0);
  const hits = flagged.filter((u) => u >= genuine).length;
  return { hits, wrong: flagged.length - hits, announced: flagged.reduce((sum, u) => sum + innocence[u], 0) };
}

describe("groups that are taken out one after the other", () => {
  it.each([6, 27, 160])("holds %i fake accounts among 240 genuine ones, and announces about as many innocents as there are", (count) => {
    const found = peelGroups(withAccounts(clean, pushing(clean, 160, count, 1)));
    const { hits, wrong, announced } = figures(found);
    expect(hits).toBeGreaterThanOrEqual(0.9 * count);
    expect(wrong).toBeLessThanOrEqual(0.1 * count + 1);
    expect(Math.abs(announced - wrong)).toBeLessThanOrEqual(0.1 * count + 1);
    expect(found.groups[0]).toMatchObject({ item: 160, value: 5, by: "kind" });
    for (let u = 0; u < found.scores.length; u++) expect(found.scores[u] >= 1).toBe(found.groupOf[u] >= 0);
  });

  it("tells two groups from each other by their items", () => {
    const { groups } = peelGroups(withAccounts(clean, [...pushing(clean, 160, 20, 2), ...pushing(clean, 150, 20, 3)]));
    expect(groups.map(({ item }) => item).sort()).toEqual([150, 160]);
  });

  it("holds accounts of one recipe that have no item in common", () => {
    const scattered = Array.from({ length: 45 }, (_, a): Profile => {
      const rng = makeRng("scattered").fork(a);
      const items = [...rng.sample(clean.items.length, 80)];
      return { items, values: items.map(() => 3 + rng.integer(3)) };
    });
    const found = peelGroups(withAccounts(clean, scattered));
    expect(figures(found).hits).toBeGreaterThanOrEqual(36);
    expect(figures(found).wrong).toBeLessThanOrEqual(3);
  });

  it("flags nobody where nobody attacks, and gives the same for the same ratings", () => {
    const found = peelGroups(clean);
    expect(figures(found)).toEqual({ hits: 0, wrong: 0, announced: 0 });
    expect(peelGroups(clean)).toEqual(found);
  });

  it("finds hired accounts by the rare items behind which they meet, however few their ratings are", () => {
    const rng = makeRng("jobs");
    const hired = Array.from({ length: 30 }, (_, a): Profile => {
      const jobs = [...rng.fork(a).sample(8, 4)].map((k) => 140 + 5 * k);
      return { items: jobs, values: jobs.map(() => 5) };
    });
    const { hits, wrong } = figures(peelGroups(withAccounts(clean, hired)));
    expect(hits).toBeGreaterThanOrEqual(24);
    expect(wrong).toBeLessThanOrEqual(3);
  });

  it.each([
    ["three accounts", { user: [0, 1, 2], item: [0, 0, 1], value: [5, 1, 3], users: 3, items: 2 }],
    ["ratings that are all one value", { ...ofThirty((u) => u % 3), value: Array<number>(30).fill(4), items: 3 }],
    ["one item", { ...ofThirty(() => 0), value: Array.from({ length: 30 }, (_, u) => 1 + (u % 5)), items: 1 }],
    ["accounts that all rate alike", { ...ofThirty((u) => u % 2), value: Array.from({ length: 30 }, (_, u) => 1 + (u % 2)), items: 2 }],
    ["accounts without ratings", { user: [], item: [], value: [], users: 30, items: 2 }],
    ["nothing at all", { user: [], item: [], value: [], users: 0, items: 0 }],
  ])("does not fail on %s", (_, { user, item, value, users, items }) => {
    const ratings: Ratings = {
      ...{ user: Int32Array.from(user), item: Int32Array.from(item), value: Float64Array.from(value as number[]), time: null },
      ...{ users: Array.from({ length: users }, (_, u) => `u${u}`), items: Array.from({ length: items }, (_, i) => `i${i}`) },
      scale: value.every((v) => v === value[0]) ? { low: 4, high: 4, step: 0 } : { low: 1, high: 5, step: 1 },
    };
    const { scores, groups } = growGroups(ratings, peelGroups(ratings));
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(groups).toEqual([]);
  });
});

describe("planted groups", () => {
  it("rate distinct items with values on the scale, never copy suspects, and are the same for the same seed", () => {
    const plant = (): ReturnType<typeof plantGroups> => plantGroups({ ratings: clean, isSuspect: (u) => u < 200 }, 60, makeRng(1));
    const { accounts, group } = plant();
    expect([60, 61, 62]).toContain(accounts.length);
    expect(group[59]).toBeGreaterThan(0);
    for (const { items, values } of accounts) {
      expect(new Set(items).size).toBe(items.length);
      expect(values.every((v) => [1, 2, 3, 4, 5].includes(v))).toBe(true);
    }
    expect(plant()).toEqual({ accounts, group });
  });
});

/** One rating by each of thirty accounts. */
function ofThirty(itemOf: (user: number) => number): { user: number[]; item: number[]; users: number } {
  const user = Array.from({ length: 30 }, (_, u) => u);
  return { user, item: user.map(itemOf), users: 30 };
}
