import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type AuditHooks, type AuditResult, audit, resumeAudit } from "../node/audit.ts";
import { optionsOf } from "../node/config/options/options.ts";
import { auditRatings, resumeRatingsAudit } from "../node/ratings/ratings-audit.ts";
import { readRun } from "../node/runs/run-folder.ts";
import { budgetText } from "../report/words/format.ts";
import { renderAudit } from "../report/audit/audit-text.ts";
import { exitCodeOf } from "../report/judging/verdict.ts";
import type { Given } from "./add-options.ts";
import { askedAudit } from "./asked-audit.ts";
import type { AuditFlags } from "./audit-flags.ts";
import { auditJson } from "./audit-json.ts";
import { finishRatings } from "./audit-ratings.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, print, printJson, say } from "./output.ts";
import { duration, makeProgress } from "./progress.ts";
import { isGiven, readFlags } from "./read-options.ts";

export async function runAudit(data: string | undefined, given: Given): Promise<void> {
  const flags = readFlags("audit", given);
  const { resume } = flags;
  if (resume !== undefined) {
    refuseOthers(data, given);
    if ((await readRun(resume)).manifest.kind === "ratings-audit")
      return finishRatings(flags, (hooks) => resumeRatingsAudit(resume, hooks));
    return finishAudit(flags, (hooks) => resumeAudit(resume, hooks));
  }
  const asked = await askedAudit(data, flags.config, given);
  if (asked.kind === "ratings") return finishRatings(flags, (hooks) => auditRatings(asked.config, hooks));
  return finishAudit(flags, (hooks) => audit(asked.config, hooks));
}

/** Runs an audit of a table and prints what it found. */
async function finishAudit(flags: AuditFlags, work: (hooks: AuditHooks) => Promise<AuditResult>): Promise<void> {
  const { quiet = false } = flags;
  const result = await withProgress(quiet, flags.jobs, work);
  if (result.status === "cancelled") {
    const done = `${result.records.length} of ${result.manifest.plannedTrials} trials are recorded`;
    say(`stopped: ${done}; go on with: theriac audit --resume ${result.run}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  if (flags.json === true) printJson(auditJson(result.run, result, result.records), "trials");
  else print(renderAudit(result.summary, result.verdict).trimEnd());
  if (!quiet) say(`report: ${join(result.run, "report.html")}`);
  process.exitCode = exitCodeOf(result.verdict);
}

/** Runs an audit with notes, progress and Ctrl-C. */
export async function withProgress(
  quiet: boolean,
  jobs: number | undefined,
  work: (hooks: AuditHooks) => Promise<AuditResult>,
): Promise<AuditResult> {
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
      onProgress: (done, total, { attack, seed, budgetFraction }) =>
        progress.update(
          done,
          total,
          attack === null ? `seed ${seed}, without attack` : `seed ${seed}, ${attack.id} at ${budgetText(budgetFraction)}`,
        ),
    });
  } finally {
    progress.end();
    interruption.release();
  }
}

/** A run knows what it was asked; a different question is a different run. */
function refuseOthers(data: string | undefined, given: Given): void {
  const kept = ["resume", "jobs", "json", "quiet"];
  const other = optionsOf("audit").find((option) => !kept.includes(option.name) && isGiven(option, given));
  if (data !== undefined) throw new UsageError(`--resume takes no data: the run knows its own, got ${data}`);
  if (other !== undefined) throw new UsageError(`--resume takes no other options but --jobs, --json and --quiet, got --${other.name}`);
}
