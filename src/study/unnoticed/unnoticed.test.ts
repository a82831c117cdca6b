import { describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import { resolveParams } from "../../core/params.ts";
import { encoderParams } from "../../data/encoder.ts";
import { digest } from "../../node/runs/provenance.ts";
import type { TablePoison } from "../../core/poison.ts";
import type { Table } from "../../core/table.ts";
import { makeRng } from "../../numeric/random.ts";
import { type Chosen, type StudyConfig, methodOf } from "../config.ts";
import { tableKind } from "../kinds/table.ts";
import type { TrialRecord } from "../record.ts";
import { planStudy, runStudy } from "../run-study.ts";
import { summarise } from "../summary.ts";
import { poisonedExamples } from "../table/poisoned-examples.ts";
import { scanFlags } from "../table/scan-flags.ts";
import { makeStudyEncoder, setUpSeed } from "../table/seed-setup.ts";

const table = twoClouds(200);
const chosen = (kind: "learners" | "attacks" | "detectors", id: string): Chosen => ({
  id,
  params: resolveParams<object>(id, methodOf(kind, catalog[kind] as readonly (typeof catalog.detectors)[number][], id).params),
});
const watchers = ["loss", "confident-learning", "near-duplicates"].map((id) => chosen("detectors", id));
const config: StudyConfig = {
  encoder: resolveParams("encoder", encoderParams),
  learner: { id: "logistic", params: { ...(chosen("learners", "logistic").params as object), weightDecay: 0.01 } },
  sharing: "pooled",
  attacks: ["confident-flip", "flipped-copies"].map((id) => chosen("attacks", id)),
  detectors: [],
  repairs: [],
  budgets: [0.1],
  unnoticed: { budgetFraction: 0.1, watchers },
  seeds: 2,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.3, surrogate: chosen("learners", "linear-svm") },
};
const input = { table, config, methods: catalog };

/** Two classes a little apart, so that most wrong labels stand out and some do not. */
function twoClouds(rows: number): Table {
  const rng = makeRng("two clouds");
  const codes = Int32Array.from({ length: rows }, (_, i) => i % 2);
  const number = (name: string) => ({ kind: "number" as const, name, values: Float64Array.from(codes, (code) => 3 * code + rng.normal()) });
  return {
    rows,
    columns: [number("a"), number("b"), { kind: "category", name: "label", names: ["no", "yes"], codes }],
    roles: { labels: ["label"], features: ["a", "b"], task: null, source: null, id: null },
  };
}

interface Run {
  readonly records: TrialRecord[];
  readonly kept: Map<number, TablePoison>;
}

async function run(): Promise<Run> {
  const cells = planStudy(config, "unnoticed", digest);
  const { later } = tableKind;
  if (later === undefined) throw new Error("nothing waits");
  const records: TrialRecord[] = [];
  const kept = new Map<number, TablePoison>();
  const options = { now: () => 0, onCell: (_: unknown, made: readonly TrialRecord[]) => void records.push(...made) };
  await runStudy(
    input,
    cells.filter((cell) => later.stageOf(cell, config) === 0),
    options,
  );
  await runStudy(
    later.aim(input, records),
    cells.filter((cell) => later.stageOf(cell, config) > 0),
    {
      now: () => 0,
      onCell({ seed }, made, poison) {
        records.push(...made);
        if (poison !== null) kept.set(seed, poison as TablePoison);
      },
    },
  );
  return { records, kept };
}

describe("attackers who keep below the cut of a scan", async () => {
  const { records, kept } = await run();
  const searched = records.filter(({ unnoticed }) => unnoticed !== undefined);

  it("leave no poisoned row that the scan flags, whatever it flags of theirs otherwise", async () => {
    expect(records.map(({ error }) => error)).toEqual(records.map(() => undefined));
    expect(searched.map(({ seed }) => seed)).toEqual([0, 1]);
    for (const { seed, unnoticed } of searched) {
      const setup = await setUpSeed(input, makeStudyEncoder(input), seed, {});
      const poison = kept.get(seed) ?? null;
      const encoded = setup.undefended.encode(setup.clean, poison);
      const poisoned = poisonedExamples(encoded.data, poison, table);
      const methods = watchers.map(({ id, params }) => ({ method: methodOf("detector", catalog.detectors, id), params }));
      const { together } = await scanFlags(encoded, setup.undefended, methods, { rng: setup.rng.fork("fit") });
      expect(poisoned.filter((is, i) => is === 1 && together[i] === 1)).toHaveLength(0);
      expect(poisoned.reduce((sum, is) => sum + is, 0)).toBe(unnoticed?.rows);
    }
    expect(searched.some(({ unnoticed }) => (unnoticed?.blind.flagged ?? 0) > 0)).toBe(true);
  });

  it("do the same with the same seed", async () => {
    const again = await run();
    expect(JSON.stringify([...again.kept])).toBe(JSON.stringify([...kept]));
    expect(again.records).toEqual(records);
  });

  it("are told beside the strongest attack, and are no attack of the study", () => {
    const summary = summarise(records, catalog.metrics, { primaryMetric: "accuracy", examples: 200 });
    const { unnoticed, entries, variants, strongest } = summary;
    expect(unnoticed?.seeds).toBe(2);
    expect(unnoticed?.blind.attack).toBe(strongest[0].attack);
    expect(unnoticed?.blind.figure).toEqual(
      entries.find(({ attack, metric }) => attack === strongest[0].attack && metric === "accuracyDrop")?.figure,
    );
    expect(new Set(entries.map(({ attack }) => attack))).toEqual(new Set([null, "confident-flip", "flipped-copies"]));
    expect(variants).toEqual([]);
  });

  it("move the id of no other trial", () => {
    const { unnoticed: _, ...without } = config;
    const ids = (study: StudyConfig): string[] => planStudy(study, "unnoticed", digest).flatMap(({ trials }) => trials.map(({ id }) => id));
    expect(ids(config).slice(0, -2)).toEqual(ids(without));
  });
});
