import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type AuditHooks, type AuditResult, audit, auditRatings, resumeAudit } from "../node/audit.ts";
import { optionsOf } from "../node/config/options/options.ts";
import { kinds } from "../node/kinds/kinds.ts";
import type { AnyManifest } from "../node/runs/manifest.ts";
import { kindIn } from "../node/runs/run-kind.ts";
import { budgetText } from "../report/words/format.ts";
import type { Given } from "./add-options.ts";
import { askedAudit } from "./asked-audit.ts";
import type { AuditFlags } from "./audit-flags.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, say } from "./output.ts";
import { duration, makeProgress } from "./progress.ts";
import { isGiven, readFlags } from "./read-options.ts";
import { showAudit } from "./show-audit.ts";

export async function runAudit(data: string | undefined, given: Given): Promise<void> {
  const flags = readFlags("audit", given);
  const { resume } = flags;
  if (resume !== undefined) {
    refuseOthers(data, given);
    return finishAudit(flags, (hooks) => resumeAudit(resume, hooks));
  }
  const asked = await askedAudit(data, flags.config, given);
  return finishAudit(flags, (hooks) => (asked.kind === "ratings" ? auditRatings(asked.config, hooks) : audit(asked.config, hooks)));
}

/** Runs an audit of any kind with notes, progress and Ctrl-C, and prints what it found. */
async function finishAudit(
  { quiet = false, jobs, json = false }: AuditFlags,
  work: (hooks: AuditHooks) => Promise<AuditResult<AnyManifest>>,
): Promise<void> {
  const result = await withProgress(quiet, jobs, work);
  if (result.status === "cancelled") {
    const done = `${result.records.length} of ${result.manifest.plannedTrials} trials are recorded`;
    say(`stopped: ${done}; go on with: theriac audit --resume ${result.run}`);
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const { run: path, manifest, records } = result;
  await showAudit({ kind: kindIn(kinds, manifest.kind), path, manifest, records, judged: result }, json);
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
function refuseOthers(data: string | undefined, given: Given): void {
  const kept = ["resume", "jobs", "json", "quiet"];
  const other = optionsOf("audit").find((option) => !kept.includes(option.name) && isGiven(option, given));
  if (data !== undefined) throw new UsageError(`--resume takes no data: the run knows its own, got ${data}`);
  if (other !== undefined) throw new UsageError(`--resume takes no other options but --jobs, --json and --quiet, got --${other.name}`);
}
