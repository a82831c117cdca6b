import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { encodeReviews } from "../../../test/written-reviews.ts";
import { logistic } from "../../learners/logistic.ts";
import { resolveParams } from "../../core/params.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { nearDuplicates } from "./near-duplicates.ts";

/** Rows of noise, the last of which are copies of the first; labels by the sign of the first column, `flipped` of the copies with the other. */
function withCopies({ copies, flipped, accounts }: { copies: number; flipped: number; accounts: number }) {
  const rows = 80 + copies;
  const rng = makeRng(5);
  const x = denseMatrix(rows, 4);
  for (let k = 0; k < x.data.length; k++) x.data[k] = k < 320 ? rng.normal() : x.data[k % 4];
  const y = Float64Array.from({ length: rows }, (_, i) => Number(x.data[4 * i] > 0 !== i >= rows - flipped));
  const data = datasetOf(x, y, { kind: "classes", names: ["bad", "good"] });
  const source = Int32Array.from({ length: rows }, (_, i) => (i < 80 ? i : 80 + (i % accounts)));
  return { ...data, source, sources: Array.from({ length: 80 + accounts }, (_, s) => `u${s}`) };
}

async function score(options: Parameters<typeof withCopies>[0]) {
  return nearDuplicates.score(withCopies(options), contextOf());
}

function contextOf(): Parameters<typeof nearDuplicates.score>[1] {
  const params = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
  return {
    ...{ rng: makeRng(1), table: null, params: {}, objective: () => null },
    fit: (part, start = null) => logistic.fit(part, { rng: makeRng(0), params, start }),
  };
}

describe("near-duplicates", () => {
  it("flags equal rows of several accounts or with labels that contradict, and not what they were copied from", async () => {
    const { flagged, reason } = await score({ copies: 12, flipped: 12, accounts: 6 });
    expect(flagged?.subarray(80).every((flag) => flag === 1)).toBe(true);
    expect(flagged?.subarray(0, 80).every((flag) => flag === 0)).toBe(true);
    expect(reason?.(80)).toMatch(/^the same values as 12 other rows by 6 other accounts; .*with labels that contradict each other/);
    expect(reason?.(1)).toBeNull();
  });

  it("flags nothing where one account says the same several times over", async () => {
    const { flagged, values } = await score({ copies: 4, flipped: 0, accounts: 1 });
    expect(flagged?.subarray(81).every((flag) => flag === 0)).toBe(false);
    expect(values[1]).toBe(0);
  });

  it("expects of rows whose labels contradict that one label is right, and of two that models cannot tell apart one row", async () => {
    const { flagged, expectedFalseAlarms } = await score({ copies: 1, flipped: 1, accounts: 1 });
    const own = [0, 80].filter((i) => flagged?.[i] === 1);
    expect(own).toContain(80);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(own.length);
    if (own.length === 2) expect(expectedFalseAlarms).toBeCloseTo(1, 6);
    else expect(expectedFalseAlarms).toBeLessThan(0.1);
  });

  it("flags contradictions where they are more than classes that overlap bring", async () => {
    const flaggedOf = async (slope: number) => {
      const rng = makeRng("overlap").fork(slope);
      const x = denseMatrix(
        400,
        3,
        Float64Array.from({ length: 1200 }, () => rng.normal()),
      );
      // The last hundred are copies of the first; their labels are drawn as all are, or against what the values say.
      x.data.copyWithin(900, 0, 300);
      const y = Float64Array.from({ length: 400 }, (_, i) => {
        const isYes = rng.uniform() < 1 / (1 + Math.exp(-slope * x.data[3 * i]));
        return Number(slope > 5 && i >= 340 ? !isYes : isYes);
      });
      const data = datasetOf(x, y, { kind: "classes", names: ["no", "yes"] });
      const { flagged } = await nearDuplicates.score(data, contextOf());
      return [...(flagged ?? [])].flatMap((flag, i) => (flag === 1 ? [i] : []));
    };
    expect(await flaggedOf(0.5)).toEqual([]);
    const found = await flaggedOf(20);
    expect(found.filter((i) => i >= 340).length).toBeGreaterThan(50);
  });

  it("flags no rows of one label that nobody's account explains, where about as many are denied as models err", async () => {
    const many = async (clusters: number) => {
      const rng = makeRng(9);
      const x = denseMatrix(80 + 6 * clusters, 4);
      for (let k = 0; k < 320; k++) x.data[k] = rng.normal();
      for (let k = 320; k < x.data.length; k++) x.data[k] = x.data[4 * Math.floor((k - 320) / 24) + (k % 4)] + 0.01;
      const rows = 80 + 6 * clusters;
      const y = Float64Array.from({ length: rows }, (_, i) => Number(x.data[4 * i] > 0 !== (i < 80 ? rng.uniform() < 0.1 : i < 86)));
      const none = { source: new Int32Array(rows).fill(-1), sources: [] };
      return nearDuplicates.score({ ...datasetOf(x, y, { kind: "classes", names: ["bad", "good"] }), ...none }, contextOf());
    };
    const one = await many(1);
    expect(one.flagged?.subarray(80).every((flag) => flag === 1)).toBe(true);
    expect(one.expectedFalseAlarms).toBeLessThan(1.2);
    expect((await many(12)).flagged?.every((flag) => flag === 0)).toBe(true);
  });

  it("leaves texts to the detector that reads them", async () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({
      account: `u${i}`,
      label: i % 2 === 0 ? "good" : "bad",
      text: "the very same few words in each row of it",
    }));
    const { data, context } = encodeReviews(rows);
    const { values, flagged } = await nearDuplicates.score(data, { ...context, params: {} });
    expect([...values, ...(flagged ?? [])].every((value) => value === 0)).toBe(true);
  });
});
