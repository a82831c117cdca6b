import { performance } from "node:perf_hooks";
import { makeRng } from "../numeric/random.ts";
import { catalog } from "../catalog.ts";
import type { Signal } from "../core/context.ts";
import { CancelledError, UsageError } from "../core/errors.ts";
import { listExamples, targetOf } from "../core/examples.ts";
import { columnOf } from "../core/table.ts";
import { splitRows } from "../data/split.ts";
import { parseLimit } from "../report/limits.ts";
import { type Cell, planStudy } from "../study/plan.ts";
import type { TrialRecord } from "../study/record.ts";
import { runStudy } from "../study/run-study.ts";
import { type AuditConfig, readRequestOf } from "./audit-config.ts";
import { describePlan } from "./describe-plan.ts";
import { type Judgement, checkLimits, judgeRun } from "./judge-run.ts";
import { digest, provenance } from "./provenance.ts";
import { readTable } from "./read/read-table.ts";
import type { Note, ReadResult } from "./read/request.ts";
import { checkConfig, resolveStudy } from "./resolve-study.ts";
import { type DataInfo, type Manifest, checkRunPath, createRunFolder, defaultRunPath, readRun } from "./run-folder.ts";
import { version } from "./version.ts";

export interface AuditHooks {
  /** Stops after the cell that is running. */
  readonly signal?: Signal;
  /** What was guessed, what looks wrong, what was understood; told once it is clear that the audit can be run. */
  readonly onNote?: (note: Note) => void;
  /** `done` and `total` in trials. */
  readonly onProgress?: (done: number, total: number, running: Cell) => void;
}

export interface AuditResult extends Judgement {
  /** Folder of the run. */
  readonly run: string;
  readonly status: "finished" | "cancelled";
  readonly manifest: Manifest;
  readonly records: readonly TrialRecord[];
}

/**
 * Reads the data, runs the study, writes the run folder and judges it.
 *
 * @throws UsageError when the request was wrong; then nothing was written
 */
export async function audit(config: AuditConfig, hooks: AuditHooks = {}): Promise<AuditResult> {
  checkConfig(config);
  if (config.data?.path === undefined) throw new UsageError("no data was named: give a file, a glob or a folder");
  const limits = (config.limits ?? []).map(parseLimit);
  if (config.out !== undefined) checkRunPath(config.out);

  const request = readRequestOf(config.data);
  const read = await readTable(request);
  const { table } = read;
  const { study, notes } = resolveStudy(config, table);
  checkLimits(limits, study, targetOf(table).kind);
  const identity = identityOf(read);
  const cells = planStudy(study, identity, digest);
  // A split that cannot be made is a wrong request too.
  splitRows(table, { testFraction: study.testFraction, rng: makeRng(study.firstSeed).fork("split") });

  const started = new Date();
  const manifest: Manifest = {
    schema: 1,
    kind: "audit",
    status: "started",
    startedAt: started.toISOString(),
    finishedAt: null,
    ...(await provenance()),
    read: request,
    data: describeData(read),
    identity,
    study,
    plannedTrials: cells.reduce((sum, cell) => sum + cell.trials.length, 0),
    limits: limits.map((limit) => limit.text),
    strict: config.strict ?? false,
  };
  const folder = await createRunFolder(config.out ?? defaultRunPath(request.data, started), manifest);
  const understood = describePlan(table, study, cells).map((text): Note => ({ level: "info", text }));
  for (const note of [...read.notes, ...notes, ...understood]) hooks.onNote?.(note);
  const status = await run();
  const { manifest: written, records } = await readRun(folder.path);
  return { ...judgeRun(written, records), run: folder.path, status, manifest: written, records };

  async function run(): Promise<AuditResult["status"]> {
    let recorded = 0;
    const now = (): string => new Date().toISOString();
    try {
      await runStudy({ table, config: study, methods: catalog }, cells, {
        now: () => performance.now(),
        signal: hooks.signal,
        onProgress: hooks.onProgress ?? (() => {}),
        onCell: async (cell, batch, poison) => {
          await folder.append(cell, batch, poison);
          recorded += batch.length;
        },
      });
    } catch (error) {
      if (error instanceof CancelledError) {
        await folder.close("cancelled", now());
        return "cancelled";
      }
      if (error instanceof UsageError && recorded === 0) await folder.discard();
      else await folder.close("failed", now(), error instanceof Error ? error.message : String(error));
      throw error;
    }
    await folder.close("finished", now());
    return "finished";
  }
}

/** What shapes the trials besides the study: what was read, how, and by which version. */
function identityOf({ table, files, dialect }: ReadResult): unknown {
  const { roles } = table;
  const used = [...roles.labels, ...roles.features];
  return {
    theriac: version,
    files: files.map((file) => file.sha256),
    dialect,
    roles,
    kinds: used.map((name) => columnOf(table, name).kind),
  };
}

function describeData({ table, files }: ReadResult): DataInfo {
  const target = targetOf(table);
  const { y } = listExamples(table);
  const classShares = target.kind === "real" ? [] : target.names.map((_, k) => y.filter((label) => label === k).length / y.length);
  return { files, roles: table.roles, rows: table.rows, examples: y.length, target, classShares };
}
