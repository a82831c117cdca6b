import { describe, expect, it } from "vitest";
import { encodeReviews } from "../../../test/written-reviews.ts";
import { resolveParams } from "../../core/params.ts";
import type { Table } from "../../core/table.ts";
import { type Rng, makeRng } from "../../numeric/random.ts";
import { newAccounts } from "./new-accounts.ts";

const params = resolveParams("new-accounts", newAccounts.params);

interface Dated {
  readonly account: string;
  readonly label: string;
  readonly day: number;
  readonly product: string;
}

/** Reviews of 20 products over two years, by accounts that write three on average; each product has a share of praise of its own, which drifts. */
function honest(rng: Rng, count = 1500): Dated[] {
  return Array.from({ length: count }, () => {
    const [product, day] = [rng.integer(20), rng.integer(730)];
    const praise = 0.3 + (0.4 * ((product * 7) % 20)) / 20 + 0.15 * Math.sin((day + 37 * product) / 60);
    return { account: `a${rng.integer(count / 3)}`, label: rng.uniform() < praise ? "good" : "bad", day, product: `p${product}` };
  });
}

async function scan(rows: readonly Dated[]) {
  const { data, context } = encodeReviews(rows.map(({ account, label }) => ({ account, label, text: "a word" })));
  const day = (at: number): string => new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10);
  const coded = (kind: "date" | "category", name: string, cells: readonly string[]) => {
    const names = [...new Set(cells)];
    return { kind, name, names, codes: Int32Array.from(cells, (cell) => names.indexOf(cell)) };
  };
  const table: Table = {
    ...context.table!,
    columns: [
      ...context.table!.columns,
      coded(
        "date",
        "written on",
        rows.map((row) => day(row.day)),
      ),
      coded(
        "category",
        "thing",
        rows.map(({ product }) => product),
      ),
    ],
  };
  return newAccounts.score(data, { ...context, table, params });
}

const flaggedIn = (flagged: Uint8Array | undefined): number[] => [...(flagged ?? []).keys()].filter((i) => flagged![i] === 1);

describe("bursts of new accounts", () => {
  it("are found where they praise within a week what others do not, and told in a sentence", async () => {
    const genuine = honest(makeRng(1));
    const raid = Array.from({ length: 14 }, (_, k): Dated => ({ account: `new${k}`, label: "good", day: 400 + (k % 5), product: "p0" }));
    const { flagged, campaigns, expectedFalseAlarms } = await scan([...genuine, ...raid]);
    const found = flaggedIn(flagged);
    const right = found.filter((i) => i >= genuine.length).length;
    expect(right).toBeGreaterThanOrEqual(12);
    expect(found.length - right).toBeLessThanOrEqual(2);
    expect(expectedFalseAlarms).toBeLessThan(4);
    expect(campaigns?.[0].sentence).toMatch(
      /^1\d rows by 1\d accounts from 2021-02-0\d to 2021-02-0\d: \d+ of \d+ accounts that wrote (on their first day|in their first week) here within these days say "good" of rows with thing "p0", as do \d+ of the \d+ other rows(; of all such groups the second largest has \d+ accounts)?$/,
    );
  });

  it("are not seen in honest files whose products drift, whatever the column of dates is called", async () => {
    for (const seed of [2, 3, 4, 5, 6, 7]) expect(flaggedIn((await scan(honest(makeRng(seed)))).flagged)).toEqual([]);
  });

  it("are not what accounts of some age say together", async () => {
    const genuine = honest(makeRng(8));
    const old = Array.from({ length: 14 }, (_, k): Dated[] => [
      { account: `old${k}`, label: k % 2 === 0 ? "good" : "bad", day: 10 + k, product: `p${k}` },
      { account: `old${k}`, label: "good", day: 400 + (k % 5), product: "p0" },
    ]).flat();
    expect(flaggedIn((await scan([...genuine, ...old])).flagged)).toEqual([]);
  });

  it("say nothing without dates", async () => {
    const { data, context } = encodeReviews(honest(makeRng(9), 60).map(({ account, label }) => ({ account, label, text: "a word" })));
    const { values, flagged } = await newAccounts.score(data, { ...context, params });
    expect([values.some((value) => value > 0), flaggedIn(flagged)]).toEqual([false, []]);
  });
});
