import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { CancelledError, UsageError } from "../core/errors.ts";
import { parseLimit } from "../report/judging/limits.ts";
import type { Cell } from "../study/kind.ts";
import { planCells } from "../study/plan.ts";
import type { TasksResult } from "../study/tasks/tasks-result.ts";
import type { RatingsHarm } from "../study/ratings/harm.ts";
import type { StudyBudgets } from "../study/budgets.ts";
import type { TrialRecord } from "../study/record.ts";
import type { AuditConfig } from "./config/audit-config.ts";
import { writeReportOf } from "./kinds/write-report.ts";
import type { AfterTrials, AnyAuditKind, AuditKind, JudgedRun, Reading } from "./kinds/audit-kind.ts";
import { kinds } from "./kinds/kinds.ts";
import { refuseUnnamedCommand } from "./kinds/named-command.ts";
import { identityWith, readAgain, refuseUnknownMethods } from "./kinds/read-again.ts";
import { readHarm } from "./kinds/ratings-harm-file.ts";
import { dialoguesAudit } from "./kinds/dialogues.ts";
import { ratingsAudit } from "./kinds/ratings.ts";
import { tableAudit } from "./kinds/table.ts";
import { tasksResultOf, tasksStudy } from "./kinds/tasks.ts";
import type { DialoguesAuditConfig } from "./config/dialogues-config.ts";
import type { RatingsAuditConfig } from "./config/ratings-audit-config.ts";
import { keptPlace, standardInput } from "./read/find/standard-input.ts";
import { type Note, notesOf } from "./read/request.ts";
import { type Judgement, checkLimits, judge } from "./runs/judge-run.ts";
import {
  type AnyManifest,
  type DialoguesManifest,
  type Manifest,
  type RatingsManifest,
  type TasksManifest,
  storedPlan,
} from "./runs/manifest.ts";
import { digest, provenance } from "./runs/provenance.ts";
import {
  type RunFolder,
  checkRunPath,
  createRunFolder,
  defaultRunPath,
  isToBeRedone,
  readRun,
  reopenRunFolder,
  sealAfterTrials,
  tidyRun,
} from "./runs/run-folder.ts";
import { resumeCommand } from "./runs/resume-command.ts";
import { otherVersionNote, planAnew, refuseEndless, refuseOtherVersion } from "./runs/run-plan.ts";
import { parseQueue } from "./queue/queue-address.ts";
import type { StudyQueue } from "./queue/run-on-queue.ts";
import type { TasksConfig } from "./tasks/resolve-tasks.ts";
import { version } from "./runs/version.ts";
import { methodsIn, modulesOf, useMethods } from "./methods/own-methods.ts";
import { type StagesOptions, runStages, trialsOf } from "./workers/run-stages.ts";
import { type Shard, cellsOfShard } from "../study/shard.ts";

/** What a study is going to take. */
export interface Estimate {
  readonly trials: number;
  readonly jobs: number;
  readonly ms: number;
  /** The same where as many trials turn out not to be needed as may; absent where all are run. */
  readonly least?: { readonly trials: number; readonly ms: number };
}

export interface AuditHooks {
  /** Stops at once; what is recorded stays, and `resumeAudit` goes on from there. */
  readonly signal?: AbortSignal;
  /** Worker threads; by default one for each core. They change nothing but the time. */
  readonly jobs?: number | undefined;
  /** Computes this part of the plan alone; `mergeRuns` joins the parts. */
  readonly shard?: Shard | undefined;
  /** Address of a PostgreSQL database, as `postgres://user@host/database`, on which the trials are put up for those who `work`; they are waited for. */
  readonly queue?: string | undefined;
  /** Of a run that is gone on with: its training command, word by word as it was begun with. No run starts a command by itself. */
  readonly command?: readonly string[] | undefined;
  /** What was guessed, what looks wrong, what was understood; warnings as soon as they are known, the rest once it is clear that the audit can be run. */
  readonly onNote?: (note: Note) => void;
  /** What it will take, told before anything is trained. */
  readonly onEstimate?: (estimate: Estimate) => void;
  /** `done` and `total` in trials; the budget of the cell is one of these. */
  readonly onProgress?: (done: number, total: number, running: Cell, budgets: StudyBudgets) => void;
}

export interface AuditResult<M extends AnyManifest = Manifest> extends Judgement {
  /** Folder of the run. */
  readonly run: string;
  readonly status: "finished" | "cancelled";
  readonly manifest: M;
  readonly records: readonly TrialRecord[];
}

export interface RatingsAuditResult extends AuditResult<RatingsManifest> {
  /** Of the strongest attack at the largest budget on each engine, where it ended. */
  readonly harm: readonly RatingsHarm[];
}

/** An audit of a table. @throws UsageError when the request was wrong; then nothing was written */
export async function audit(config: AuditConfig, hooks: AuditHooks = {}): Promise<AuditResult> {
  return runAudit(tableAudit, config, hooks);
}

/** The same for ratings: every engine is attacked by itself. */
export async function auditRatings(config: RatingsAuditConfig, hooks: AuditHooks = {}): Promise<RatingsAuditResult> {
  const result = await runAudit(ratingsAudit, config, hooks);
  return { ...result, harm: await readHarm(result.run) };
}

/** The same for fine-tuning data: records are dosed, detectors look for them, and a model that trains in seconds shows what would be learned. */
export async function auditDialogues(config: DialoguesAuditConfig, hooks: AuditHooks = {}): Promise<AuditResult<DialoguesManifest>> {
  return runAudit(dialoguesAudit, config, hooks);
}

export interface TasksStudyResult extends AuditResult<TasksManifest> {
  /** null where no split could be measured. */
  readonly found: TasksResult | null;
}

/**
 * The same for tables of several tasks: who helps whom, who can hurt whom through what they share, and what that costs. Nothing is judged.
 *
 * @throws UsageError where the data hold one task only or a label that cannot be learned together
 */
export async function measureTaskRelations(config: TasksConfig, hooks: AuditHooks = {}): Promise<TasksStudyResult> {
  const result = await runAudit(tasksStudy, config, hooks);
  return { ...result, found: tasksResultOf(result.manifest, result.records) };
}

/** What an audit of any kind can be asked for beside what is of the kind. */
interface AnyConfig {
  readonly limits?: readonly string[];
  readonly strict?: boolean;
  readonly out?: string;
  readonly methods?: readonly string[];
}

/**
 * Reads data of a kind, runs the study, writes the run folder and judges it.
 *
 * @throws UsageError when the request was wrong; then nothing was written
 */
export async function runAudit<M extends AnyManifest, C extends AnyConfig, R extends Reading, I>(
  kind: AuditKind<M, C, R, I>,
  config: C,
  hooks: AuditHooks,
): Promise<AuditResult<M>> {
  if (hooks.queue !== undefined) parseQueue(hooks.queue);
  await useMethods(config.methods ?? []);
  kind.checkConfig(config);
  if (kind.pathOf(config) === undefined) throw new UsageError("no data was named: give a file, a glob or a folder");
  const limits = (config.limits ?? []).map((text) => parseLimit(text));
  if (config.out !== undefined) checkRunPath(config.out);

  const request = hooks.queue === undefined ? kind.requestOf(config) : placed(kind.requestOf(config));
  const read = await kind.read(request);
  // Before anything else may be refused: what was noticed is often why.
  tell(notesOf(read, "warning"), hooks);
  const { study, notes } = kind.resolve(config, read, request);
  const data = kind.infoOf(read, study);
  const { measured, ofAttacks } = kind.quantitiesOf({ data, study });
  checkLimits(limits, study, { measured, ofAttacks, proven: kind.provenOf?.({ data, study }) });
  const modules = modulesOf(methodsIn(study));
  const identity = identityWith(kind.identityOf(read), modules);
  refuseEndless(study, kind);
  const cells = planCells(kind.study.plan, study as never, identity, digest);
  const { shard } = hooks;
  const own = ownCells(kind, shard, cells, study);
  const input = await kind.inputOf(read, study);
  kind.tryOut(input);

  const started = new Date();
  const manifest = {
    schema: 2,
    kind: kind.id,
    status: "started",
    startedAt: started.toISOString(),
    finishedAt: null,
    ...(await provenance()),
    // Absolute, so that the run can be resumed from anywhere.
    read: { ...request, data: keptPlace(request.data) },
    data,
    identity,
    study,
    plannedTrials: trialsOf(cells),
    ...(shard === undefined ? {} : { shard: { ...shard, trials: trialsOf(own) } }),
    limits: limits.map((limit) => limit.text),
    strict: config.strict ?? false,
    ...(modules.length === 0 ? {} : { methods: modules.map(({ path, sha256 }) => ({ path, sha256 })) }),
    notes: [...read.notes, ...notes],
    plan: storedPlan(cells),
  } as unknown as M;
  const folder = await createRunFolder(config.out ?? defaultRunPath(request.data, started), manifest, cells);
  tell([...notesOf(read, "info"), ...notes, ...kind.describe(read, study, cells).map(infoNote)], hooks);
  return runInto(kind, folder, { input, cells: own, manifest }, new Set(), hooks);
}

/**
 * Goes on with a run that was stopped or killed, of whatever kind: nothing that is recorded whole is computed again.
 *
 * @throws UsageError when the data or the version are no longer those of the run, its training command was not named again, or another process is writing it
 */
export async function resumeAudit(
  path: string,
  hooks: AuditHooks = {},
  among: readonly AnyAuditKind[] = kinds,
): Promise<AuditResult<AnyManifest>> {
  const { kind, manifest, records } = await readRun(path, among);
  refuseUnknownMethods(path, manifest);
  const recorded = new Set(records.filter((record) => !isToBeRedone(record)).map((record) => record.id));
  const planned = manifest.shard?.trials ?? manifest.plannedTrials;
  if (manifest.status === "finished" && recorded.size >= planned) {
    const note = otherVersionNote(path, manifest);
    if (note !== null) hooks.onNote?.(note);
    return afterTheEnd(kind, path, manifest, records, afterTrialsOptions(hooks));
  }
  refuseOtherVersion(path, manifest);
  refuseUnnamedCommand(path, manifest.study, hooks.command ?? [], resumeCommand(manifest.kind, path));
  const cells = planAnew(manifest, kind);
  const input = await readAgain(kind, path, manifest);
  const { error: _, ...begun } = manifest;
  const folder = await reopenRunFolder(path, { ...begun, status: "started", finishedAt: null } as AnyManifest, cells);
  const left = planned - recorded.size;
  tell([infoNote(`going on with ${path}: ${recorded.size} of ${planned} trials are recorded, ${left} are left`)], hooks);
  return runInto(kind, folder, { input, cells: ownCells(kind, manifest.shard, cells, manifest.study), manifest }, recorded, hooks);
}

/** Where the data are from anywhere: others are to find them there. @throws UsageError where nobody else can */
function placed<R extends AnyManifest["read"]>(request: R): R {
  const { data, labelFile } = request as R & { readonly labelFile?: string };
  if (data === standardInput)
    throw new UsageError("--queue: data that come over standard input are on no other machine: save them to a file");
  return { ...request, data: keptPlace(data), ...(labelFile === undefined ? {} : { labelFile: resolve(labelFile) }) };
}

/** The cells that a run computes. */
function ownCells(kind: AnyAuditKind, shard: Shard | undefined, cells: readonly Cell[], study: unknown): readonly Cell[] {
  return shard === undefined ? cells : cellsOfShard(cells, (cell) => kind.study.later?.stageOf(cell, study) ?? 0, shard);
}

function afterTrialsOptions({ signal, jobs }: AuditHooks): AfterTrials {
  return { signal, jobs: jobs ?? availableParallelism() };
}

/** A run may have been killed after its last record and before its report. */
async function afterTheEnd<I>(
  kind: AuditKind<any, any, any, I>,
  path: string,
  manifest: AnyManifest,
  records: readonly TrialRecord[],
  options: AfterTrials,
): Promise<AuditResult<AnyManifest>> {
  await tidyRun(path);
  const run = { path, manifest, records, judged: judgedBy(kind, path, manifest, records) };
  const result = { ...run.judged, run: path, manifest, records };
  if (manifest.shard !== undefined) return { ...result, status: "finished" };
  // Another version may not measure alike what was recorded by this one.
  if (kind.isAfterTrials?.(path, manifest) === false && manifest.theriac === version)
    try {
      await kind.afterTrials?.(run, await readAgain(kind, path, manifest), options);
      await sealAfterTrials(path, manifest);
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      return { ...result, status: "cancelled" };
    }
  const whole = { ...run, judged: judgedBy(kind, path, manifest, records) };
  await writeReportOf(kind, whole);
  return { ...result, ...whole.judged, status: "finished" };
}

async function runInto<M extends AnyManifest, I>(
  kind: AuditKind<M, any, any, I>,
  folder: RunFolder,
  { input, cells, manifest }: { readonly input: I; readonly cells: readonly Cell[]; readonly manifest: AnyManifest },
  recorded: ReadonlySet<string>,
  hooks: AuditHooks,
): Promise<AuditResult<M>> {
  const jobs = hooks.jobs ?? availableParallelism();
  let appended = 0;
  const now = (): string => new Date().toISOString();
  let status: AuditResult["status"] = "finished";
  let queue: StudyQueue | null = null;
  try {
    const open = cells
      .map((cell) => ({ ...cell, trials: cell.trials.filter(({ id }) => !recorded.has(id)) }))
      .filter(({ trials }) => trials.length > 0);
    const trials = trialsOf(open);
    const threads = Math.min(jobs, open.length);
    if (hooks.queue !== undefined && trials > 0) queue = await putUp(kind, manifest, hooks.queue, hooks);
    if (hooks.onEstimate !== undefined && trials > 0 && queue === null)
      hooks.onEstimate({
        ...{ trials, jobs: threads, ms: await kind.estimateMs(input, open, threads) },
        ...(await leastOf(kind, input, open, threads)),
      });
    const stages: StagesOptions = {
      jobs,
      recorded,
      signal: hooks.signal,
      onProgress: (done, total, running) => hooks.onProgress?.(done, total, running, manifest.study),
      recordsSoFar: async () => (await readRun(folder.path, [kind])).records,
      onCell: async (cell, batch, patch) => {
        await folder.append(cell, batch, patch);
        appended += batch.length;
      },
    };
    await runStages(kind, input, cells, stages, queue?.run);
    await queue?.close({ isKept: false });
    queue = null;
    // What follows from all records is found once the shards are joined.
    if (kind.afterTrials !== undefined && manifest.shard === undefined)
      await kind.afterTrials(await judgedRun(kind, folder.path), input, afterTrialsOptions(hooks));
  } catch (error) {
    // What others computed meanwhile is there for whoever goes on with the run.
    await queue?.close({ isKept: !(error instanceof CancelledError) }).catch(() => {});
    if (error instanceof CancelledError) status = "cancelled";
    else {
      if (error instanceof UsageError && appended + recorded.size === 0) await folder.discard();
      else await folder.close({ status: "failed", finishedAt: now(), error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }
  await folder.close({ status, finishedAt: now() });
  const run = await judgedRun(kind, folder.path);
  if (manifest.shard === undefined) await writeReportOf(kind, run);
  return { ...run.judged, run: folder.path, status, manifest: run.manifest, records: run.records };
}

/** What is left where every trial that may be left out is. */
async function leastOf(
  { study: { later }, estimateMs }: AnyAuditKind,
  input: unknown,
  open: readonly Cell[],
  threads: number,
): Promise<Pick<Estimate, "least">> {
  if (later?.canBeLeftOut === undefined) return {};
  const { config } = input as { readonly config: unknown };
  const needed = open.filter((cell) => later.canBeLeftOut?.(cell) !== true || later.stageOf(cell, config) === 0);
  return needed.length === open.length ? {} : { least: { trials: trialsOf(needed), ms: await estimateMs(input, needed, threads) } };
}

/** The library that speaks to databases is loaded by those alone who name one. */
async function putUp(kind: AnyAuditKind, manifest: AnyManifest, address: string, { signal, onNote }: AuditHooks): Promise<StudyQueue> {
  const { openStudyQueue } = await import("./queue/run-on-queue.ts");
  const name = basename(manifest.read.data);
  return openStudyQueue({ address: parseQueue(address), manifest, plan: planAnew(manifest, kind), name, signal, onNote });
}

async function judgedRun<M extends AnyManifest>(kind: AuditKind<M, any, any, any>, path: string): Promise<JudgedRun<M>> {
  const { manifest, records } = await readRun(path, [kind]);
  return { path, manifest: manifest as M, records, judged: judgedBy(kind, path, manifest, records) };
}

function judgedBy(kind: AuditKind<any, any, any, any>, path: string, manifest: AnyManifest, records: readonly TrialRecord[]): Judgement {
  return judge(kind, manifest, records, kind.certifiedIn?.(path) ?? null);
}

/** A run with its summaries and its verdict, from its records alone. */
export interface OpenedRun extends JudgedRun<AnyManifest> {
  readonly kind: AnyAuditKind;
}

/**
 * Reads a run of any kind and judges it, under its own limits or others.
 *
 * @throws UsageError where there is no run, or one that was changed
 */
export async function openRun(
  path: string,
  {
    limits,
    strict,
    among = kinds,
  }: { readonly limits?: readonly string[]; readonly strict?: boolean; readonly among?: readonly AnyAuditKind[] } = {},
): Promise<OpenedRun> {
  const { kind, manifest, records } = await readRun(path, among);
  refuseUnknownMethods(path, manifest);
  const asked = { ...manifest, limits: limits ?? manifest.limits, strict: strict ?? manifest.strict };
  return { kind, path, manifest, records, judged: judgedBy(kind, path, asked, records) };
}

/** Writes `report.html` and `junit.xml` into a run, over the ones that are there; returns the path of the report. @throws UsageError where there is no run */
export async function writeReport(path: string, among: readonly AnyAuditKind[] = kinds): Promise<string> {
  const run = await openRun(path, { among });
  return writeReportOf(run.kind, run);
}

function infoNote(text: string): Note {
  return { level: "info", text };
}

function tell(notes: readonly Note[], { onNote }: AuditHooks): void {
  for (const note of notes) onNote?.(note);
}
