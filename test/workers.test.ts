import { describe, expect, it } from "vitest";
import { catalog } from "../src/catalog.ts";
import { type EncoderParams, encoderParams } from "../src/data/encoder.ts";
import { resolveParams } from "../src/core/params.ts";
import type { StudyConfig } from "../src/study/config.ts";
import { planStudy, runStudy } from "../src/study/run-study.ts";
import type { TrialRecord } from "../src/study/record.ts";
import type { runOnWorkers as compiled } from "../src/node/workers/run-on-workers.ts";
import type { tableAudit as compiledKind } from "../src/node/kinds/table.ts";
import { digest } from "../src/node/runs/provenance.ts";
import { makeTable } from "../src/node/contract/small-tables.ts";

// Workers start from compiled files.
const { runOnWorkers } = (await import("../dist/node/workers/run-on-workers.js" as string)) as { runOnWorkers: typeof compiled };
const { tableAudit } = (await import("../dist/node/kinds/table.js" as string)) as { tableAudit: typeof compiledKind };

const table = makeTable({ rows: 60, target: "two classes", text: true, tasks: true, sources: true, seed: 3 });
const config: StudyConfig = {
  encoder: resolveParams<EncoderParams>("encoder", encoderParams),
  learner: { id: "logistic", params: { weightDecay: "auto", bias: "free", tolerance: 1e-4 } },
  sharing: "pooled",
  attacks: [
    { id: "label-flip", params: {} },
    { id: "flipped-copies", params: {} },
  ],
  detectors: [],
  repairs: [],
  budgets: [0.05, 0.1],
  seeds: 3,
  firstSeed: 0,
  testFraction: 0.3,
  flagFraction: 0.05,
  attackTasks: null,
  targetTasks: null,
  target: null,
  ignorance: { ownSample: 0.2, surrogate: { id: "linear-svm", params: {} } },
};
const cells = planStudy(config, "workers", digest);

async function recordsOnWorkers(options: { jobs: number; memoryMiB?: number; signal?: AbortSignal }): Promise<TrialRecord[]> {
  const records: TrialRecord[] = [];
  await runOnWorkers(tableAudit, { table, config, methods: catalog }, cells, {
    ...options,
    onCell: (_, made) => void records.push(...made),
  });
  return records;
}

const byId = (records: TrialRecord[]): unknown[] =>
  records.map((record) => ({ ...record, times: null })).sort((a, b) => (a.id < b.id ? -1 : 1));

describe("a study on workers", () => {
  it("has the records of the same study without workers", async () => {
    const alone: TrialRecord[] = [];
    await runStudy({ table, config, methods: catalog }, cells, { now: () => 0, onCell: (_, made) => void alone.push(...made) });
    expect(byId(await recordsOnWorkers({ jobs: 3 }))).toEqual(byId(alone));
  });

  it("starts no worker again once it is stopped, though a record is on its way", async () => {
    const stop = new AbortController();
    let calls = 0;
    const onCell = async (): Promise<void> => {
      calls++;
      stop.abort();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await expect(
      runOnWorkers(tableAudit, { table, config, methods: catalog }, cells, { jobs: 1, signal: stop.signal, onCell }),
    ).rejects.toThrow("stopped");
    const before = calls;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(calls).toBe(before);
  });

  it("fails the trials of a worker that runs out of memory, with that reason, and ends", async () => {
    const records = await recordsOnWorkers({ jobs: 2, memoryMiB: 4 });
    expect(records).toHaveLength(cells.length);
    expect(new Set(records.map((record) => `${record.status}: ${record.error}`))).toEqual(
      new Set(["failed: the worker died: out of memory (limit 4 MiB)"]),
    );
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const running = recordsOnWorkers({ jobs: 2, signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ name: "CancelledError" });
  });
});
