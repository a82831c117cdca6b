import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { audit as compiledAudit, resumeAudit as compiledResume } from "../src/node/audit.ts";
import type { AuditConfig } from "../src/node/config/audit-config.ts";
import type { mergeRuns as compiledMerge } from "../src/node/merge.ts";
import type { TrialRecord } from "../src/study/record.ts";
import { makeRng } from "../src/numeric/random.ts";

// Workers start from compiled files.
const { audit, resumeAudit } = (await import("../dist/node/audit.js" as string)) as {
  audit: typeof compiledAudit;
  resumeAudit: typeof compiledResume;
};
const { mergeRuns } = (await import("../dist/node/merge.js" as string)) as { mergeRuns: typeof compiledMerge };

let folder: string;
let data: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "theriac-left-out-"));
  data = join(folder, "rows.csv");
  const rng = makeRng("left out");
  const lines = Array.from({ length: 240 }, (_, i) => {
    const isOne = i % 2 === 1;
    return [rng.normal() + (isOne ? 2 : 0), rng.normal() - (isOne ? 1 : 0), rng.normal(), isOne ? "yes" : "no"].join(",");
  });
  writeFileSync(data, `a,b,c,label\n${lines.join("\n")}\n`);
});

afterAll(() => rmSync(folder, { recursive: true }));

function configOf(out: string, more: Partial<AuditConfig> = {}): AuditConfig {
  return {
    data: { path: data, labels: ["label"] },
    attacks: ["label-flip", "greedy-flip", "random-injection", "confident-flip"],
    ...{ budgets: ["10%"], repairs: ["drop"], detectors: ["loss"], seeds: 6, certificates: [], out: join(folder, out) },
    ...more,
  };
}

function recordsIn(run: string): TrialRecord[] {
  const lines = readFileSync(join(run, "records.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => ({ ...(JSON.parse(line) as TrialRecord), times: { attackMs: 0, trainMs: 0 }, check: null }));
}

describe("trials that are not needed", () => {
  it("are recorded as such, alike on any number of threads, in shards and after a stop, and the others are those of a study of all", async () => {
    const whole = await audit(configOf("whole", { allTrials: true }), { jobs: 2 });
    const one = await audit(configOf("one"), { jobs: 1 });
    const records = recordsIn(one.run);
    const cut = records.filter(({ status }) => status === "not-needed");
    expect(records).toHaveLength(recordsIn(whole.run).length);
    expect(cut.length).toBeGreaterThan(0);
    for (const { decided, metrics, seed } of cut) {
      expect(metrics).toEqual({});
      expect(decided?.seed).toBeLessThan(seed);
      expect(decided?.seed).toBeGreaterThanOrEqual(2);
    }
    const run = new Map(records.filter(({ status }) => status === "ok").map((record) => [record.id, record]));
    for (const record of recordsIn(whole.run)) if (run.has(record.id)) expect(run.get(record.id)).toEqual(record);
    expect(one.verdict).toEqual(whole.verdict);
    expect(one.learners[0].summary.strongest[0].attack).toBe(whole.learners[0].summary.strongest[0].attack);
    expect(readdirSync(join(one.run, "poison"))).toHaveLength(readdirSync(join(whole.run, "poison")).length - cut.length / 2);

    const two = await audit(configOf("two"), { jobs: 2 });
    expect(recordsIn(two.run)).toEqual(records);

    const stop = new AbortController();
    const stopped = await audit(configOf("stopped"), {
      jobs: 1,
      signal: stop.signal,
      onProgress: (done) => void (done > 0.7 * records.length && stop.abort()),
    });
    expect(stopped.status).toBe("cancelled");
    await resumeAudit(stopped.run, { jobs: 2 });
    expect(recordsIn(stopped.run)).toEqual(records);

    const shards = [];
    for (const index of [1, 2]) shards.push((await audit(configOf(`shard ${index}`), { jobs: 1, shard: { index, of: 2 } })).run);
    const joined = await mergeRuns(shards, { out: join(folder, "joined") });
    await resumeAudit(joined.path, { jobs: 1 });
    expect(recordsIn(joined.path)).toEqual(records);
  });

  it("are told of in the findings and before the run, and few seeds have none", async () => {
    let told: unknown;
    const { learners } = await audit(configOf("told"), { jobs: 1, onEstimate: (estimate) => (told = estimate) });
    const { notNeeded } = learners[0].summary;
    expect(told).toMatchObject({ trials: 60, least: { trials: 36 } });
    expect(notNeeded).toBeGreaterThan(0);
    const few = await audit(configOf("few", { seeds: 3 }), { jobs: 1 });
    expect(few.learners[0].summary.notNeeded).toBeUndefined();
    expect(few.manifest.study.stopping).toBeUndefined();
  });
});
