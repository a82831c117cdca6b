import { basename } from "node:path";
import { renderEmptyTasksPage, renderTasksPage } from "../../report/tasks/page.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import type { TasksManifest } from "../runs/manifest.ts";
import { writeReportFiles } from "../write/report-files.ts";
import type { JudgedRun } from "./audit-kind.ts";
import { runJunit } from "./run-junit.ts";

/** @param result null where no split was measured */
export async function writeTasksReport(run: JudgedRun<TasksManifest>, result: TasksResult | null): Promise<string> {
  const { theriac, plannedTrials, read } = run.manifest;
  const about = { title: basename(read.data), theriac, plannedTrials, recordedTrials: run.records.length };
  const page = result === null ? renderEmptyTasksPage(about) : renderTasksPage(result, about);
  return writeReportFiles(run.path, page, runJunit(run, "tasks"));
}
