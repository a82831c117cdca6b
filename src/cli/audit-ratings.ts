import { join } from "node:path";
import type { RatingsAuditHooks, RatingsAuditResult } from "../node/ratings/ratings-audit.ts";
import { budgetText } from "../report/words/format.ts";
import { renderRatings } from "../report/ratings/text.ts";
import { exitCodeOf } from "../report/judging/verdict.ts";
import type { AuditFlags } from "./audit-flags.ts";
import { ratingsJson } from "./audit-json.ts";
import { exitCodes } from "./exit-codes.ts";
import { catchInterruption } from "./interruption.ts";
import { noteTeller, print, printJson, say } from "./output.ts";
import { makeProgress } from "./progress.ts";
import { estimateTeller } from "./tell-estimate.ts";

/** Runs an audit of a recommender with notes, progress and Ctrl-C, and prints what it found. */
export async function finishRatings(
  { quiet = false, json, jobs }: AuditFlags,
  work: (hooks: RatingsAuditHooks) => Promise<RatingsAuditResult>,
): Promise<void> {
  const progress = makeProgress({ quiet });
  const interruption = catchInterruption(() => progress.end());
  try {
    const result = await work({
      signal: interruption.signal,
      jobs,
      onNote: noteTeller(quiet),
      onEstimate: estimateTeller(quiet),
      onProgress: (done, total, { engine, attack, seed, budgetFraction }) =>
        progress.update(
          done,
          total,
          `seed ${seed}, ${engine.id}, ${attack === null ? "without attack" : `${attack.id} at ${budgetText(budgetFraction)}`}`,
        ),
    });
    progress.end();
    if (result.status === "cancelled") {
      say(
        `stopped: ${result.records.length} of ${result.manifest.plannedTrials} trials are recorded; go on with: theriac audit --resume ${result.run}`,
      );
      process.exitCode = exitCodes.interrupted;
      return;
    }
    if (json === true) printJson(ratingsJson(result.run, result, result.records, result.harm), "trials");
    else print(renderRatings(result.engines, result.verdict, result.harm).trimEnd());
    if (!quiet) say(`report: ${join(result.run, "report.html")}`);
    process.exitCode = exitCodeOf(result.verdict);
  } finally {
    progress.end();
    interruption.release();
  }
}
