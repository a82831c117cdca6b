import { availableParallelism } from "node:os";
import { CancelledError, UsageError } from "../core/errors.ts";
import { listExamples, targetOf, taskNames } from "../core/examples.ts";
import { type Table, columnOf } from "../core/table.ts";
import { parseLimit } from "../report/judging/limits.ts";
import { type StudyConfig, resolveReach } from "../study/config.ts";
import { intentQuantities } from "../study/intent-metrics.ts";
import { type Cell, planStudy } from "../study/plan.ts";
import type { TrialRecord } from "../study/record.ts";
import { splitForSeed } from "../study/seed-setup.ts";
import { type AuditConfig, readRequestOf } from "./config/audit-config.ts";
import { describePlan } from "./config/describe-plan.ts";
import { estimateStudyMs } from "./estimate.ts";
import { type Judgement, checkLimits, judgeRun, metricsFor } from "./runs/judge-run.ts";
import { type DataInfo, type Manifest, storedPlan } from "./runs/manifest.ts";
import { digest, provenance } from "./runs/provenance.ts";
import { readTable } from "./read/read-table.ts";
import { type Note, type ReadResult, notesOf } from "./read/request.ts";
import { keptPlace, refuseGone } from "./read/find/standard-input.ts";
import { checkConfig, resolveStudy } from "./config/resolve-study.ts";
import {
  type RunFolder,
  checkRunPath,
  createRunFolder,
  defaultRunPath,
  isToBeRedone,
  readRun,
  reopenRunFolder,
  tidyRun,
} from "./runs/run-folder.ts";
import { otherVersionNote, refuseEndless, refuseOtherVersion } from "./runs/run-plan.ts";
import { writeReport } from "./runs/run-report.ts";
import { version } from "./runs/version.ts";
import { runOnWorkers } from "./workers/run-on-workers.ts";

export interface AuditHooks {
  /** Stops at once; what is recorded stays, and `resumeAudit` goes on from there. */
  readonly signal?: AbortSignal;
  /** Worker threads; by default one for each core. They change nothing but the time. */
  readonly jobs?: number | undefined;
  /** What was guessed, what looks wrong, what was understood; told once it is clear that the audit can be run. */
  readonly onNote?: (note: Note) => void;
  /** What it will take, told before anything is trained. */
  readonly onEstimate?: (estimate: { readonly trials: number; readonly jobs: number; readonly ms: number }) => void;
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
  const limits = (config.limits ?? []).map((text) => parseLimit(text));
  if (config.out !== undefined) checkRunPath(config.out);

  const request = readRequestOf(config.data);
  const read = await readTable(request);
  // Before anything else may be refused: what was noticed is often why.
  tell(notesOf(read, "warning"), [], hooks);
  const { study, notes } = resolveStudy(config, read.table);
  checkLimits(limits, study.budgets, metricsFor(targetOf(read.table)), intentQuantities);
  const identity = identityOf(read);
  refuseEndless({ kind: "audit", study });
  const cells = planStudy(study, identity, digest);
  tryEverySplit(read.table, study);

  const started = new Date();
  const manifest: Manifest = {
    schema: 2,
    kind: "audit",
    status: "started",
    startedAt: started.toISOString(),
    finishedAt: null,
    ...(await provenance()),
    // Absolute, so that the run can be resumed from anywhere.
    read: { ...request, data: keptPlace(request.data) },
    data: describeData(read, study),
    identity,
    study,
    plannedTrials: cells.reduce((sum, cell) => sum + cell.trials.length, 0),
    limits: limits.map((limit) => limit.text),
    strict: config.strict ?? false,
    notes: [...read.notes, ...notes],
    plan: storedPlan(cells),
  };
  const folder = await createRunFolder(config.out ?? defaultRunPath(request.data, started), manifest, cells);
  tell([...notesOf(read, "info"), ...notes], describePlan(read.table, study, cells), hooks);
  return runInto(folder, { table: read.table, study, cells, recorded: new Set() }, hooks);
}

/**
 * Goes on with a run that was stopped or killed: nothing that is recorded whole is computed again.
 *
 * @throws UsageError when the data or the version are no longer those of the run, or another process is writing it
 */
export async function resumeAudit(path: string, hooks: AuditHooks = {}): Promise<AuditResult> {
  const { manifest, records } = await readTableRun(path);
  const { study } = manifest;
  const recorded = new Set(records.filter((record) => !isToBeRedone(record)).map((record) => record.id));
  if (manifest.status === "finished" && recorded.size >= manifest.plannedTrials) {
    const note = otherVersionNote(path, manifest);
    if (note !== null) hooks.onNote?.(note);
    return afterTheEnd(path, manifest, records);
  }
  refuseOtherVersion(path, manifest);
  const cells = planStudy(manifest.study, manifest.identity, digest);
  refuseGone(path, manifest.read.data);
  const read = await readTable(manifest.read);
  const changed = read.files.find((file, i) => file.sha256 !== manifest.data.files[i]?.sha256);
  if (changed !== undefined || read.files.length !== manifest.data.files.length)
    throw new UsageError(`${changed?.path ?? manifest.read.data} is not what ${path} was begun with: the data have changed since`);
  if (JSON.stringify(identityOf(read)) !== JSON.stringify(manifest.identity))
    throw new UsageError(`${path}: the manifest was changed, so its trials cannot be told from others`);

  const { error: _, ...begun } = manifest;
  const folder = await reopenRunFolder(path, { ...begun, status: "started", finishedAt: null }, cells);
  const left = manifest.plannedTrials - recorded.size;
  tell([], [`going on with ${path}: ${recorded.size} of ${manifest.plannedTrials} trials are recorded, ${left} are left`], hooks);
  return runInto(folder, { table: read.table, study, cells, recorded }, hooks);
}

/** A run may have been killed after its last record and before its report. */
async function afterTheEnd(path: string, manifest: Manifest, records: readonly TrialRecord[]): Promise<AuditResult> {
  await tidyRun(path);
  await writeReport(path);
  return { ...judgeRun(manifest, records), run: path, status: "finished", manifest, records };
}

interface Work {
  readonly table: Table;
  readonly study: StudyConfig;
  readonly cells: readonly Cell[];
  readonly recorded: ReadonlySet<string>;
}

async function runInto(folder: RunFolder, { table, study, cells, recorded }: Work, hooks: AuditHooks): Promise<AuditResult> {
  const jobs = hooks.jobs ?? availableParallelism();
  let appended = 0;
  const now = (): string => new Date().toISOString();
  let status: AuditResult["status"] = "finished";
  try {
    const trials = cells.reduce((sum, cell) => sum + cell.trials.filter(({ id }) => !recorded.has(id)).length, 0);
    const openCells = cells.filter((cell) => cell.trials.some(({ id }) => !recorded.has(id))).length;
    const threads = Math.min(jobs, openCells);
    if (hooks.onEstimate !== undefined && trials > 0)
      hooks.onEstimate({ trials, jobs: threads, ms: await estimateStudyMs({ table, config: study }, trials, threads) });
    await runOnWorkers({ table, config: study }, cells, {
      jobs,
      recorded,
      signal: hooks.signal,
      ...(hooks.onProgress === undefined ? {} : { onProgress: hooks.onProgress }),
      onCell: async (cell, batch, poison) => {
        await folder.append(cell, batch, poison);
        appended += batch.length;
      },
    });
  } catch (error) {
    if (error instanceof CancelledError) status = "cancelled";
    else {
      if (error instanceof UsageError && appended + recorded.size === 0) await folder.discard();
      else await folder.close({ status: "failed", finishedAt: now(), error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
  await folder.close({ status, finishedAt: now() });
  await writeReport(folder.path);
  const { manifest, records } = await readTableRun(folder.path);
  return { ...judgeRun(manifest, records), run: folder.path, status, manifest, records };
}

async function readTableRun(path: string): Promise<{ manifest: Manifest; records: TrialRecord[] }> {
  const { manifest, records } = await readRun(path);
  if (manifest.kind !== "audit") throw new UsageError(`${path} is the audit of a recommender`);
  return { manifest, records };
}

function tell(notes: readonly Note[], lines: readonly string[], hooks: AuditHooks): void {
  for (const note of [...notes, ...lines.map((text): Note => ({ level: "info", text }))]) hooks.onNote?.(note);
}

/** A split that cannot be made is a wrong request too. */
function tryEverySplit(table: Table, study: StudyConfig): void {
  for (let seed = study.firstSeed; seed < study.firstSeed + study.seeds; seed++) splitForSeed(table, study, seed);
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

function describeData({ table, files }: ReadResult, study: StudyConfig): DataInfo {
  const target = targetOf(table);
  const { y, task } = listExamples(table);
  const { targetTasks } = resolveReach(table, study);
  const measuredExamples = targetTasks === null ? y.length : task.filter((t) => targetTasks.includes(t)).length;
  const classShares = target.kind === "real" ? [] : target.names.map((_, k) => y.filter((label) => label === k).length / y.length);
  const source = table.roles.source === null ? null : columnOf(table, table.roles.source);
  const sources = source !== null && "names" in source ? { sources: source.names.length } : {};
  return {
    files,
    roles: table.roles,
    rows: table.rows,
    examples: y.length,
    measuredExamples,
    target,
    classShares,
    tasks: taskNames(table).length,
    ...sources,
  };
}
