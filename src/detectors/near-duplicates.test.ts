import { describe, expect, it } from "vitest";
import type { Table } from "../core/table.ts";
import { allRows } from "../core/examples.ts";
import { resolveParams } from "../core/params.ts";
import { encoderParams, makeEncoder } from "../data/encoder.ts";
import { demoMarketplace, generateMarketplace } from "../data/generate-marketplace.ts";
import { logistic } from "../learners/logistic.ts";
import { makeRng } from "../numeric/random.ts";
import { nearDuplicates } from "./near-duplicates.ts";

interface Written {
  readonly account: string;
  readonly label: string;
  readonly text: string;
}

function tableOf(rows: readonly Written[]): Table {
  const coded = (kind: "text" | "category", name: "account" | "label" | "text") => {
    const names = [...new Set(rows.map((row) => row[name]))];
    return { kind, name, codes: Int32Array.from(rows, (row) => names.indexOf(row[name])), names };
  };
  return {
    rows: rows.length,
    columns: [coded("category", "account"), coded("category", "label"), coded("text", "text")],
    roles: { labels: ["label"], features: ["text"], task: null, source: "account", id: null },
  };
}

async function scan(rows: readonly Written[]) {
  const table = tableOf(rows);
  const data = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, allRows(table)).encode(table, allRows(table));
  const params = { ...resolveParams<object>("logistic", logistic.params), weightDecay: 0.01 } as never;
  return nearDuplicates.score(data, {
    rng: makeRng(1),
    params: resolveParams("near-duplicates", nearDuplicates.params),
    fit: (part, start = null) => logistic.fit(part, { rng: makeRng(0), params, start }),
    objective: () => null,
    table,
  });
}

describe("near-duplicates", () => {
  const reviews = generateMarketplace({ ...demoMarketplace, reviewsPerProduct: 20 });
  const genuine = reviews.filter(({ isFake }) => !isFake);

  it("flags a campaign and nothing else, and says how many wrote the same", async () => {
    const { flagged, reason, values } = await scan(reviews);
    const fakes = reviews.flatMap(({ isFake }, i) => (isFake ? [i] : []));
    const caught = fakes.filter((i) => flagged?.[i] === 1);
    expect(caught.length).toBeGreaterThanOrEqual(0.95 * fakes.length);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(caught.length);
    expect(reason?.(caught[0])).toMatch(/^nearly the same text as \d\d other rows by 11 other accounts/);
    expect(Math.min(...caught.map((i) => values[i]))).toBeGreaterThan(1);
  });

  it("flags nothing where one account says the same several times over", async () => {
    const repeats = genuine.slice(0, 20).flatMap((review) => [review, review, review]);
    const { flagged, values, reason } = await scan([...genuine, ...repeats]);
    expect(flagged?.every((flag) => flag === 0)).toBe(true);
    expect(Math.max(...values)).toBeLessThan(0.1);
    expect(reason?.(genuine.length)).toMatch(/^nearly the same text as 3 other rows by the same account/);
  });

  it("flags copies with contradicting labels, of one account too", async () => {
    const [first] = genuine.filter(({ text }) => text.split(" ").length > 15);
    const flipped = { ...first, label: first.label === "positive" ? "negative" : "positive" } as const;
    const { flagged, reason } = await scan([...genuine, flipped]);
    expect(flagged?.reduce((sum, flag) => sum + flag, 0)).toBe(2);
    expect(reason?.(genuine.length)).toMatch("with labels that contradict each other");
  });
});
