import type { AuditResult } from "../node/audit.ts";
import { readHarm } from "../node/kinds/ratings-harm-file.ts";
import { tasksResultOf } from "../node/kinds/tasks.ts";
import type { AnyManifest } from "../node/runs/manifest.ts";
import { renderAudits } from "../report/audit/audit-text.ts";
import { exitCodeOf } from "../report/judging/verdict.ts";
import { nothingMeasured, renderTasks } from "../report/tasks/text.ts";
import { renderRatings } from "../report/ratings/text.ts";
import { exitCodes } from "./exit-codes.ts";
import { auditJson, ratingsJson } from "./audit-json.ts";
import { print, printJson } from "./output.ts";

/** Prints what an audit of any kind found, as tables or as one JSON document, and sets the exit code. */
export async function showAudit(result: Omit<AuditResult<AnyManifest>, "status">, asJson: boolean): Promise<void> {
  const { run, manifest, records, learners, verdict } = result;
  if (manifest.kind === "tasks") {
    const found = tasksResultOf(manifest, records);
    if (asJson) printJson({ ...found, verdict, run });
    else print(found === null ? nothingMeasured : renderTasks(found));
    process.exitCode = found === null ? exitCodes.incomplete : exitCodeOf(verdict);
    return;
  }
  if (manifest.kind === "ratings-audit") {
    const harm = await readHarm(run);
    if (asJson) printJson(ratingsJson(run, result, records, harm), "trials");
    else print(renderRatings(learners, verdict, harm).trimEnd());
  } else if (asJson) printJson(auditJson(run, result, records), "trials");
  else print(renderAudits(learners, verdict).trimEnd());
  process.exitCode = exitCodeOf(verdict);
}
