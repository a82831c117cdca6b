import type { OpenedRun } from "../node/audit.ts";
import { exitCodeOf } from "../report/judging/verdict.ts";
import { print, printJson } from "./output.ts";

/** Prints what a run of any kind found, in sentences, with all tables or as one JSON document, and sets the exit code. */
export async function showAudit(run: OpenedRun, { json = false, tables = false }: { json?: boolean; tables?: boolean }): Promise<void> {
  if (json) {
    const document = await run.kind.renderJson(run);
    if ("trials" in document) printJson(document, "trials");
    else printJson(document);
  } else print((await run.kind.renderText(run, { tables })).trimEnd());
  process.exitCode = exitCodeOf(run.judged.verdict);
}
