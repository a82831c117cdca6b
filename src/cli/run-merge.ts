import { join } from "node:path";
import { mergeRuns } from "../node/merge.ts";
import type { Given } from "./options/add-options.ts";
import { noteTeller, say } from "./output.ts";
import { readFlags } from "./options/read-options.ts";
import { showAudit } from "./show-audit.ts";

export async function runMerge(runs: readonly string[], given: Given): Promise<void> {
  const { out, json = false, tables = false, quiet = false } = readFlags("merge", given);
  const run = await mergeRuns(runs, { out, onNote: noteTeller(quiet) });
  await showAudit(run, { json, tables });
  if (!quiet) say(`report: ${join(run.path, "report.html")}`);
}
