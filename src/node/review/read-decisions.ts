import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { Column } from "../../core/table.ts";
import { countOf } from "../../report/words/words.ts";
import type { Decision as RowDecision } from "../scan/review-file.ts";
import type { StoredScan } from "../scan/read-scan.ts";
import { contentDigest } from "./decision.ts";
import { DecisionLog, decisionsName } from "./decision-log.ts";

/**
 * What was decided with the review queue, as `clean` takes it; who was unsure decided nothing.
 *
 * @throws UsageError where there are no decisions, some were changed, or one was made on other content
 */
export function readDecisions(folder: string, { manifest }: Pick<StoredScan, "manifest">, columns: readonly Column[]): RowDecision[] {
  const path = join(folder, decisionsName);
  if (!existsSync(path)) throw new UsageError(`--decisions: ${folder} holds none; theriac view ${folder} makes them`);
  const log = new DecisionLog(folder, manifest.review.scan, manifest.rows);
  log.refresh();
  if (log.changedLines > 0)
    throw new UsageError(
      `--decisions: ${countOf(log.changedLines, "line")} of ${path} ${log.changedLines === 1 ? "was" : "were"} changed since`,
    );
  return log.inForce().flatMap(({ row, decision, content }) => {
    if (contentDigest(columns, row - 1) !== content)
      throw new UsageError(`--decisions: row ${row} does not hold what was decided on: its content differs`);
    return decision === "unsure" ? [] : [{ row: row - 1, decision: decision === "poison" ? ("remove" as const) : ("keep" as const) }];
  });
}
