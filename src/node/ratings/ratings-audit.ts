import { availableParallelism } from "node:os";
import { CancelledError, UsageError } from "../../core/errors.ts";
import type { Ratings } from "../../core/ratings.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import type { RatingsStudyConfig } from "../../study/ratings/ratings-config.ts";
import type { RatingsHarm } from "../../study/ratings/ratings-harm.ts";
import { ratingQuantities } from "../../study/ratings/ratings-metrics.ts";
import { type RatingsCell, planRatingsStudy } from "../../study/ratings/ratings-plan.ts";
import type { TrialRecord } from "../../study/record.ts";
import { checkLimits } from "../runs/judge-run.ts";
import { type RatingsManifest, storedPlan } from "../runs/manifest.ts";
import { digest, provenance } from "../runs/provenance.ts";
import { type RatingsResult, readRatings } from "../read/ratings/read-ratings.ts";
import type { Note } from "../read/request.ts";
import { keptPlace, refuseGone } from "../read/find/standard-input.ts";
import {
  type RunFolder,
  checkRunPath,
  createRunFolder,
  defaultRunPath,
  isToBeRedone,
  readRun,
  reopenRunFolder,
  tidyRun,
} from "../runs/run-folder.ts";
import { otherVersionNote, refuseEndless, refuseOtherVersion } from "../runs/run-plan.ts";
import { version } from "../runs/version.ts";
import { runRatingsOnWorkers } from "../workers/run-on-workers.ts";
import { estimateRatingsMs } from "./estimate-ratings.ts";
import { type RatingsJudgement, judgeRatings } from "./judge-ratings.ts";
import { type RatingsAuditConfig, ratingsRequestOf } from "./ratings-audit-config.ts";
import { hasHarm, measureHarm, readHarm } from "./ratings-harm-file.ts";
import { writeRatingsReport } from "./ratings-report.ts";
import { checkRatingsConfig, resolveRatingsStudy } from "./resolve-ratings-study.ts";

export interface RatingsAuditHooks {
  /** Stops at once; what is recorded stays. */
  readonly signal?: AbortSignal;
  /** Worker threads; by default one for each core. They change nothing but the time. */
  readonly jobs?: number | undefined;
  readonly onNote?: (note: Note) => void;
  /** What it will take, told before the study begins. */
  readonly onEstimate?: (estimate: { readonly trials: number; readonly jobs: number; readonly ms: number }) => void;
  /** `done` and `total` in trials. */
  readonly onProgress?: (done: number, total: number, running: RatingsCell) => void;
}

export interface RatingsAuditResult extends RatingsJudgement {
  /** Folder of the run. */
  readonly run: string;
  readonly status: "finished" | "cancelled";
  readonly manifest: RatingsManifest;
  readonly records: readonly TrialRecord[];
  /** Of the strongest attack at the largest budget on each engine, where it ended. */
  readonly harm: readonly RatingsHarm[];
}

/**
 * Reads the ratings, attacks every engine, writes the run folder and judges it.
 *
 * @throws UsageError when the request was wrong; then nothing was written
 */
export async function auditRatings(config: RatingsAuditConfig, hooks: RatingsAuditHooks = {}): Promise<RatingsAuditResult> {
  checkRatingsConfig(config);
  if (config.data.path === undefined) throw new UsageError("no data was named: give a file, a glob or a folder");
  const limits = (config.limits ?? []).map((text) => parseLimit(text));
  if (config.out !== undefined) checkRunPath(config.out);
  const request = ratingsRequestOf(config.data);
  const read = await readRatings(request);
  const { study, notes } = resolveRatingsStudy(config, read.ratings, request.data);
  checkLimits(limits, study.budgets, ratingQuantities(study.goal));
  const identity = identityOf(read);
  refuseEndless({ kind: "ratings-audit", study });
  const cells = planRatingsStudy(study, identity, digest);
  const started = new Date();
  const { users, items, scale, time, user } = read.ratings;
  const manifest: RatingsManifest = {
    schema: 2,
    kind: "ratings-audit",
    status: "started",
    startedAt: started.toISOString(),
    finishedAt: null,
    ...(await provenance()),
    // Absolute, so that the run can be resumed from anywhere.
    read: { ...request, data: keptPlace(request.data) },
    data: { files: read.files, ratings: user.length, users: users.length, items: items.length, scale, hasTime: time !== null },
    identity,
    study,
    plannedTrials: cells.reduce((sum, cell) => sum + cell.trials.length, 0),
    limits: limits.map(({ text }) => text),
    strict: config.strict ?? false,
    notes: [...read.notes, ...notes],
    plan: storedPlan(cells),
  };
  const folder = await createRunFolder(config.out ?? defaultRunPath(request.data, started), manifest, cells);
  for (const note of [...read.notes, ...notes]) hooks.onNote?.(note);
  for (const text of describe(manifest, cells)) hooks.onNote?.({ level: "info", text });
  return runInto(folder, read.ratings, study, cells, new Set(), hooks);
}

/** Goes on with a run that was stopped or killed. @throws UsageError when the data or the version are no longer those of the run */
export async function resumeRatingsAudit(path: string, hooks: RatingsAuditHooks = {}): Promise<RatingsAuditResult> {
  const { manifest, records } = await readRatingsRun(path);
  const recorded = new Set(records.filter((record) => !isToBeRedone(record)).map(({ id }) => id));
  if (manifest.status === "finished" && recorded.size >= manifest.plannedTrials) {
    const note = otherVersionNote(path, manifest);
    if (note !== null) hooks.onNote?.(note);
    return afterTheEnd(path, manifest, records, hooks.signal);
  }
  refuseOtherVersion(path, manifest);
  const cells = planRatingsStudy(manifest.study, manifest.identity, digest);
  refuseGone(path, manifest.read.data);
  const read = await readRatings(manifest.read);
  refuseChanged(path, manifest, read);
  const { error: _, ...begun } = manifest;
  const folder = await reopenRunFolder(path, { ...begun, status: "started", finishedAt: null }, cells);
  hooks.onNote?.({ level: "info", text: `going on with ${path}: ${recorded.size} of ${manifest.plannedTrials} trials are recorded` });
  return runInto(folder, read.ratings, manifest.study, cells, recorded, hooks);
}

function refuseChanged(path: string, manifest: RatingsManifest, read: RatingsResult): void {
  if (JSON.stringify(identityOf(read)) !== JSON.stringify(manifest.identity))
    throw new UsageError(`${manifest.read.data} is not what ${path} was begun with: the data have changed since`);
}

/** A run may have been killed after its last record and before its report. */
async function afterTheEnd(
  path: string,
  manifest: RatingsManifest,
  records: readonly TrialRecord[],
  signal: AbortSignal | undefined,
): Promise<RatingsAuditResult> {
  await tidyRun(path);
  if (!hasHarm(path)) {
    const read = await readRatings(manifest.read);
    refuseChanged(path, manifest, read);
    await measureHarm(path, { ratings: read.ratings, config: manifest.study }, signal);
  }
  await writeRatingsReport(path);
  return { ...judgeRatings(manifest, records), run: path, status: "finished", manifest, records, harm: await readHarm(path) };
}

async function runInto(
  folder: RunFolder,
  ratings: Ratings,
  config: RatingsStudyConfig,
  cells: readonly RatingsCell[],
  recorded: ReadonlySet<string>,
  hooks: RatingsAuditHooks,
): Promise<RatingsAuditResult> {
  const now = (): string => new Date().toISOString();
  let status: RatingsAuditResult["status"] = "finished";
  try {
    const jobs = hooks.jobs ?? availableParallelism();
    const open = cells.map((cell) => ({ ...cell, trials: cell.trials.filter(({ id }) => !recorded.has(id)) }));
    const trials = open.reduce((sum, cell) => sum + cell.trials.length, 0);
    if (hooks.onEstimate !== undefined && trials > 0) {
      const threads = Math.min(jobs, open.filter((cell) => cell.trials.length > 0).length);
      hooks.onEstimate({ trials, jobs: threads, ms: await estimateRatingsMs(ratings, open, threads) });
    }
    await runRatingsOnWorkers({ ratings, config }, cells, {
      jobs,
      recorded,
      signal: hooks.signal,
      ...(hooks.onProgress === undefined ? {} : { onProgress: hooks.onProgress }),
      onCell: (cell, batch, poison) => folder.append(cell, batch, poison),
    });
    await measureHarm(folder.path, { ratings, config }, hooks.signal);
  } catch (error) {
    if (!(error instanceof CancelledError)) {
      await folder.close({ status: "failed", finishedAt: now(), error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
    status = "cancelled";
  }
  await folder.close({ status, finishedAt: now() });
  await writeRatingsReport(folder.path);
  const { manifest, records } = await readRatingsRun(folder.path);
  return { ...judgeRatings(manifest, records), run: folder.path, status, manifest, records, harm: await readHarm(folder.path) };
}

export async function readRatingsRun(path: string): Promise<{ manifest: RatingsManifest; records: TrialRecord[] }> {
  const { manifest, records } = await readRun(path);
  if (manifest.kind !== "ratings-audit") throw new UsageError(`${path} is no audit of a recommender`);
  return { manifest, records };
}

/** What shapes the trials besides the study: what was read, how, and by which version. */
function identityOf({ ratings, files }: RatingsResult): unknown {
  const { users, items, user, scale } = ratings;
  return {
    theriac: version,
    files: files.map(({ sha256 }) => sha256),
    users: users.length,
    items: items.length,
    ratings: user.length,
    scale,
  };
}

function describe({ data, study, plannedTrials }: RatingsManifest, cells: readonly RatingsCell[]): string[] {
  const { low, high, step } = data.scale;
  const attacks = new Set(cells.flatMap(({ attack }) => (attack === null ? [] : [attack.id])));
  return [
    `data: ${data.ratings} ratings from ${low} to ${high}${step > 0 ? ` in steps of ${step}` : ""} by ${data.users} users of ${data.items} items`,
    `split: the last rating of each user is tested on, ${data.hasTime ? "by time" : "by chance, since there is no time"}`,
    `engines: ${study.engines.map(({ id }) => id).join(", ")}`,
    `study: ${[...attacks].join(", ")} × ${study.budgets.map((budget) => `${Number((budget * 100).toPrecision(12))}%`).join(", ")} of the users as fake accounts × ${study.seeds} seeds = ${plannedTrials} trials; each account rates the targets and up to ${study.fillers} other items`,
  ];
}
