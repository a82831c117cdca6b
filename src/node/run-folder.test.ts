import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../core/errors.ts";
import { noDataPoison } from "../core/poison.ts";
import type { TrialRecord } from "../study/record.ts";
import { parseExactly } from "./exact-json.ts";
import { type Manifest, createRunFolder, defaultRunPath, readRun } from "./run-folder.ts";

const manifest: Manifest = {
  schema: 1,
  kind: "audit",
  status: "started",
  theriac: "0.0.0",
  node: "v20.0.0",
  platform: "any",
  git: null,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  read: { data: "a.csv", labels: [], text: [], features: [], drop: [] },
  data: {
    files: [],
    roles: { labels: ["y"], features: ["x"], task: null, source: null, id: null },
    rows: 3,
    examples: 3,
    target: { kind: "real" },
    classShares: [],
  },
  identity: {},
  study: {
    encoder: { bigrams: false, minDocuments: 2, fittedOn: "poisoned" },
    learner: { id: "ridge", params: {} },
    sharing: "pooled",
    attacks: [],
    detectors: [],
    repairs: [],
    budgets: [0.01],
    seeds: 1,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
  },
  plannedTrials: 1,
  limits: [],
  strict: false,
};

const record: TrialRecord = {
  id: "0123456789abcdef",
  status: "ok",
  learner: "ridge",
  learnerParams: { weightDecay: Infinity },
  encoder: "poisoned",
  attack: "label-flip",
  access: "modify-labels",
  goal: "availability",
  knowledge: "none",
  reach: "direct",
  target: null,
  budgetFraction: 0.01,
  budgetRows: 1,
  touchedRows: 1,
  repair: "none",
  seed: 0,
  trainingRows: 2,
  testRows: 1,
  metrics: { rmse: 0.1 + 0.2, rmseRatio: NaN },
  attackerObjective: -0,
  detections: [{ detector: "loss", auc: null, precision: -Infinity, recall: 1 }],
  times: { attackMs: 0.25, trainMs: 1e-9 },
};
const cell = { seed: 0, attack: { id: "label-flip", params: {} }, budgetFraction: 0.01, trials: [{ id: record.id, repair: null }] };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "theriac-test-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("a run folder", () => {
  it("gives records back equal to what was written, numbers that JSON lacks among them", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest);
    const failed: TrialRecord = {
      ...record,
      id: "fedcba9876543210",
      status: "failed",
      error: "no end",
      metrics: {},
      attackerObjective: null,
    };
    await run.append(cell, [record, failed], noDataPoison);
    await run.close("finished", "2026-01-01T00:00:01.000Z");
    const read = await readRun(run.path);
    expect(read.records).toEqual([record, failed]);
    expect(read.manifest).toEqual({ ...manifest, status: "finished", finishedAt: "2026-01-01T00:00:01.000Z" });
    const patch = parseExactly(readFileSync(join(run.path, "poison", `${record.id}.json`), "utf8"));
    expect(patch).toEqual({
      schema: 1,
      attack: cell.attack,
      budgetFraction: 0.01,
      seed: 0,
      trials: [record.id],
      poison: noDataPoison,
    });
  });

  it("can be read while it is still being written", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest);
    await run.append(cell, [record], null);
    expect(await readRun(run.path)).toEqual({ manifest, records: [record] });
    await run.close("cancelled", "2026-01-01T00:00:01.000Z");
  });

  it("disappears with the folders made for it when it is discarded, and nothing else does", async () => {
    mkdirSync(join(folder, "kept"));
    const run = await createRunFolder(join(folder, "kept", "new", "run"), manifest);
    await run.discard();
    expect(readdirSync(folder)).toEqual(["kept"]);
    expect(readdirSync(join(folder, "kept"))).toEqual([]);

    mkdirSync(join(folder, "empty"));
    await (await createRunFolder(join(folder, "empty"), manifest)).discard();
    expect(readdirSync(join(folder, "empty"))).toEqual([]);
  });

  it("refuses to be read where the manifest is absent, foreign or of a later schema, and where a trial stands twice", async () => {
    const refusal = (path: string): Promise<string> =>
      readRun(path).then(
        () => "read",
        (error: unknown) => (error instanceof UsageError ? error.message.replace(folder, "") : "a bug"),
      );
    expect(await refusal(folder)).toMatch(/is not a run: it has no manifest\.json/);
    writeFileSync(join(folder, "manifest.json"), '{"name": "something"}');
    expect(await refusal(folder)).toBe("/manifest.json is not the manifest of a run");
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, schema: 2 }));
    expect(await refusal(folder)).toMatch(/schema 2/);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "records.jsonl"), `${JSON.stringify(record)}\n`.repeat(2));
    expect(await refusal(folder)).toMatch(/records\.jsonl: line 2 records trial 0123456789abcdef again/);
  });
});

describe("the default place of a run", () => {
  it("is named after the data and the time", () => {
    const now = new Date(2026, 2, 1, 9, 5, 7);
    expect(defaultRunPath("data/reviews.csv.gz", now)).toBe(join("theriac-runs", "reviews-20260301-090507"));
    expect(defaultRunPath("data/*.parquet", now)).toBe(join("theriac-runs", "data-20260301-090507"));
    expect(defaultRunPath("data/two words.v2.csv", now)).toBe(join("theriac-runs", "two-words.v2-20260301-090507"));
  });
});
