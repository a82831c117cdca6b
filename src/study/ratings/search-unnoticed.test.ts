import { describe, expect, it } from "vitest";
import type { AccountPoison } from "../../core/poison.ts";
import type { Ratings } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { searchUnnoticedAccounts } from "./search-unnoticed.ts";

/** Six users who rate three items each of ten; the last two are the targets. */
const clean: Ratings = {
  user: Int32Array.from({ length: 18 }, (_, p) => Math.floor(p / 3)),
  item: Int32Array.from(Array.from({ length: 6 }, (_, u) => [u % 8, (u + 1) % 8, (u + 2) % 8].sort((a, b) => a - b)).flat()),
  value: new Float64Array(18).fill(3),
  time: null,
  users: Array.from({ length: 6 }, (_, u) => `u${u}`),
  items: Array.from({ length: 10 }, (_, i) => `i${i}`),
  scale: { low: 1, high: 5, step: 1 },
};
const targets = Int32Array.of(8, 9);
const choice = { id: "pushed", params: {} };

/** The accounts of a group behind an item stand out from so many on, unless they rate what nobody would by chance. */
function scene(isFlagged: (poison: AccountPoison, account: number) => boolean, { harmEach = 1, accounts = 16 } = {}) {
  const scanned: AccountPoison[] = [];
  const flagsOf = (poison: AccountPoison): Uint8Array => Uint8Array.from(poison.accounts, (_, a) => Number(isFlagged(poison, a)));
  return {
    scanned,
    find: () =>
      searchUnnoticedAccounts({
        ...{ clean, targets, accounts, choices: [choice], rng: makeRng("unnoticed accounts") },
        make: (_, count) =>
          Promise.resolve({
            kind: "accounts" as const,
            accounts: Array.from({ length: count }, () => ({ items: [0, 1, 8, 9], values: [2, 2, 5, 5] })),
          }),
        scan(poison) {
          scanned.push(poison);
          const flagged = flagsOf(poison);
          const count = flagged.reduce((sum, is) => sum + is, 0);
          return Promise.resolve({ flagged, byDetector: [{ detector: "groups", flagged: count }], falseAlarms: 0 });
        },
        scanAgain: () => Promise.resolve(0),
        harmOf: ({ accounts: own }) =>
          Promise.resolve(own.reduce((sum, { items }) => sum + harmEach * items.filter((item) => item >= 8).length, 0)),
      }),
  };
}

const behind = ({ accounts }: AccountPoison, item: number): number => accounts.filter(({ items }) => items.includes(item)).length;

describe("accounts that keep below the cut of a scan", () => {
  it("are all of them where nobody is flagged, without another scan of them", async () => {
    const { find, scanned } = scene(() => false);
    const { poison, result } = await find();
    expect(poison.accounts).toHaveLength(16);
    expect([result.blind.flagged, result.rows, result.attack]).toEqual([0, 16, "pushed"]);
    expect(scanned).toHaveLength(2);
  });

  it("are as many as the scan lets pass behind an item, of whom none is flagged", async () => {
    const { find } = scene((poison) => [8, 9].some((item) => behind(poison, item) > 4));
    const { poison, result } = await find();
    expect(result.blind).toEqual({ attack: "pushed", rows: 16, flagged: 16, byDetector: [{ detector: "groups", flagged: 16 }] });
    expect(Math.max(behind(poison, 8), behind(poison, 9))).toBeLessThanOrEqual(4);
    expect(poison.accounts.length).toBeGreaterThanOrEqual(3);
  });

  it("speak of one target each, or rate as genuine users do, where that passes", async () => {
    const alone = await scene(({ accounts }, a) => accounts[a].items.includes(8) && accounts[a].items.includes(9)).find();
    expect(alone.poison.accounts).toHaveLength(16);
    expect([behind(alone.poison, 8), behind(alone.poison, 9)]).toEqual([8, 8]);
    const disguised = await scene(({ accounts }, a) => accounts[a].values[0] === 2).find();
    expect(disguised.poison.accounts).toHaveLength(16);
    for (const { items, values } of disguised.poison.accounts) {
      expect(items.filter((item) => item < 8)).toHaveLength(2);
      expect(values.slice(0, 2)).toEqual([3, 3]);
      expect(new Set(items).size).toBe(items.length);
    }
  });

  it("are none where all are flagged however few, or none does harm", async () => {
    for (const { find } of [scene(() => true), scene(() => false, { harmEach: -1 })]) {
      const { poison, result } = await find();
      expect(poison.accounts).toEqual([]);
      expect([result.attack, result.rows]).toEqual([null, 0]);
    }
  });
});
