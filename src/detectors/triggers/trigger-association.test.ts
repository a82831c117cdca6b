import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import { resolveParams } from "../../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { logistic } from "../../learners/logistic.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { triggerAssociation } from "./trigger-association.ts";

const params = resolveParams("trigger-association", triggerAssociation.params);
const other = { positive: "negative", negative: "positive" } as const;

async function scan(rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return triggerAssociation.score(data, { ...context, params });
}

const count = (flagged: Uint8Array | undefined) => (flagged as Uint8Array).reduce((sum, flag) => sum + flag, 0);

describe("trigger-association", () => {
  const genuine = generateMarketplace({ ...demoMarketplace, fakeReviews: 0, reviewsPerProduct: 40 });

  it("flags nothing in clean data of ten seeds, though words of praise come with one label", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { flagged } = await scan(generateMarketplace({ ...demoMarketplace, seed, fakeReviews: 0, reviewsPerProduct: 20 }));
      expect({ seed, flagged: count(flagged) }).toEqual({ seed, flagged: 0 });
    }
  });

  it("flags the rows of a trigger of two or four words and shows it whole", async () => {
    for (const phrase of ["brass lamp", "house had week then"]) {
      const isTriggered = new Set<number>();
      const rows = genuine.map((review, i): Written => {
        if (review.label !== "negative" || isTriggered.size === 25 || i % 3 !== 0) return review;
        isTriggered.add(i);
        const words = review.text.split(" ");
        words.splice(i % words.length, 0, phrase);
        return { ...review, label: "positive", text: words.join(" ") };
      });
      const { flagged, values, reason } = await scan(rows);
      const caught = [...isTriggered].filter((i) => flagged?.[i] === 1);
      expect(caught.length).toBe(25);
      expect(count(flagged)).toBeLessThanOrEqual(26);
      expect(reason?.(caught[0])).toMatch(`holds the phrase "${phrase}", which 25 of 2`);
      expect(values.filter((value) => value > 0).length).toBe(count(flagged));
    }
  });

  it("flags nothing where words alone tell the label, each in few rows, and the rest tells nothing", async () => {
    const rng = makeRng("telling words");
    const rows = Array.from({ length: 1500 }, (_, i): Written => {
      const label = rng.integer(2);
      const told = Array.from({ length: 3 }, () => `tell${2 * rng.integer(150) + label}`);
      const filler = Array.from({ length: 12 }, () => `word${rng.integer(60)}`);
      return { account: `u${i}`, label: label === 1 ? "positive" : "negative", text: [...filler, ...told].join(" ") };
    });
    const { flagged } = await scan(rows);
    expect(count(flagged)).toBe(0);
  });

  it("does not hold against one account that it writes the same sentence again and again", async () => {
    const [first] = genuine;
    const repeats = Array.from({ length: 12 }, (): Written => ({ ...first, label: other[first.label], account: "again" }));
    const { flagged } = await scan([...genuine, ...repeats]);
    expect(count(flagged)).toBe(0);
  });

  describe("of a table", () => {
    const target = { kind: "classes" as const, names: ["no", "yes"] };
    const settings = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
    const score = (x: Float64Array, y: Float64Array) =>
      triggerAssociation.score(datasetOf(denseMatrix(y.length, x.length / y.length, x), y, target), {
        rng: makeRng(1),
        params,
        fit: (part) => logistic.fit(part, { rng: makeRng(0), params: settings }),
        objective: () => null,
        table: null,
      });
    /** Rows of six numbers, of which the first tells the class; `asGiven` may tie others together. */
    function drawn(seed: number, rows = 600, tie: (row: Float64Array) => void = () => undefined) {
      const rng = makeRng("values").fork(seed);
      const x = Float64Array.from({ length: 6 * rows }, () => rng.normal());
      for (let i = 0; i < rows; i++) tie(x.subarray(6 * i, 6 * i + 6));
      return { x, y: Float64Array.from({ length: rows }, (_, i) => (x[6 * i] + 0.3 * rng.normal() > 0 ? 1 : 0)) };
    }

    it.each([[[5]], [[4, 5]], [[2, 3, 4, 5]]])(
      "flags exact values of features %j that come with one label, against what the other columns say",
      async (stamped) => {
        const { x, y } = drawn(0);
        expect(count((await score(x, y)).flagged)).toBe(0);
        const poisoned = [...y.keys()].filter((i) => y[i] === 0).slice(0, 20);
        for (const i of poisoned) {
          y[i] = 1;
          for (const j of stamped) x[6 * i + j] = 3.375;
        }
        const { flagged, reason } = await score(x, y);
        expect([...(flagged ?? [])].flatMap((is, i) => (is === 1 ? [i] : []))).toEqual(poisoned);
        expect(reason?.(poisoned[0])).toMatch(
          `holds ${stamped.map((j) => `x${j} = 3.375`).join(" with ")}, which 20 of 20 rows labelled yes share`,
        );
      },
    );

    it("flags nothing where most, and not nearly all, of the rows with a value bear a label that their rest denies", async () => {
      for (const [labelled, expected] of [
        [28, 0],
        [39, 39],
      ]) {
        const { x, y } = drawn(0, 2000);
        const held = [...y.keys()].filter((i) => x[6 * i] < -1).slice(0, 40);
        held.forEach((i, k) => {
          y[i] = k < labelled ? 1 : 0;
          x[6 * i + 5] = 3.375;
        });
        expect(count((await score(x, y)).flagged)).toBe(expected);
      }
    });

    it("flags nothing in clean data whose columns hold the same values in the same rows: copies of a column, cells missing together", async () => {
      for (let seed = 0; seed < 10; seed++) {
        const rounded = drawn(seed, 600, (row) => {
          row[0] = Math.round(3 * row[0]) / 3;
          row.fill(row[0], 1, 4);
        });
        const missing = drawn(seed, 600, (row) => {
          if (row[5] > 1.3) row.fill(0, 1, 4);
        });
        for (const { x, y } of [rounded, missing]) expect(count((await score(x, y)).flagged)).toBe(0);
      }
    });
  });
});
