import { expect, test } from "vitest";
import { catalog } from "../catalog.ts";
import { resolveParams } from "../core/params.ts";
import type { DataPoison } from "../core/poison.ts";
import { encoderParams } from "../data/encoder.ts";
import { digest } from "../node/runs/provenance.ts";
import { makeTable } from "../node/contract/small-tables.ts";
import { ownSample } from "./table/attacker-view.ts";
import type { StudyConfig } from "./config.ts";
import { planStudy, runStudy } from "./run-study.ts";
import type { TrialRecord } from "./record.ts";
import { makeStudyEncoder, setUpSeed } from "./table/seed-setup.ts";
import { summarise } from "./summary.ts";

const table = makeTable({ rows: 120, target: "two classes", text: true, tasks: false, sources: false, seed: 5 });
const defaultsOf = (kind: "learners" | "attacks" | "detectors" | "repairs", id: string) => {
  const method = catalog[kind].find((candidate) => candidate.id === id);
  if (method === undefined) throw new Error(`no ${id}`);
  return { id, params: resolveParams<object>(id, method.params) };
};
const flip = defaultsOf("attacks", "confident-flip");
const config: StudyConfig = {
  encoder: resolveParams("encoder", encoderParams),
  learner: { id: "logistic", params: { ...defaultsOf("learners", "logistic").params, weightDecay: 0.01 } },
  sharing: "pooled",
  attacks: [flip, { ...flip, knowledge: "gray-box" }, { ...flip, knowledge: "black-box" }, { ...flip, against: "drop" }],
  detectors: [],
  repairs: [{ ...defaultsOf("repairs", "drop"), detector: defaultsOf("detectors", "loss") }],
  budgets: [0.1],
  seeds: 2,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.3, surrogate: defaultsOf("learners", "linear-svm") },
};

test("attackers who know less touch only rows of their own sample, and one who plans around a repair is never worse off by its own objective", async () => {
  const cells = planStudy(config, "variants", digest);
  const records: TrialRecord[] = [];
  const touched = new Map<string, Set<number>>();
  await runStudy({ table, config, methods: catalog }, cells, {
    now: () => 0,
    onCell: (cell, made, poison) => {
      records.push(...made);
      if (poison !== null && cell.seed === 0)
        touched.set(cell.attack?.knowledge ?? cell.attack?.against ?? "all", new Set((poison as DataPoison).relabel.map(({ row }) => row)));
    },
  });
  expect(records.map(({ status, error }) => error ?? status)).toEqual(records.map(() => "ok"));

  const setup = await setUpSeed({ table, config, methods: catalog }, makeStudyEncoder({ table, config, methods: catalog }), 0, {});
  const own = new Set(ownSample(setup.clean, 0.3, setup.rng.fork("attacker")));
  expect(own.size).toBe(Math.round(0.3 * setup.clean.rows.length));
  for (const kind of ["gray-box", "black-box"]) expect([...(touched.get(kind) ?? [])].filter((row) => !own.has(row))).toEqual([]);
  expect([...(touched.get("all") ?? [])].some((row) => !own.has(row))).toBe(true);

  // The plan around the repair has the plain poison among its attempts.
  const objective = (seed: number, adaptive: boolean): number =>
    records.find(
      (r) =>
        r.seed === seed && r.attack !== null && r.repair === "drop" && (r.adaptive === true) === adaptive && r.knowledge === "white-box",
    )?.attackerObjective ?? NaN;
  for (const seed of [0, 1]) expect(objective(seed, true)).toBeGreaterThanOrEqual(objective(seed, false));

  const summary = summarise(records, catalog.metrics, { primaryMetric: "accuracy", examples: 120 });
  expect(new Set(summary.entries.map(({ knowledge }) => knowledge))).toEqual(new Set([null, "white-box"]));
  const kinds = new Set(summary.variants.map(({ knowledge, adaptive }) => `${knowledge}${adaptive === true ? " adaptive" : ""}`));
  expect(kinds).toEqual(new Set(["gray-box", "black-box", "white-box adaptive"]));
});
