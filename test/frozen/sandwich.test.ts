import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { targetOf } from "../../src/core/examples.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Table } from "../../src/core/table.ts";
import { encoderParams } from "../../src/data/encoder.ts";
import { sourcesOf } from "../../src/core/sources.ts";
import { subTable } from "../../src/data/sub-table.ts";
import { splitRows } from "../../src/data/split.ts";
import { readTable } from "../../src/node/read/read-table.ts";
import type { SparseMatrix } from "../../src/numeric/matrices/matrix.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { certifyTable } from "../../src/study/certify/certify-table.ts";
import type { CertificateResult } from "../../src/study/certify/result.ts";
import { methodOf } from "../../src/study/config.ts";
import { makeMarketplaceTable } from "../marketplace-table.ts";
import { dataFolder, enronData } from "../peers/real-data.ts";

/** Those that do most in audits, of each access, and those that know ensembles. */
const attacks = ["vote-flip", "greedy-flip", "label-flip", "flipped-copies", "random-injection", "min-max-injection", "inf-flip"];

/** The certificates of a table with what these attacks do to the certified models. */
async function sandwiches(table: Table, certificate: string, params: Readonly<Record<string, unknown>>): Promise<CertificateResult> {
  const method = methodOf("certificate", catalog.certificates, certificate);
  const target = targetOf(table);
  const learner = methodOf("learner", catalog.learners, target.kind === "real" ? "ridge" : "logistic");
  const learnerParams = resolveParams<object>(learner.id, learner.params);
  const { certificates, notRun } = await certifyTable(
    {
      table,
      ...{ learner, learnerParams },
      encoder: resolveParams("encoder", encoderParams),
      split: splitRows(table, { testFraction: 0.3, rng: makeRng("sandwich") }),
      attacks: attacks.flatMap((id) => {
        const attack = methodOf("attack", catalog.attacks, id);
        const refusal = attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null;
        return refusal === null && attack.targets.includes(target.kind)
          ? [{ method: attack, params: resolveParams(id, attack.params) }]
          : [];
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

function expectNoCrossing({ sandwich, metric }: CertificateResult): void {
  expect(sandwich?.steps.length).toBeGreaterThan(0);
  for (const { certified, attacked } of sandwich?.steps ?? []) {
    expect(attacked).not.toBe(null);
    if (metric === "certifiedRmse") expect(attacked).toBeLessThanOrEqual(certified);
    else expect(attacked).toBeGreaterThanOrEqual(certified);
  }
}

interface SharedSet {
  /** Under the folder of the data. */
  readonly name: string;
  readonly read: (path: string) => Promise<Table>;
  readonly by?: "row" | "source";
  readonly label?: string;
}

const as =
  (request: Partial<Parameters<typeof readTable>[0]>) =>
  async (path: string): Promise<Table> =>
    (await readTable({ data: path, labels: [], text: [], features: [], drop: [], ...request })).table;

/** The sets that people share, of which small draws are attacked. */
const reviews = { labels: ["label"], text: ["title", "text"] };
const shared: readonly SharedSet[] = [
  { name: "spambase/spambase.data", read: as({ header: false, labels: ["58"], predict: "classes" }) },
  { name: "sms/sms.tsv", read: as({ header: false, labels: ["1"], text: ["2"] }) },
  { name: "digits/digits.csv.gz", read: as({ header: false, labels: ["65"], predict: "classes" }) },
  { name: "mnist/t10k-images-idx3-ubyte.gz", read: as({}) },
  { name: "reviews/reviews.csv", read: as(reviews) },
  { name: "reviews/reviews.csv", read: as({ ...reviews, source: "account" }), by: "source", label: "reviews/reviews.csv, by accounts" },
  { name: "enron/meta.json", read: () => Promise.resolve(enronTable()) },
  { name: "breast-cancer/breast_cancer.csv", read: as({ header: false, labels: ["31"], predict: "classes" }) },
  { name: "landmine/landmine.csv", read: as({ labels: ["label"], drop: ["task"], predict: "classes" }) },
  { name: "house/house.csv", read: as({ labels: ["SalePrice"] }) },
  { name: "sarcos/sarcos_test.csv", read: as({ labels: ["tau1"], drop: [2, 3, 4, 5, 6, 7].map((k) => `tau${k}`) }) },
];

/** The spam mails, one column of word counts. */
function enronTable(): Table {
  const { x, y } = enronData("train");
  return {
    rows: y.length,
    columns: [
      { kind: "vector", name: "words", matrix: x as SparseMatrix },
      { kind: "category", name: "label", codes: Int32Array.from(y), names: ["ham", "spam"] },
    ],
    roles: { labels: ["label"], features: ["words"], task: null, source: null, id: null },
  };
}

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

  for (const { name, read, by = "row", label } of shared) {
    const path = resolve(dataFolder, name);
    const isHere = existsSync(path);
    it.skipIf(!isHere)(
      `never cross it on a draw of ${label ?? name}${isHere ? "" : " (skipped: the file is not on this machine)"}`,
      async () => {
        const result = await sandwiches(drawFrom(await read(path), by), "deep-partition-aggregation", { partitions: 15, by });
        expect(result.unit).toBe(by === "source" ? "accounts" : "insertions");
        expectNoCrossing(result);
      },
    );
  }
});
