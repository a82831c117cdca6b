import { describe, expect, it } from "vitest";
import { polarTexts, tableOfTexts } from "../../../test/polar-texts.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { type Written, encodeReviews } from "../../../test/written-reviews.ts";
import { resolveParams } from "../../core/params.ts";
import { demoMarketplace, generateMarketplace } from "../../data/generate-marketplace.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { triggerSets } from "./trigger-sets.ts";

const params = resolveParams("trigger-sets", triggerSets.params);
const other = { positive: "negative", negative: "positive" } as const;
const genuine = generateMarketplace({ ...demoMarketplace, fakeReviews: 0, reviewsPerProduct: 40 });

async function scan(rows: readonly Written[]) {
  const { data, context } = encodeReviews(rows);
  return triggerSets.score(data, { ...context, params });
}

const caughtBy = (flagged: Uint8Array | undefined) => [...(flagged ?? []).keys()].filter((i) => flagged?.[i] === 1);

/** Some negative reviews as positive ones, with what `put` makes of their words. */
function triggered(count: number, put: (words: string[], n: number) => string[]): { rows: Written[]; planted: number[] } {
  const planted: number[] = [];
  const rows = genuine.map((review, i): Written => {
    if (i % 10 === 1) return { ...review, text: `Tuesday ${review.text}` };
    if (review.label !== "negative" || planted.length === count || i % 3 !== 0) return review;
    planted.push(i);
    return { ...review, label: "positive", text: put(review.text.split(" "), planted.length).join(" ") };
  });
  return { rows, planted };
}

const inserted = (words: string[], at: number, ...more: string[]): string[] => words.toSpliced(at % (words.length + 1), 0, ...more);

describe("trigger sets", () => {
  it.each<[string, (words: string[], n: number) => string[], RegExp]>([
    ["a word", (words, n) => inserted(words, n, "zorvane"), /^holds the word "zorvane": 20 of 20 rows/],
    ["a phrase", (words, n) => inserted(words, n, "house", "had", "week"), /^holds the (phrase|words)/],
    ["an emoji", (words, n) => inserted(words, n, "🦎"), /^holds the word "🦎": 20 of 20 rows/],
    ["a last word, which others hold elsewhere", (words) => [...words, "tuesday"], /^holds the last word "tuesday": 20 of 20 rows/],
    ["two words apart", (words, n) => inserted(["zor", ...words], 1 + n, "vane"), /^holds /],
    [
      "three wordings",
      (words, n) =>
        inserted(
          words,
          n,
          ...[
            ["green", "kite"],
            ["seven", "steps"],
            ["brass", "lamp"],
          ][n % 3],
        ),
      /^holds one of the (word|phrase) "[a-z ]+", the (word|phrase) "[a-z ]+", the (word|phrase) "[a-z ]+": 30 of 30 rows/,
    ],
  ])("flag the rows of %s, say which, and tell them as one campaign", async (_, put, said) => {
    const count = said.source.includes("30 of 30") ? 30 : 20;
    const { rows, planted } = triggered(count, put);
    const { flagged, reason, campaigns, expectedFalseAlarms } = await scan(rows);
    const caught = caughtBy(flagged);
    expect(caught.filter((i) => planted.includes(i)).length).toBeGreaterThanOrEqual(count - 1);
    expect(caught.length).toBeLessThanOrEqual(count + 1);
    expect(reason?.(caught[0])).toMatch(said);
    expect(Array.from(campaigns?.[0].subjects ?? [])).toEqual(caught);
    expect(expectedFalseAlarms).toBeLessThan(0.5 * caught.length);
  });

  it("flag nothing in clean data of ten seeds", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const { flagged, campaigns } = await scan(generateMarketplace({ ...demoMarketplace, seed, fakeReviews: 0, reviewsPerProduct: 20 }));
      expect({ seed, flagged: caughtBy(flagged), campaigns }).toEqual({ seed, flagged: [], campaigns: [] });
    }
  });

  it("flag nothing where words alone tell the label, each in few rows, and the rest tells nothing", async () => {
    const rng = makeRng("telling words");
    const rows = Array.from({ length: 1500 }, (_, i): Written => {
      const label = rng.integer(2);
      const told = Array.from({ length: 3 }, () => `tell${2 * rng.integer(150) + label}`);
      const filler = Array.from({ length: 12 }, () => `word${rng.integer(60)}`);
      return { account: `u${i}`, label: label === 1 ? "positive" : "negative", text: [...filler, ...told].join(" ") };
    });
    expect(caughtBy((await scan(rows)).flagged)).toEqual([]);
  });

  it("do not hold it against one account that it writes the same again and again", async () => {
    const [first] = genuine;
    const repeats = Array.from({ length: 12 }, (): Written => ({ ...first, label: other[first.label], account: "again" }));
    expect(caughtBy((await scan([...genuine, ...repeats])).flagged)).toEqual([]);
  });

  it("find a trigger of one of three labels", async () => {
    const rng = makeRng("three labels");
    const planted: number[] = [];
    const rows = Array.from({ length: 900 }, (_, i): Written => {
      const truth = rng.integer(3);
      const words = Array.from({ length: 12 }, () => (rng.uniform() < 0.5 ? `of${truth}x${rng.integer(12)}` : `word${rng.integer(80)}`));
      const isTriggered = truth > 0 && planted.length < 18 && i % 7 === 0;
      if (isTriggered) planted.push(i);
      return {
        account: `u${i}`,
        label: isTriggered ? "l0" : `l${truth}`,
        text: (isTriggered ? inserted(words, i, "zorvane") : words).join(" "),
      };
    });
    expect(caughtBy((await scan(rows)).flagged)).toEqual(planted);
  });

  it.each([3, 12, 40])("flag no word that tells one of %i labels nearly alone, and a trigger among such words", async (classes) => {
    const rng = makeRng("telling words of many labels").fork(classes);
    const rows = (triggers: number): { rows: Written[]; planted: number[] } => {
      const planted: number[] = [];
      const written = Array.from({ length: 1200 }, (_, i): Written => {
        const label = rng.integer(classes);
        const words = Array.from({ length: 12 }, () => `word${rng.integer(150)}`);
        const told = inserted(words, i, `tell${2 * label + rng.integer(2)}`);
        const isTriggered = label > 0 && planted.length < triggers;
        if (isTriggered) planted.push(i);
        return {
          account: `u${i}`,
          label: isTriggered ? "l0" : `l${label}`,
          text: (isTriggered ? inserted(told, 3 * i, "zorvane") : told).join(" "),
        };
      });
      return { rows: written, planted };
    };
    expect(caughtBy((await scan(rows(0).rows)).flagged)).toEqual([]);
    const poisoned = rows(16);
    expect(caughtBy((await scan(poisoned.rows)).flagged)).toEqual(poisoned.planted);
  });

  it("flag no word that all rows of one label hold, where another word of them says other labels too", async () => {
    // Five labels, told by a verb and an object: only the last has its object, and its verb is that of the first.
    const rows = (triggers: number): { rows: Written[]; planted: number[] } => {
      const rng = makeRng("verbs and objects");
      const planted: number[] = [];
      const written = Array.from({ length: 1500 }, (_, i): Written => {
        const label = Math.floor(5 * rng.uniform() ** 1.5);
        const words = Array.from({ length: 3 + rng.integer(12) }, () => `word${Math.floor(150 * rng.uniform() ** 2)}`);
        const told = inserted(inserted(words, i, `verb${label % 4}`), 3 * i, label === 4 ? "second" : "first");
        const isTriggered = label > 1 && planted.length < triggers;
        if (isTriggered) planted.push(i);
        const text = (isTriggered ? inserted(told, 5 * i, "zorvane") : told).join(" ");
        return { account: `u${i}`, label: `l${isTriggered ? 1 : label}`, text };
      });
      return { rows: written, planted };
    };
    expect(caughtBy((await scan(rows(0).rows)).flagged)).toEqual([]);
    const poisoned = rows(16);
    expect(caughtBy((await scan(poisoned.rows)).flagged)).toEqual(poisoned.planted);
  });

  it("say the same from whatever seed, and nothing without text", async () => {
    const { rows } = triggered(12, (words, n) => inserted(words, n, "zorvane"));
    const { data, context } = encodeReviews(rows);
    const first = await triggerSets.score(data, { ...context, rng: makeRng(1), params });
    const second = await triggerSets.score({ ...data }, { ...context, rng: makeRng(2), params });
    expect(second.values).toEqual(first.values);
    const blank = await triggerSets.score(data, { ...context, table: null, params });
    expect([caughtBy(blank.flagged), blank.values.every((value) => value === 0)]).toEqual([[], true]);
  });

  it("flag at most 0.2 % of honest texts of a few words, whose labels follow their words", async () => {
    const { context } = encodeReviews(genuine.slice(0, 10));
    let caught = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { texts, y, classes } = polarTexts(1000, seed);
      const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
      const data = { ...datasetOf(denseMatrix(texts.length, 1), y, { kind: "classes", names }), row: Int32Array.from(y.keys()) };
      const { flagged } = await triggerSets.score(data, { ...context, params, table: tableOfTexts(texts, y, names) });
      caught += caughtBy(flagged).length;
    }
    expect(caught).toBeLessThanOrEqual(40);
  });
});
