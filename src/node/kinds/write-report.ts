import type { AnyManifest } from "../runs/manifest.ts";
import { pageHtml } from "../write/page-html.ts";
import { writeReportFiles } from "../write/report-files.ts";
import type { AuditKind, JudgedRun } from "./audit-kind.ts";
import { runJunit } from "./run-junit.ts";

/**
 * Writes report.html and junit.xml into a run of any kind, over the ones that are there; returns the path of the report.
 *
 * @throws UsageError where the run cannot be written; StorageError where the machine gave out
 */
export async function writeReportOf<M extends AnyManifest>(kind: AuditKind<M, any, any, any>, run: JudgedRun<M>): Promise<string> {
  const page = pageHtml(await kind.pageOf(run));
  return writeReportFiles(run.path, page, runJunit(run, kind.failuresOf?.(run)));
}
