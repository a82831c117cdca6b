import { expect, test } from "vitest";
import { catalog } from "../../catalog.ts";
import { resolveParams } from "../../core/params.ts";
import { encoderParams } from "../../data/encoder.ts";
import { digest } from "../../node/runs/provenance.ts";
import { makeRng } from "../../numeric/random.ts";
import { makeTable } from "../../node/contract/small-tables.ts";
import type { StudyConfig } from "../config.ts";
import { halfLife } from "../persistence-summary.ts";
import { splitArrivals } from "./persistence.ts";
import { planStudy, runStudy } from "../run-study.ts";
import type { TrialRecord } from "../record.ts";
import { summarise } from "../summary.ts";

const table = makeTable({ rows: 150, target: "two classes", text: false, tasks: false, sources: false, seed: 8 });

test("half of the damage is gone on the line between two looks", () => {
  // From 0.4 to 0.3 over 100 rows, then to 0.1 over the next 100: 0.2 is met halfway there.
  expect(halfLife([[0, 0.4], [100, 0.3], [200, 0.1]])).toBe(150); // prettier-ignore
  expect(halfLife([[0, 0.4], [100, 0.3]])).toBeNull(); // prettier-ignore
  expect(halfLife([[0, -0.1], [100, -0.2]])).toBeNull(); // prettier-ignore
});

test("the first part is a fifth, and what arrives is all the rest, once", () => {
  const rows = Int32Array.from({ length: 103 }, (_, i) => 2 * i);
  const { first, later } = splitArrivals({ table, rows }, makeRng("arrival"));
  expect(first.length).toBe(20);
  expect([...first, ...later].sort((a, b) => a - b)).toEqual([...rows]);
});

test("records say what arrived, the budget is counted on the first part, and damage is held against a model of the same rows", async () => {
  const { params } = catalog.learners.find(({ id }) => id === "logistic") as (typeof catalog.learners)[number];
  const config: StudyConfig = {
    encoder: resolveParams("encoder", encoderParams),
    learner: { id: "logistic", params: { ...resolveParams<object>("logistic", params), weightDecay: 0.01 } },
    sharing: "pooled",
    attacks: [{ id: "confident-flip", params: {}, lasting: true }],
    detectors: [],
    repairs: [],
    budgets: [0.3],
    seeds: 2,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
    target: null,
    ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
  };
  const records: TrialRecord[] = [];
  const cells = planStudy(config, "persistence", digest);
  await runStudy({ table, config, methods: catalog }, cells, { now: () => 0, onCell: (_, made) => void records.push(...made) });
  const lasting = records.filter(({ arrival }) => arrival !== undefined);
  expect(lasting.map(({ error, status }) => error ?? status)).toEqual(lasting.map(() => "ok"));
  expect(lasting.map(({ seed, arrival }) => [seed, arrival?.times, arrival?.start])).toEqual(
    [0, 1].flatMap((seed) => [0, 1, 2, 4].flatMap((times) => ["cold", "warm"].map((start) => [seed, times, start]))),
  );
  for (const record of lasting) {
    // 105 training rows, a fifth of them is 21, and 30 % of those is 6.
    expect(record.budgetRows).toBe(6);
    expect(record.arrival?.rows).toBe(21 * (record.arrival?.times ?? 0));
    expect(record.trainingRows).toBe(21 + (record.arrival?.rows ?? 0));
  }
  const { persistence, entries } = summarise(records, catalog.metrics, { primaryMetric: "accuracy", examples: 150 });
  expect(entries.every(({ attack }) => attack === null)).toBe(true);
  expect(persistence.map(({ start }) => start)).toEqual(["cold", "warm"]);
  const [cold] = persistence;
  const atStart = lasting.filter(({ arrival }) => arrival?.times === 0 && arrival.start === "cold");
  const drops = atStart.map(({ metrics, arrival }) => (arrival?.cleanMetrics.accuracy ?? NaN) - metrics.accuracy);
  expect(cold.points[0].figure.value).toBeCloseTo((drops[0] + drops[1]) / 2, 12);
});
