import { describe, expect, it } from "vitest";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import { resolveParams } from "../../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { makeRng } from "../../numeric/random.ts";
import { lyingAccounts } from "./lying-accounts.ts";

const params = resolveParams("lying-accounts", lyingAccounts.params);
const other = { positive: "negative", negative: "positive" } as const;
const genuine = generateMarketplace({ ...demoMarketplace, fakeReviews: 0, reviewsPerProduct: 30 });

/** Some accounts write `each` reviews, of which the first `wrong` are labelled wrongly. */
function lying(accounts: number, each: number, wrong: number): { rows: Written[]; liars: string[]; lies: Set<number> } {
  const draw = makeRng("liars").sample(genuine.length, each * accounts);
  const rows: Written[] = genuine.map(({ account, label, text }) => ({ account, label, text }));
  const lies = new Set<number>();
  const liars = Array.from({ length: accounts }, (_, a) => `liar${a}`);
  draw.forEach((i, k) => {
    const isWrong = Math.floor(k / accounts) < wrong;
    if (isWrong) lies.add(i);
    rows[i] = { ...rows[i], account: liars[k % accounts], label: isWrong ? other[genuine[i].label] : genuine[i].label };
  });
  return { rows, liars, lies };
}

async function scan(rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return lyingAccounts.score(data, { ...context, params });
}

const caughtBy = (flagged: Uint8Array | undefined) => [...(flagged ?? []).keys()].filter((i) => flagged?.[i] === 1);

describe("lying accounts", () => {
  it("are found, their lies rather than their honest cover, and told as campaigns", async () => {
    const { rows, liars, lies } = lying(4, 10, 6);
    const { flagged, values, reason, campaigns, expectedFalseAlarms } = await scan(rows);
    const caught = caughtBy(flagged);
    const right = caught.filter((i) => lies.has(i)).length;
    expect(right).toBeGreaterThanOrEqual(16);
    expect(caught.length - right).toBeLessThanOrEqual(0.35 * caught.length);
    expect(expectedFalseAlarms).toBeLessThanOrEqual(0.15 * caught.length + 1e-9);
    expect(reason?.(caught[0])).toMatch(/^\d+ of (the )?10 rows of its account contradict models that saw nothing of it/);
    expect(campaigns?.flatMap(({ subjects }) => [...subjects]).sort((a, b) => a - b)).toEqual(caught);
    const own = [...rows.keys()].filter((i) => liars.includes(rows[i].account));
    expect(
      areaUnderCurve(
        Float64Array.from(own, (i) => values[i]),
        (k) => lies.has(own[k]),
      ),
    ).toBeGreaterThan(0.75);
    expect(areaUnderCurve(values, (i) => lies.has(i))).toBeGreaterThan(0.95);
  });

  it("are found together where none would be alone", async () => {
    const { rows, lies } = lying(12, 4, 4);
    const { flagged, campaigns } = await scan(rows);
    const caught = caughtBy(flagged);
    expect(caught.filter((i) => lies.has(i)).length).toBeGreaterThanOrEqual(16);
    expect(campaigns?.some(({ subjects }) => subjects.length >= 10)).toBe(true);
  });

  it("are nobody in nineteen of twenty clean sets", async () => {
    let alarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { flagged } = await scan(generateMarketplace({ ...demoMarketplace, seed, fakeReviews: 0, reviewsPerProduct: 20 }));
      alarms += Math.min(1, caughtBy(flagged).length);
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });

  it("are the same from whatever seed", async () => {
    const { rows } = lying(4, 6, 5);
    const { data, context } = encodeReviews(rows);
    const first = await lyingAccounts.score(data, { ...context, rng: makeRng(1), params });
    const second = await lyingAccounts.score({ ...data }, { ...context, rng: makeRng(2), params });
    expect(second.values).toEqual(first.values);
    expect(second.flagged).toEqual(first.flagged);
  });
});
