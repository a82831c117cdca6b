import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Table } from "../../src/core/table.ts";
import { encoderParams } from "../../src/data/encoder.ts";
import { sourcesOf } from "../../src/core/sources.ts";
import { subTable } from "../../src/data/sub-table.ts";
import { splitRows } from "../../src/data/split.ts";
import { readTable } from "../../src/node/read/read-table.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { certifyTable } from "../../src/study/certify/certify-table.ts";
import type { CertificateResult } from "../../src/study/certify/result.ts";
import { methodOf } from "../../src/study/config.ts";
import { makeMarketplaceTable } from "../marketplace-table.ts";

const data = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
/** Those that do most in audits, of each access, and those that know ensembles. */
const attacks = ["vote-flip", "greedy-flip", "label-flip", "flipped-copies", "random-injection", "min-max-injection"];

/** The certificates of a table with what these attacks do to the certified models. */
async function sandwiches(table: Table, certificate: string, params: Readonly<Record<string, unknown>>): Promise<CertificateResult> {
  const method = methodOf("certificate", catalog.certificates, certificate);
  const learner = methodOf("learner", catalog.learners, "logistic");
  const learnerParams = resolveParams<object>("logistic", learner.params);
  const { certificates, notRun } = await certifyTable(
    {
      table,
      ...{ learner, learnerParams },
      encoder: resolveParams("encoder", encoderParams),
      split: splitRows(table, { testFraction: 0.3, rng: makeRng("sandwich") }),
      attacks: attacks.flatMap((id) => {
        const attack = methodOf("attack", catalog.attacks, id);
        const refusal = attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null;
        return refusal === null ? [{ method: attack, params: resolveParams(id, attack.params) }] : [];
      }),
    },
    [{ method, params: resolveParams(certificate, method.params, params) }],
    { rng: makeRng("sandwich/certify") },
  );
  expect(notRun).toEqual([]);
  return certificates[0];
}

const told = ({ sandwich }: CertificateResult): string[] =>
  (sandwich?.steps ?? []).map(
    ({ radius, certified, attacked, attack }) => `${radius}: ${certified.toFixed(3)} ≤ ${attacked?.toFixed(3) ?? "not tried"} (${attack})`,
  );

function expectNoCrossing({ sandwich }: CertificateResult): void {
  expect(sandwich?.steps.length).toBeGreaterThan(0);
  for (const { certified, attacked } of sandwich?.steps ?? []) {
    expect(attacked).not.toBe(null);
    expect(attacked).toBeGreaterThanOrEqual(certified);
  }
}

/** The sets that people share, of which small draws are attacked. */
const reviews = { labels: ["label"], text: ["title", "text"] };
const shared: { name: string; request: Partial<Parameters<typeof readTable>[0]>; by?: "row" | "source"; label?: string }[] = [
  { name: "spambase/spambase.data", request: { header: false, labels: ["58"], predict: "classes" } },
  { name: "sms/sms.tsv", request: { header: false, labels: ["1"], text: ["2"] } },
  { name: "digits/digits.csv.gz", request: { header: false, labels: ["65"], predict: "classes" } },
  { name: "mnist/t10k-images-idx3-ubyte.gz", request: {} },
  { name: "reviews/reviews.csv", request: reviews },
  { name: "reviews/reviews.csv", request: { ...reviews, source: "account" }, by: "source", label: "reviews/reviews.csv, by accounts" },
];

/** So many rows of a table by chance; all rows of accounts drawn by chance where the radius counts accounts. */
function drawFrom(table: Table, by: "row" | "source"): Table {
  const rng = makeRng("draw");
  const rows = rng.sample(table.rows, table.rows);
  const sources = by === "source" ? sourcesOf(table) : null;
  if (sources === null) return subTable(table, rows.slice(0, Math.min(300, table.rows)).sort());
  const order = new Map<number, number>();
  for (const row of rows) if (!order.has(sources.codes[row])) order.set(sources.codes[row], order.size);
  const first = [...rows].sort((a, b) => order.get(sources.codes[a])! - order.get(sources.codes[b])!).slice(0, 300);
  return subTable(table, Int32Array.from(first).sort());
}

describe("attacks on the very models that are certified", () => {
  it("never cross the certificate, in rows and in accounts, and leave what they left before", async () => {
    const table = makeMarketplaceTable({ reviewsPerProduct: 30 });
    const rows = await sandwiches(table, "deep-partition-aggregation", { partitions: 11 });
    const accounts = await sandwiches(table, "deep-partition-aggregation", { partitions: 11, by: "source" });
    for (const result of [rows, accounts]) expectNoCrossing(result);
    await expect([...told(rows), ...told(accounts)].join("\n") + "\n").toMatchFileSnapshot("sandwich.txt");
  });

  for (const { name, request, by = "row", label } of shared) {
    const path = resolve(data, name);
    const isHere = existsSync(path);
    it.skipIf(!isHere)(
      `never cross it on a draw of ${label ?? name}${isHere ? "" : " (skipped: the file is not on this machine)"}`,
      async () => {
        const { table } = await readTable({ data: path, labels: [], text: [], features: [], drop: [], ...request });
        const result = await sandwiches(drawFrom(table, by), "deep-partition-aggregation", { partitions: 15, by });
        expect(result.unit).toBe(by === "source" ? "accounts" : "insertions");
        expectNoCrossing(result);
      },
    );
  }
});
