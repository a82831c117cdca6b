import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type AuditHooks, type AuditResult, audit, auditRatings, measureTaskRelations, resumeAudit } from "../node/audit.ts";
import { type FlagsOf, optionsOf } from "../node/config/options/options.ts";
import { kinds } from "../node/kinds/kinds.ts";
import type { AnyManifest } from "../node/runs/manifest.ts";
import { resumeCommand } from "../node/runs/resume-command.ts";
import { kindIn } from "../node/runs/run-kind.ts";
import { budgetText } from "../report/words/format.ts";
import type { Given } from "./add-options.ts";
import { askedAudit } from "./asked-audit.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, say } from "./output.ts";
import { duration, makeProgress } from "./progress.ts";
import { isGiven, readConfig, readFlags } from "./read-options.ts";
import { showAudit } from "./show-audit.ts";

/** The commands that write a run. */
type Command = "audit" | "tasks";
type Work = (hooks: AuditHooks) => Promise<AuditResult<AnyManifest>>;

export async function runAudit(data: string | undefined, given: Given): Promise<void> {
  const flags = readFlags("audit", given);
  return runOrResume("audit", data, given, async () => {
    const asked = await askedAudit(data, flags.config, given);
    return (hooks) => (asked.kind === "ratings" ? auditRatings(asked.config, hooks) : audit(asked.config, hooks));
  });
}

export async function runTasks(data: string | undefined, given: Given): Promise<void> {
  return runOrResume("tasks", data, given, () => {
    if (data === undefined) throw new UsageError("tasks needs data: theriac tasks DATA --task COLUMN");
    const config = readConfig("tasks", "table", data, given);
    return Promise.resolve((hooks) => measureTaskRelations(config, hooks));
  });
}

/** @param ask what is to be begun, unless a run is gone on with */
async function runOrResume(command: Command, data: string | undefined, given: Given, ask: () => Promise<Work>): Promise<void> {
  const flags = readFlags(command, given);
  const { resume } = flags;
  if (resume === undefined) return finishAudit(flags, await ask());
  refuseOthers(command, data, given);
  return finishAudit(flags, (hooks) => resumeAudit(resume, hooks));
}

/** Runs an audit of any kind with notes, progress and Ctrl-C, and prints what it found. */
async function finishAudit(
  { quiet = false, jobs, json = false, tables = false }: Pick<FlagsOf<"audit">, "quiet" | "jobs" | "json" | "tables">,
  work: Work,
): Promise<void> {
  const result = await withProgress(quiet, jobs, work);
  if (result.status === "cancelled") {
    const done = `${result.records.length} of ${result.manifest.plannedTrials} trials are recorded`;
    say(`stopped: ${done}; go on with: ${resumeCommand(result.manifest.kind, result.run)}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const { run: path, manifest, records } = result;
  await showAudit({ kind: kindIn(kinds, manifest.kind), path, manifest, records, judged: result }, { json, tables });
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
      onProgress: (done, total, { learner, attack, seed, budgetFraction }, budgets) =>
        progress.update(
          done,
          total,
          `seed ${seed}, ${learner.id}, ${attack === null ? "without attack" : `${attack.id} at ${budgetText(budgetFraction, budgets)}`}`,
        ),
    });
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A run knows what it was asked; a different question is a different run. */
function refuseOthers(command: Command, data: string | undefined, given: Given): void {
  const kept = ["resume", "jobs", "json", "tables", "quiet", "methods"];
  const other = optionsOf(command).find((option) => !kept.includes(option.name) && isGiven(option, given));
  if (data !== undefined) throw new UsageError(`--resume takes no data: the run knows its own, got ${data}`);
  if (other !== undefined)
    throw new UsageError(`--resume takes no other options but --jobs, --json, --tables, --quiet and --methods, got --${other.name}`);
}
