import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import { targetOf } from "../../src/core/examples.ts";
import type { Table } from "../../src/core/table.ts";
import { type EncoderParams, encoderParams } from "../../src/data/encoder.ts";
import { detectorUnasked } from "../../src/node/config/choose-repair.ts";
import { type StudyConfig, methodOf } from "../../src/study/config.ts";
import { planStudy, runStudy } from "../../src/study/run-study.ts";
import { type TrialRecord, noRepair } from "../../src/study/record.ts";
import { makeTable } from "../../src/node/contract/small-tables.ts";
import { makeMarketplaceTable } from "../marketplace-table.ts";

function everyMethod(table: Table): StudyConfig {
  const { kind } = targetOf(table);
  const fewerTrainings: Record<string, Record<string, number>> = {
    roni: { rounds: 1, groups: 8 },
    drop: { fraction: 0.05 },
    relabel: { fraction: 0.05 },
    reweight: { fraction: 0.1 },
    trim: { fraction: 0.1 },
    "sever-filter": { fraction: 0.02 },
  };
  const chosen = (method: { id: string; params: object }) => ({
    id: method.id,
    params: resolveParams(method.id, method.params as never, fewerTrainings[method.id]),
  });
  const learner = methodOf("learner", catalog.learners, kind === "real" ? "ridge" : "logistic");
  const sharing = table.roles.labels.length > 1 ? "separate" : "pooled";
  const fitting = catalog.attacks.filter(
    (attack) => attack.targets.includes(kind) && (attack.refuses?.({ table, learner, sharing }) ?? null) === null,
  );
  const detectors = catalog.detectors
    .filter(
      (detector) =>
        detector.subject === "row" && detector.targets.includes(kind) && (detector.refuses?.({ learner, sharing }) ?? null) === null,
    )
    .map(chosen);
  return {
    encoder: resolveParams<EncoderParams>("encoder", encoderParams),
    learner: chosen(learner),
    sharing,
    attacks: fitting.map(chosen),
    detectors,
    repairs: catalog.repairs
      .filter((repair) => repair.targets.includes(kind) && (repair.refuses?.({ learner, sharing }) ?? null) === null)
      .map((repair) => ({
        ...chosen(repair),
        detector:
          repair.stage === "clean" || repair.needsFlags === true ? (detectorUnasked(repair.needsFlags === true, detectors) ?? null) : null,
      })),
    budgets: [0.1],
    seeds: 2,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
    target: null,
    ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
  };
}

async function run(table: Table): Promise<TrialRecord[]> {
  const config = everyMethod(table);
  const records: TrialRecord[] = [];
  const cells = planStudy(config, "frozen", (text) => text);
  await runStudy({ table, config, methods: catalog }, cells, { now: () => 0, onCell: (_, made) => void records.push(...made) });
  return records;
}

/** One line a trial, with figures to six digits: what a reader of the diff can judge. */
function lineOf(record: TrialRecord): string {
  const figures = {
    ...record.metrics,
    objective: record.attackerObjective,
    ...Object.fromEntries(record.detections.map((d) => [`${d.detector} auc`, d.auc])),
  };
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value === null ? "–" : Number(value.toPrecision(6))}`);
  const what = record.attack === null ? "clean" : `${record.attack} ${record.touchedRows}/${record.budgetRows}`;
  return [`seed ${record.seed}`, what, record.repair === noRepair ? "as is" : record.repair, record.status, ...shown].join(" | ");
}

describe("a frozen run", () => {
  it("of a synthetic marketplace gives the stored records", async () => {
    const records = await run(makeMarketplaceTable());
    await expect(`${records.map(lineOf).join("\n")}\n`).toMatchFileSnapshot("marketplace.txt");
  });

  it("of several real labels with a constant and missing cells gives the stored records", async () => {
    const table = makeTable({ rows: 120, target: "several real labels", text: false, tasks: false, sources: true, seed: 5 });
    const records = await run(table);
    await expect(`${records.map(lineOf).join("\n")}\n`).toMatchFileSnapshot("several-labels.txt");
  });

  it("gives the same records twice, whatever ran before", async () => {
    const table = makeTable({ rows: 60, target: "two classes", text: true, tasks: true, sources: false, seed: 3 });
    expect(await run(table)).toEqual(await run(table));
  });
});
