import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import type { Profile, Ratings } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { growGroups } from "./grow-groups.ts";
import { hiredOdds } from "./hired-odds.ts";
import type { Peeled } from "./peel-groups.ts";

const clean = makeMarketplace(4);
const genuine = clean.users.length;
const jobs = [100, 110, 120, 130, 140, 150];

/** Thirty accounts, each of which pushes three of six items. */
const hired = Array.from({ length: 30 }, (_, a): Profile => {
  const items = [...makeRng("hired").fork(a).sample(jobs.length, 3)].map((k) => jobs[k]);
  return { items, values: items.map(() => 5) };
});
const attacked: Ratings = applyAccounts(clean, { kind: "accounts", accounts: hired });
const users = attacked.users.length;

/** Found: the first half of the hired accounts, and three genuine ones with them. */
function found(by: "kind" | "meetings"): Peeled {
  const accounts = Int32Array.from([0, 1, 2, ...Array.from({ length: 15 }, (_, k) => genuine + k)]);
  const groupOf = new Int32Array(users).fill(-1);
  const scores = new Float64Array(users);
  const innocence = new Float64Array(users);
  for (const u of accounts) [groupOf[u], scores[u], innocence[u]] = [0, 2, 0.01];
  return { groups: [{ item: jobs[0], value: 5, by, accounts, innocent: 0.18 }], groupOf, scores, innocence };
}

describe("groups that are given whoever votes as their members do", () => {
  const grown = growGroups(attacked, found("meetings"));

  it("take in the other hired accounts, and let go of the genuine ones", () => {
    const flagged = [...grown.groupOf.keys()].filter((u) => grown.groupOf[u] >= 0);
    expect(flagged.filter((u) => u >= genuine).length).toBeGreaterThanOrEqual(28);
    expect(flagged.filter((u) => u < genuine).length).toBeLessThanOrEqual(1);
  });

  it("stay consistent: every account is in the group it is said to be in, scores tell who is flagged, and innocents are summed", () => {
    grown.groups.forEach(({ accounts, innocent }, g) => {
      expect([...accounts].every((u) => grown.groupOf[u] === g)).toBe(true);
      expect(innocent).toBeCloseTo([...accounts].reduce((sum, u) => sum + grown.innocence[u], 0));
    });
    expect(grown.groups.reduce((sum, { accounts }) => sum + accounts.length, 0)).toBe(grown.groupOf.filter((g) => g >= 0).length);
    for (let u = 0; u < users; u++) expect(grown.scores[u] >= 1).toBe(grown.groupOf[u] >= 0);
  });

  it("put whom they add behind an item that he rated so", () => {
    for (const { by, item, value, accounts } of grown.groups) {
      if (by !== "votes") continue;
      for (const u of accounts)
        expect(
          [...attacked.user.keys()].some((p) => attacked.user[p] === u && attacked.item[p] === item && attacked.value[p] === value),
        ).toBe(true);
    }
  });

  it("leave groups of one kind as they are", () => {
    const peeled = found("kind");
    expect(growGroups(attacked, peeled)).toBe(peeled);
  });
});

describe("the odds of being hired", () => {
  const isHired = (): Uint8Array => Uint8Array.from({ length: users }, (_, u) => (u >= genuine && u < genuine + 15 ? 1 : 0));

  it("are probabilities that tell hired accounts from genuine ones, and 0 for those left out or where none is given", () => {
    const odds = hiredOdds(attacked, isHired(), new Uint8Array(users));
    expect(odds.every((p) => p >= 0 && p <= 1)).toBe(true);
    const mean = (values: Float64Array): number => values.reduce((sum, p) => sum + p, 0) / values.length;
    expect(mean(odds.slice(genuine))).toBeGreaterThan(0.9);
    expect(mean(odds.slice(0, genuine))).toBeLessThan(0.02);
    const leftOut = new Uint8Array(users);
    leftOut[genuine] = 1;
    expect(hiredOdds(attacked, isHired(), leftOut)[genuine]).toBe(0);
    expect(hiredOdds(attacked, new Uint8Array(users), leftOut).every((p) => p === 0)).toBe(true);
  });

  it("hold no item against its honest raters because all who liked it were given", () => {
    // Item 0 has twelve honest 4s; who gives it a 5 alone, as three that were given did, does as honest accounts do there.
    const [user, item, value]: number[][] = [[], [], []];
    const rate = (u: number, i: number, v: number): void => void [user.push(u), item.push(i), value.push(v)];
    for (let u = 0; u < 40; u++) {
      if (u < 4) rate(u, 0, 5);
      else if (u < 16) rate(u, 0, 4);
      for (let i = 1; i < 6; i++) if (u > 0) rate(u, i, (u + i) % 2 === 0 ? 5 : 4);
    }
    const ratings: Ratings = {
      ...{ user: Int32Array.from(user), item: Int32Array.from(item), value: Float64Array.from(value), time: null },
      ...{
        users: Array.from({ length: 40 }, (_, u) => `u${u}`),
        items: ["a", "b", "c", "d", "e", "f"],
        scale: { low: 1, high: 5, step: 1 },
      },
    };
    const given = Uint8Array.from({ length: 40 }, (_, u) => (u >= 1 && u < 4 ? 1 : 0));
    expect(hiredOdds(ratings, given, new Uint8Array(40))[0]).toBeLessThan(0.5);
  });
});
