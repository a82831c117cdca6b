import { describe, expect, it } from "vitest";
import { scoreRows } from "../../../test/score-rows.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import type { Detector } from "../../core/detector.ts";
import { resolveParams } from "../../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve } from "../../numeric/orders/ranks.ts";
import { accountContradiction } from "./account-contradiction.ts";
import { sourceConduct } from "./source-conduct.ts";
import { sourceValue } from "./source-value.ts";

const other = { positive: "negative", negative: "positive" } as const;
const genuine = generateMarketplace({ ...demoMarketplace, fakeReviews: 0, reviewsPerProduct: 30 });

/** Some accounts write ten reviews each, of which so many are labelled wrongly. */
function lying(accounts: number, wrong: number): { rows: Written[]; liars: string[]; lies: Set<number> } {
  const draw = makeRng("liars").sample(genuine.length, 10 * accounts);
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

async function scan(detector: Detector, rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return { data, ...(await detector.score(data, { ...context, params: resolveParams<object>(detector.id, detector.params) })) };
}

describe("source-conduct", () => {
  it("flags accounts that lie and no others, and counts their rows", async () => {
    const { rows, liars } = lying(4, 9);
    const { data, flagged, reason, values } = await scan(sourceConduct, rows);
    const caught = data.sources.filter((_, s) => flagged?.[s] === 1);
    expect(caught.length).toBeGreaterThanOrEqual(3);
    expect(liars).toEqual(expect.arrayContaining(caught));
    expect(areaUnderCurve(values, (s) => liars.includes(data.sources[s]))).toBe(1);
    expect(reason?.(data.sources.indexOf("liar0"))).toMatch(/^\d+ of its 10 rows contradict/);
  });

  it("flags somebody in no more of twenty clean sets than the false discovery rate allows", async () => {
    let alarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const clean = generateMarketplace({ ...demoMarketplace, seed, fakeReviews: 0, reviewsPerProduct: 20 });
      const { flagged } = await scan(sourceConduct, clean);
      const accounts = (flagged as Uint8Array).reduce((sum, flag) => sum + flag, 0);
      expect(accounts).toBeLessThanOrEqual(1);
      alarms += accounts;
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });
});

describe("account-contradiction", () => {
  it("ranks the lies of an account above its honest cover", async () => {
    const { rows, liars, lies } = lying(4, 6);
    const { values } = await scan(accountContradiction, rows);
    const own = [...rows.keys()].filter((i) => liars.includes(rows[i].account));
    const ofOwn = Float64Array.from(own, (i) => values[i]);
    expect(areaUnderCurve(ofOwn, (k) => lies.has(own[k]))).toBeGreaterThan(0.9);
    expect(areaUnderCurve(values, (i) => lies.has(i))).toBeGreaterThan(0.95);
  });
});

describe("source-value", () => {
  it("ranks accounts highest without which everybody else is predicted better, and measures the first", async () => {
    const { rows, liars } = lying(2, 10);
    const { data, values, reason } = await scan(sourceValue, rows);
    const ranked = [...data.sources.keys()].sort((a, b) => values[b] - values[a]);
    expect(areaUnderCurve(values, (s) => liars.includes(data.sources[s]))).toBeGreaterThan(0.95);
    expect(reason?.(ranked[0])).toMatch(/held-out loss 0\.\d{4} → 0\.\d{4}$/);
    expect(reason?.(ranked[ranked.length - 1])).toBeNull();
  });

  it("leaves out a source's own rows only, though all others have rows of the same values, which ART then leaves out as well", async () => {
    const x = denseMatrix(
      120,
      1,
      Float64Array.from({ length: 120 }, (_, i) => i % 2),
    );
    const source = Int32Array.from({ length: 120 }, (_, i) => Math.floor(i / 10));
    for (let bad = 0; bad < 12; bad++) {
      const data = {
        ...datasetOf(
          x,
          Float64Array.from({ length: 120 }, (_, i) => (source[i] === bad ? 1 - (i % 2) : i % 2)),
          { kind: "classes", names: ["no", "yes"] },
        ),
        source,
        sources: Array.from({ length: 12 }, (_, s) => `device ${s}`),
      };
      const { values, flagged } = await scoreRows(sourceValue, data, { learner: logistic, params: { refits: 12 } });
      values.forEach((value, s) => expect(Math.sign(value), `device ${s}`).toBe(s === bad ? 1 : -1));
      expect([...(flagged ?? [])].flatMap((is, s) => (is === 1 ? [s] : []))).toEqual([bad]);
    }
  });
});
