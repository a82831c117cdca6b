import { expect, it } from "vitest";
import { CancelledError } from "../../core/errors.ts";
import { resolveParams } from "../../core/params.ts";
import { noDataPoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { bagging } from "../../certificates/bagging.ts";
import { deepPartitionAggregation } from "../../certificates/deep-partition-aggregation.ts";
import { encoderParams } from "../../data/encoder.ts";
import { splitRows } from "../../data/split.ts";
import { logistic } from "../../learners/logistic.ts";
import { makeRng } from "../../numeric/random.ts";
import { certifyTable } from "./certify-table.ts";

const rng = makeRng("sandwich");
const rows = 300;
const labels = Int32Array.from({ length: rows }, () => (rng.uniform() < 0.5 ? 1 : 0));
const table: Table = {
  rows,
  columns: [
    { kind: "number", name: "a", values: Float64Array.from(labels, (label) => 3 * label - 1.5 + rng.normal()) },
    { kind: "category", name: "label", codes: labels, names: ["no", "yes"] },
  ],
  roles: { labels: ["label"], features: ["a"], task: null, source: null, id: null },
};
const split = splitRows(table, { testFraction: 0.3, rng: makeRng("split") });
const pipelined = {
  table,
  learner: logistic,
  learnerParams: resolveParams("logistic", logistic.params),
  encoder: resolveParams("encoder", encoderParams),
};

it.each(["ridge", "pipeline"])("trains the models that are certified on the poisoned rows, with base %s", async (base) => {
  const turned = Array.from(split.train, (row) => {
    const [before, after] = labels[row] === 1 ? ["yes", "no"] : ["no", "yes"];
    return { row, column: "label", before, after };
  });
  const poison = { ...noDataPoison, relabel: turned };
  const params = resolveParams("certificate", deepPartitionAggregation.params, { partitions: 7, base });
  const { certificates } = await certifyTable(
    { ...pipelined, split, attacks: [], poisons: [{ poison, attack: "all", access: "modify-labels", rows: turned.length }] },
    [{ method: deepPartitionAggregation, params }],
    { rng: makeRng("certify") },
  );
  const [step] = certificates[0].sandwich?.steps ?? [];
  expect(certificates[0].clean.value).toBeGreaterThan(0.85);
  expect(step).toMatchObject({ radius: turned.length, certified: 0 });
  expect(step.attacked).toBeLessThan(0.15);
});

it("stops on request between models", async () => {
  let asked = 0;
  const signal = { aborted: false };
  const breathe = (): Promise<void> => {
    if (++asked === 3) signal.aborted = true;
    return Promise.resolve();
  };
  const params = resolveParams("bagging", bagging.params);
  await expect(
    certifyTable({ ...pipelined, split, attacks: [] }, [{ method: bagging, params }], { rng: makeRng("certify"), signal, breathe }),
  ).rejects.toThrow(CancelledError);
  expect(asked).toBe(3);
});
