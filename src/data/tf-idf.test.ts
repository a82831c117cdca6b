import { describe, expect, it } from "vitest";
import { fitTfIdf, appendTfIdf } from "./tf-idf.ts";
import { makeTokenizer } from "./tokens.ts";

function weigh(
  texts: string[],
  options: { bigrams?: boolean; minDocuments?: number } = {},
): { terms: readonly string[]; rows: Record<string, number>[] } {
  const tokenizer = makeTokenizer({ bigrams: options.bigrams ?? false });
  const documents = texts.map((text) => tokenizer.countTerms(text));
  const fitted = fitTfIdf(documents, tokenizer, { minDocuments: options.minDocuments ?? 1, firstNew: Infinity });
  const rows = documents.map((document) => {
    const out = { indices: new Int32Array(50), values: new Float64Array(50), length: 0 };
    appendTfIdf(out, document, fitted, 0);
    return Object.fromEntries(Array.from(out.indices.subarray(0, out.length), (feature, p) => [fitted.terms[feature], out.values[p]]));
  });
  return { terms: fitted.terms, rows };
}

describe("TF-IDF", () => {
  it("equals a hand computation in scikit-learn's convention", () => {
    // n = 3; df(good) = 2, df(bad) = 2, df(film) = 1: idf = ln(4/3) + 1, ln(4/3) + 1, ln(4/2) + 1.
    const common = Math.log(4 / 3) + 1;
    const rare = Math.log(2) + 1;
    const { rows } = weigh(["good good film", "good, BAD", "bad"]);
    const length = Math.hypot(2 * common, rare);
    expect(rows[0].good).toBeCloseTo((2 * common) / length, 14);
    expect(rows[0].film).toBeCloseTo(rare / length, 14);
    expect(rows[1]).toEqual({ good: expect.closeTo(Math.SQRT1_2, 14), bad: expect.closeTo(Math.SQRT1_2, 14) });
    expect(rows[2]).toEqual({ bad: 1 });
  });

  it("leaves out words in too few documents, but none for being short", () => {
    expect(weigh(["a bc def", "bc a", "bc"], { minDocuments: 2 }).terms).toEqual(["a", "bc"]);
  });

  it("counts pairs of neighbouring words when asked", () => {
    expect([...weigh(["not good at all"], { bigrams: true }).terms].sort()).toEqual([
      "all",
      "at",
      "at all",
      "good",
      "good at",
      "not",
      "not good",
    ]);
  });

  it("reads words of any script, with their combining marks", () => {
    expect([...weigh(["été हिन्दी 日本"]).terms].sort()).toEqual(["été", "हिन्दी", "日本"].sort());
  });

  it("orders words that the clean table did not have by their text, whatever was met first", () => {
    const order = (texts: string[]): readonly string[] => {
      const tokenizer = makeTokenizer({ bigrams: false });
      tokenizer.countTerms("known");
      const firstNew = tokenizer.terms.length;
      texts.forEach((text) => tokenizer.countTerms(text));
      return fitTfIdf([tokenizer.countTerms("known"), tokenizer.countTerms("zebra apple")], tokenizer, { minDocuments: 1, firstNew }).terms;
    };
    expect(order(["zebra", "apple"])).toEqual(["known", "apple", "zebra"]);
    expect(order(["apple", "zebra"])).toEqual(["known", "apple", "zebra"]);
  });
});
