import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { EncoderParams } from "../data/encoder.ts";
import { type AuditConfig, mergeConfigs, withoutUndefined } from "../node/config/audit-config.ts";
import { type AuditHooks, type AuditResult, audit, auditRatings, resumeAudit } from "../node/audit.ts";
import { readConfigFile } from "../node/config/config-file.ts";
import type { AnyManifest } from "../node/runs/manifest.ts";
import { budgetText } from "../report/words/format.ts";
import type { AuditFlags } from "./audit-flags.ts";
import { isAboutRatings, ratingsConfigOf } from "./audit-ratings.ts";
import { dataConfigOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, say } from "./output.ts";
import { duration, makeProgress } from "./progress.ts";
import { showAudit } from "./show-audit.ts";
import { idsOrNone, refuseOptions } from "./refuse-options.ts";

export async function runAudit(data: string | undefined, flags: AuditFlags): Promise<void> {
  if (isAboutRatings(flags)) return finishAudit(flags, (hooks) => auditRatings(ratingsConfigOf(data, flags), hooks));
  await finishAudit(flags, async (hooks) => {
    if (flags.resume !== undefined) {
      refuseOthers(data, flags);
      return resumeAudit(flags.resume, hooks);
    }
    refuseOptions("table", flags);
    if (data === undefined && flags.config === undefined)
      throw new UsageError("audit needs data: theriac audit DATA, or theriac audit --config FILE");
    const asked = configOf(data, flags);
    return audit(flags.config === undefined ? asked : mergeConfigs(await readConfigFile(flags.config), asked), hooks);
  });
}

/** Runs an audit of any kind with notes, progress and Ctrl-C, and prints what it found. */
async function finishAudit(
  { quiet = false, jobs, json = false }: Pick<AuditFlags, "quiet" | "jobs" | "json">,
  work: (hooks: AuditHooks) => Promise<AuditResult<AnyManifest>>,
): Promise<void> {
  const result = await withProgress(quiet, jobs, work);
  if (result.status === "cancelled") {
    const done = `${result.records.length} of ${result.manifest.plannedTrials} trials are recorded`;
    say(`stopped: ${done}; go on with: theriac audit --resume ${result.run}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  await showAudit(result, json);
  if (!quiet) say(`report: ${join(result.run, "report.html")}`);
}

/** Runs an audit with notes, progress and Ctrl-C. */
export async function withProgress<R>(quiet: boolean, jobs: number | undefined, work: (hooks: AuditHooks) => Promise<R>): Promise<R> {
  const progress = makeProgress({ quiet });
  const interruption = catchInterruption(() => progress.end());
  try {
    return await work({
      signal: interruption.signal,
      jobs,
      onNote: noteTeller(quiet),
      onEstimate: ({ trials, jobs: threads, ms }) => {
        if (!quiet)
          say(
            `${trials} trials on ${threads} ${threads === 1 ? "thread" : "threads"}, about ${Number.isFinite(ms) ? duration(ms) : "an unknown time"}`,
          );
      },
      onProgress: (done, total, { learner, attack, seed, budgetFraction }) =>
        progress.update(
          done,
          total,
          `seed ${seed}, ${learner.id}, ${attack === null ? "without attack" : `${attack.id} at ${budgetText(budgetFraction)}`}`,
        ),
    });
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A run knows what it was asked; a different question is a different run. */
function refuseOthers(data: string | undefined, flags: AuditFlags): void {
  const kept = ["resume", "jobs", "json", "quiet"];
  const other = Object.entries(flags).find(
    ([name, value]) => !kept.includes(name) && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  if (data !== undefined) throw new UsageError(`--resume takes no data: the run knows its own, got ${data}`);
  if (other !== undefined)
    throw new UsageError(
      `--resume takes no other options but --jobs, --json and --quiet, got --${other[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    );
}

function configOf(data: string | undefined, flags: AuditFlags): AuditConfig {
  const fittedOn: EncoderParams["fittedOn"] | undefined = flags.frozenEncoder === true ? "frozen" : undefined;
  return withoutUndefined<AuditConfig>({
    data: dataConfigOf(data, flags),
    encoder: withoutUndefined<Partial<EncoderParams>>({ bigrams: flags.bigrams, fittedOn }),
    effort: flags.effort,
    budgets: flags.budget,
    attacks: flags.attack,
    access: flags.access,
    goal: flags.goal,
    knowledge: flags.knowledge,
    ownSample: flags.ownSample,
    surrogate: flags.surrogate,
    adaptive: flags.adaptive,
    persistence: flags.persistence,
    attackTasks: flags.attackTasks,
    targetTasks: flags.targetTasks,
    target: flags.target?.length ? flags.target : undefined,
    learner: flags.learner,
    repairs: idsOrNone("--repair", flags.repair),
    detectors: idsOrNone("--detector", flags.detector),
    sharing: flags.sharing,
    seeds: flags.seeds,
    seed: flags.seed,
    testFraction: flags.testFraction,
    pretraining: flags.pretrain,
    trustedFraction: flags.trustedRows,
    limits: flags.limit,
    strict: flags.strict,
    out: flags.out,
  });
}
