import { spawnSync } from "node:child_process";
import { appendFileSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kinds } from "../kinds/kinds.ts";
import { UsageError } from "../../core/errors.ts";
import { noDataPoison } from "../../core/poison.ts";
import { planStudy } from "../../study/run-study.ts";
import type { TrialRecord } from "../../study/record.ts";
import { parseExactly } from "../schemas/exact-json.ts";
import { digest } from "./provenance.ts";
import { patchText } from "./patch-text.ts";
import { recordLine } from "./records-file.ts";
import { type Manifest, storedPlan } from "./manifest.ts";
import { checkRunPath, createRunFolder, defaultRunPath, readRun, recordsEvidence, reopenRunFolder } from "./run-folder.ts";
import { hostMark } from "../write/owner.ts";

const begun: Omit<Manifest, "plan"> = {
  schema: 2,
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
    measuredExamples: 3,
    target: { kind: "real" },
    classShares: [],
  },
  identity: {},
  study: {
    encoder: { bigrams: false, minDocuments: 2, fittedOn: "poisoned" },
    learner: { id: "ridge", params: {} },
    sharing: "pooled",
    attacks: [{ id: "label-flip", params: {} }],
    detectors: [],
    repairs: [{ id: "drop", params: {}, detector: { id: "loss", params: {} } }],
    budgets: [0.01],
    seeds: 1,
    firstSeed: 0,
    testFraction: 0.3,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
    target: null,
    ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
  },
  plannedTrials: 4,
  limits: [],
  strict: false,
  notes: [],
};

const plan = planStudy(begun.study, begun.identity, digest);
const manifest: Manifest = { ...begun, plan: storedPlan(plan) };
const [baseline, cell] = plan;

const record: TrialRecord = {
  id: cell.trials[0].id,
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
const second: TrialRecord = { ...record, id: cell.trials[1].id, repair: "drop" };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "theriac-test-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("a run folder", () => {
  it("gives records back equal to what was written, numbers that JSON lacks among them", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    const failed: TrialRecord = {
      ...record,
      id: cell.trials[1].id,
      status: "failed",
      error: "no end",
      metrics: {},
      attackerObjective: null,
    };
    await run.append(cell, [record, failed], patchText(cell, noDataPoison));
    await run.close({ status: "finished", finishedAt: "2026-01-01T00:00:01.000Z" });
    const read = await readRun(run.path, kinds);
    expect(read.records).toEqual([record, failed]);
    const written = { count: 2, sha256: digest(readFileSync(join(run.path, "records.jsonl"))) };
    expect(read.manifest).toEqual({ ...manifest, status: "finished", finishedAt: "2026-01-01T00:00:01.000Z", records: written });
    const patch = parseExactly(readFileSync(join(run.path, "poison", `${record.id}.json`), "utf8"));
    expect(patch).toEqual({
      schema: 1,
      learner: cell.learner,
      attack: cell.attack,
      budgetFraction: 0.01,
      seed: 0,
      trials: [record.id, second.id],
      poison: noDataPoison,
    });
  });

  it("can be read while it is still being written", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    await run.append(cell, [record], null);
    expect(await readRun(run.path, kinds)).toMatchObject({ manifest, records: [record] });
    await run.close({ status: "cancelled", finishedAt: "2026-01-01T00:00:01.000Z" });
  });

  it("disappears with the folders made for it when it is discarded, and nothing else does", async () => {
    mkdirSync(join(folder, "kept"));
    const run = await createRunFolder(join(folder, "kept", "new", "run"), manifest, plan);
    await run.discard();
    expect(readdirSync(folder)).toEqual(["kept"]);
    expect(readdirSync(join(folder, "kept"))).toEqual([]);

    mkdirSync(join(folder, "empty"));
    await (await createRunFolder(join(folder, "empty"), manifest, plan)).discard();
    expect(readdirSync(join(folder, "empty"))).toEqual([]);
  });

  it("refuses to be read where the manifest is absent, foreign or of a later schema, and where a trial stands twice", async () => {
    const refusal = (path: string): Promise<string> =>
      readRun(path, kinds).then(
        () => "read",
        (error: unknown) => (error instanceof UsageError ? error.message.replace(folder, "") : "a bug"),
      );
    expect(await refusal(folder)).toMatch(/is not a run: it has no manifest\.json/);
    writeFileSync(join(folder, "manifest.json"), '{"name": "something"}');
    expect(await refusal(folder)).toBe(
      '/manifest.json is not the manifest of a run: its kind must be "audit" or "ratings-audit" or "tasks" or "dialogues-audit", got nothing',
    );
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, schema: 3, theriac: "9.0.0" }));
    expect(await refusal(folder)).toBe(
      "/manifest.json was written by a newer version of Theriac (Theriac 9.0.0): the manifest of a run has schema 3 there; this version reads 1 and 2",
    );
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    const line = recordLine({ record, patch: null });
    writeFileSync(join(folder, "records.jsonl"), line.repeat(2));
    expect(await refusal(folder)).toBe(`/records.jsonl: line 2 records trial ${record.id} again`);
    writeFileSync(join(folder, "records.jsonl"), line.replace('"seed":0', '"seed":1'));
    expect(await refusal(folder)).toMatch(/line 1 was changed after it was written/);
    writeFileSync(join(folder, "records.jsonl"), "{}\n");
    expect(await refusal(folder)).toMatch(/line 1 is not the record of a trial/);
    writeFileSync(join(folder, "records.jsonl"), recordLine({ record: { ...record, id: "0123456789abcdef" }, patch: null }));
    expect(await refusal(folder)).toMatch(/0123456789abcdef, which is not in the plan/);
  });

  it("tells records that were changed with their checks from those that the run ended with", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    await run.append(cell, [record, second], null);
    await run.close({ status: "finished", finishedAt: "2026-01-01T00:00:01.000Z" });
    const file = join(run.path, "records.jsonl");
    const lines = readFileSync(file, "utf8");
    writeFileSync(
      file,
      recordLine({ record: { ...record, metrics: { rmse: 9 } }, patch: null }) + recordLine({ record: second, patch: null }),
    );
    await expect(readRun(run.path, kinds)).rejects.toThrow(/records\.jsonl was changed after the run had ended/);
    writeFileSync(file, lines.split("\n")[0] + "\n");
    // What is missing makes a run incomplete, and can be computed again.
    expect(recordsEvidence((await readRun(run.path, kinds)).manifest, 1)).toMatch(/^records: 1, each held .* 1 are missing$/);
    writeFileSync(file, lines);
    expect(recordsEvidence((await readRun(run.path, kinds)).manifest, 2)).toContain(digest(lines));
  });

  it("may begin again where a run was killed before its manifest was in place, and nowhere else", async () => {
    const path = join(folder, "run");
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const host = hostMark(hostname());
    mkdirSync(join(path, "poison"), { recursive: true });
    writeFileSync(join(path, "lock.json"), JSON.stringify({ host: hostname(), pid: gone, began: null }));
    writeFileSync(join(path, `.theriac-${host}-${gone}--0123456789abcdef`), "{");
    const run = await createRunFolder(path, manifest, plan);
    await run.close({ status: "finished", finishedAt: "2026-01-01T00:00:01.000Z" });
    expect(readdirSync(path).sort()).toEqual(["manifest.json", "poison", "records.jsonl"]);
    mkdirSync(join(folder, "other", "poison"), { recursive: true });
    writeFileSync(join(folder, "other", "poison", "mine.json"), "{}");
    await expect(createRunFolder(join(folder, "other"), manifest, plan)).rejects.toThrow(/is not empty/);
  });

  it("follows no link that lies under a name which it writes", async () => {
    const path = join(folder, "run");
    const precious = join(folder, "precious");
    writeFileSync(precious, "precious");
    const run = await createRunFolder(path, manifest, plan);
    for (const name of ["manifest.json.part", "records.jsonl.part", `.lock-${process.pid}`]) symlinkSync(precious, join(path, name));
    symlinkSync(precious, join(path, "poison", `${record.id}.json`));
    await run.append(cell, [record], patchText(cell, noDataPoison));
    await run.close({ status: "finished", finishedAt: "2026-01-01T00:00:01.000Z" });
    expect(readFileSync(precious, "utf8")).toBe("precious");
    expect(lstatSync(join(path, "poison", `${record.id}.json`)).isFile()).toBe(true);
    rmSync(join(path, "records.jsonl"));
    symlinkSync(precious, join(path, "records.jsonl"));
    writeFileSync(precious, "");
    await expect(reopenRunFolder(path, manifest, plan)).rejects.toThrow(/it is a link, and links are not followed/);
    rmSync(join(path, "records.jsonl"));
    rmSync(join(path, "poison"), { recursive: true });
    symlinkSync(folder, join(path, "poison"));
    await expect(reopenRunFolder(path, manifest, plan)).rejects.toThrow(/poison is a link/);
    expect(readdirSync(folder).sort()).toEqual(["precious", "run"]);
  });

  it("tells a patch that was changed or lost from one that is as it was recorded", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    await run.append(cell, [record], patchText(cell, noDataPoison));
    await run.close({ status: "cancelled", finishedAt: "2026-01-01T00:00:01.000Z" });
    const patch = join(run.path, "poison", `${record.id}.json`);
    writeFileSync(patch, readFileSync(patch, "utf8").replace('"seed":0', '"seed":9'));
    await expect(readRun(run.path, kinds)).rejects.toThrow(/poison.*was changed after trial/);
    rmSync(patch);
    await expect(readRun(run.path, kinds)).rejects.toThrow(/poison.*is missing/);
  });

  it("drops a line that was not written to its end, and goes on after the last whole one", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    await run.append(cell, [record], null);
    await run.close({ status: "cancelled", finishedAt: "2026-01-01T00:00:01.000Z" });
    appendFileSync(join(run.path, "records.jsonl"), recordLine({ record: second, patch: null }).slice(0, -30));
    expect((await readRun(run.path, kinds)).records).toEqual([record]);
    const again = await reopenRunFolder(run.path, manifest, plan);
    await again.append(cell, [second], null);
    await again.append(baseline, [{ ...record, id: baseline.trials[0].id, attack: null }], null);
    await again.close({ status: "finished", finishedAt: "2026-01-01T00:00:02.000Z" });
    // A finished run has its records in the order of the plan.
    expect((await readRun(run.path, kinds)).records.map(({ id }) => id)).toEqual([baseline.trials[0].id, record.id, second.id]);
  });

  it("is written by one process at a time, and a lock whose process is gone is taken over", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    await expect(reopenRunFolder(run.path, manifest, plan)).rejects.toThrow(/is being written by process \d+ on/);
    await run.close({ status: "cancelled", finishedAt: "2026-01-01T00:00:01.000Z" });
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(join(run.path, "lock.json"), JSON.stringify({ host: hostname(), pid: gone, began: null }));
    const again = await reopenRunFolder(run.path, manifest, plan);
    await again.close({ status: "cancelled", finishedAt: "2026-01-01T00:00:02.000Z" });
    expect(readdirSync(run.path)).not.toContain("lock.json");
    writeFileSync(join(run.path, "lock.json"), JSON.stringify({ host: "another-machine", pid: 1, began: null }));
    await expect(reopenRunFolder(run.path, manifest, plan)).rejects.toThrow(/process 1 on another-machine/);
  });

  it("says that it was removed while it was being written, instead of writing to nowhere", async () => {
    const run = await createRunFolder(join(folder, "run"), manifest, plan);
    rmSync(run.path, { recursive: true });
    await expect(run.append(cell, [record], null)).rejects.toThrow(/records\.jsonl is gone/);
    await run.close({ status: "failed", finishedAt: "2026-01-01T00:00:01.000Z" });
  });
});

describe("the default place of a run", () => {
  it("is named after the data and the time", () => {
    const now = new Date(2026, 2, 1, 9, 5, 7);
    expect(defaultRunPath("data/reviews.csv.gz", now)).toBe(join("theriac-runs", "reviews-20260301-090507"));
    expect(defaultRunPath("data/*.parquet", now)).toBe(join("theriac-runs", "data-20260301-090507"));
    expect(defaultRunPath("data/two words.v2.csv", now)).toBe(join("theriac-runs", "two-words.v2-20260301-090507"));
  });

  it("says how to go on with what is there by the kind of its run", async () => {
    for (const [kind, command] of [
      ["audit", "audit"],
      ["tasks", "tasks"],
      ["ratings-audit", "audit"],
    ] as const) {
      const other = join(folder, kind);
      mkdirSync(other);
      writeFileSync(join(other, "manifest.json"), JSON.stringify({ kind }));
      expect(() => checkRunPath(other)).toThrow(`go on with that one: theriac ${command} --resume ${other}`);
    }
  });
});
