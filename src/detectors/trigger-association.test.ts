import { describe, expect, it } from "vitest";
import { datasetOf } from "../../test/small-data.ts";
import { type Written, encodeReviews } from "../../test/written-reviews.ts";
import { resolveParams } from "../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../data/generate-marketplace.ts";
import { logistic } from "../learners/logistic.ts";
import { denseMatrix } from "../numeric/matrix.ts";
import { makeRng } from "../numeric/random.ts";
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

  it("flags an exact value of a table that comes with one label, against what the other columns say", async () => {
    const rng = makeRng("values");
    const rows = 600;
    const x = denseMatrix(rows, 3);
    const y = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < 3; j++) x.data[3 * i + j] = rng.normal();
      y[i] = x.data[3 * i] + 0.3 * rng.normal() > 0 ? 1 : 0;
    }
    const clean = datasetOf(x, y, { kind: "classes", names: ["no", "yes"] });
    const settings = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
    const context = {
      rng: makeRng(1),
      params,
      fit: (part: typeof clean) => logistic.fit(part, { rng: makeRng(0), params: settings }),
      objective: () => null,
      table: null,
    };
    expect(count((await triggerAssociation.score(clean, context)).flagged)).toBe(0);
    const poisoned = Int32Array.from({ length: rows }, (_, i) => i)
      .filter((i) => y[i] === 0)
      .subarray(0, 20);
    const [stamped, labels] = [x.data.slice(), y.slice()];
    for (const i of poisoned) {
      stamped[3 * i + 2] = 1.375;
      labels[i] = 1;
    }
    const { flagged, reason } = await triggerAssociation.score({ ...clean, x: { ...x, data: stamped }, y: labels }, context);
    expect(Array.from(poisoned).every((i) => flagged?.[i] === 1)).toBe(true);
    expect(count(flagged)).toBe(20);
    expect(reason?.(poisoned[0])).toMatch("holds x2 = 1.375, which 20 of 20 rows labelled yes share");
  });
});
