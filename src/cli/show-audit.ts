import type { OpenedRun } from "../node/audit.ts";
import { exitCodeOf } from "../report/judging/verdict.ts";
import { print, printJson } from "./output.ts";

/** Prints what a run of any kind found, as tables or as one JSON document, and sets the exit code. */
export async function showAudit(run: OpenedRun, asJson: boolean): Promise<void> {
  if (asJson) printJson(await run.kind.renderJson(run), "trials");
  else print((await run.kind.renderText(run)).trimEnd());
  process.exitCode = exitCodeOf(run.judged.verdict);
}
