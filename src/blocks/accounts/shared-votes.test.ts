import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import type { Profile, Ratings } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { judgeSharedVotes } from "./judge-groups.ts";
import { sharedVotes } from "./shared-votes.ts";
import { ballotsOf, middleBallotsOf } from "./vote-kinds.ts";

const clean = makeMarketplace(4);
const genuine = clean.users.length;
/** Among the most rated of 180 items: nothing about a vote for them is rare. */
const jobs = [0, 3, 6, 9, 12, 15, 18, 21];

function hired(count: number): Profile[] {
  return Array.from({ length: count }, (_, a) => {
    const items = [...makeRng("shared").fork(a).sample(jobs.length, 4)].map((k) => jobs[k]);
    return { items, values: items.map(() => 5) };
  });
}

const strongest = (ratings: Ratings): { cut: number; most: number; at: number; found: ReturnType<typeof sharedVotes> } => {
  const found = sharedVotes(ratings, ballotsOf(ratings));
  const { strengths, cut } = judgeSharedVotes(found, sharedVotes(ratings, middleBallotsOf(ratings)));
  const most = Math.max(0, ...strengths);
  return { cut, most, at: strengths.indexOf(most), found };
};

describe("accounts that share votes", () => {
  it("are found behind popular items, where they share more than popularity explains", () => {
    const { cut, most, at, found } = strongest(applyAccounts(clean, { kind: "accounts", accounts: hired(25) }));
    expect(most).toBeGreaterThan(cut);
    const { item, accounts, membership } = found[at];
    expect(jobs).toContain(item);
    const members = accounts.filter((_, j) => membership[j] > 0.5);
    expect(members.length).toBeGreaterThanOrEqual(8);
    expect(members.filter((u) => u < genuine).length).toBeLessThanOrEqual(2);
  });

  it("are not found among genuine accounts", () => {
    for (const seed of [1, 2, 3]) {
      const { cut, most } = strongest(makeMarketplace(seed));
      expect(most).toBeLessThan(cut);
    }
  });

  it("gain, by hand, what a Dirichlet forecasts over the share of each vote", () => {
    // Three accounts give items 0 and 1 a 5; ten others give item 2 a 1: π of a vote for item 1 is 3/16, and both others cast it, of their 2 other votes.
    const [user, item, value]: number[][] = [[], [], []];
    const rate = (u: number, i: number, v: number): void => void [user.push(u), item.push(i), value.push(v)];
    for (let u = 0; u < 3; u++) for (const i of [0, 1]) rate(u, i, 5);
    for (let u = 3; u < 13; u++) rate(u, 2, 1);
    const ratings: Ratings = {
      ...{ user: Int32Array.from(user), item: Int32Array.from(item), value: Float64Array.from(value), time: null },
      ...{ users: Array.from({ length: 13 }, (_, u) => `u${u}`), items: ["a", "b", "c"], scale: { low: 1, high: 5, step: 1 } },
    };
    const found = sharedVotes(ratings, ballotsOf(ratings)).find((group) => group.item === 0 && group.value === 5)!;
    const each = Math.log((2 + (5 * 3) / 16) / ((2 + 5) * (3 / 16)));
    // Memberships are near 1, where the share of members is held below .98.
    expect(found.size).toBeGreaterThan(2.9);
    expect(Math.abs(found.gain / found.size - each)).toBeLessThan(0.05);
  });
});
