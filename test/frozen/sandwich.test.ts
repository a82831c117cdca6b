import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Table } from "../../src/core/table.ts";
import { encoderParams } from "../../src/data/encoder.ts";
import { splitRows } from "../../src/data/split.ts";
import { readTable } from "../../src/node/read/read-table.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { certifyTable } from "../../src/study/certify/certify-table.ts";
import type { CertificateResult } from "../../src/study/certify/result.ts";
import { methodOf } from "../../src/study/config.ts";
import { makeMarketplaceTable } from "../marketplace-table.ts";

const data = process.env["THERIAC_DATA"] ?? resolve(import.meta.dirname, "../../../shared/data");
const attacks = ["vote-flip", "greedy-flip", "label-flip", "flipped-copies", "random-injection"];

/** The certificates of a table with what these attacks do to the certified models. */
async function sandwiches(table: Table, certificate: string, params: Readonly<Record<string, unknown>>): Promise<CertificateResult> {
  const method = methodOf("certificate", catalog.certificates, certificate);
  const { certificates, notRun } = await certifyTable(
    {
      table,
      learner: methodOf("learner", catalog.learners, "logistic"),
      learnerParams: resolveParams("logistic", methodOf("learner", catalog.learners, "logistic").params),
      encoder: resolveParams("encoder", encoderParams),
      split: splitRows(table, { testFraction: 0.3, rng: makeRng("sandwich") }),
      attacks: attacks.map((id) => {
        const attack = methodOf("attack", catalog.attacks, id);
        return { method: attack, params: resolveParams(id, attack.params) };
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

describe("attacks on the very models that are certified", () => {
  it("never cross the certificate, in rows and in accounts, and leave what they left before", async () => {
    const table = makeMarketplaceTable({ reviewsPerProduct: 30 });
    const rows = await sandwiches(table, "deep-partition-aggregation", { partitions: 11 });
    const accounts = await sandwiches(table, "deep-partition-aggregation", { partitions: 11, by: "source" });
    for (const result of [rows, accounts]) expectNoCrossing(result);
    await expect([...told(rows), ...told(accounts)].join("\n") + "\n").toMatchFileSnapshot("sandwich.txt");
  });

  const real = [
    { name: "spambase/spambase.data", request: { header: false, labels: ["58"], text: [], predict: "classes" as const }, partitions: 31 },
    { name: "sms/sms.tsv", request: { header: false, labels: ["1"], text: ["2"] }, partitions: 31 },
  ];
  for (const { name, request, partitions } of real) {
    const path = resolve(data, name);
    const isHere = existsSync(path);
    it.skipIf(!isHere)(`never cross it on ${name}${isHere ? "" : " (skipped: the file is not on this machine)"}`, async () => {
      const { table } = await readTable({ data: path, features: [], drop: [], ...request });
      expectNoCrossing(await sandwiches(table, "deep-partition-aggregation", { partitions }));
    });
  }
});
