import { basename, resolve } from "node:path";
import { renderJunit } from "../../report/judging/junit.ts";
import { runProperties } from "../../report/page/run-properties.ts";
import { renderEmptyTasksPage, renderTasksPage } from "../../report/tasks/page.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import type { TasksManifest } from "../runs/manifest.ts";
import { writeReportFiles } from "../write/report-files.ts";
import type { JudgedRun } from "./audit-kind.ts";

/** @param result null where no split was measured */
export async function writeTasksReport(
  { path, manifest, records, judged }: JudgedRun<TasksManifest>,
  result: TasksResult | null,
): Promise<string> {
  const { startedAt, finishedAt, plannedTrials, theriac } = manifest;
  const about = { title: basename(manifest.read.data), theriac, plannedTrials, recordedTrials: records.length };
  const junit = renderJunit({
    name: `tasks of ${about.title}`,
    startedAt,
    durationSeconds: finishedAt === null ? 0 : (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000,
    limits: [],
    failures: judged.summary.failures,
    missingTrials: plannedTrials - records.length,
    properties: runProperties({ ...manifest, name: basename(resolve(path)) }, manifest.data.files),
  });
  return writeReportFiles(path, result === null ? renderEmptyTasksPage(about) : renderTasksPage(result, about), junit);
}
