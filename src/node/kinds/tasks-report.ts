import { basename } from "node:path";
import type { PageDocument } from "../../report/page/document.ts";
import { emptyTasksPage, tasksPage } from "../../report/tasks/page.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import type { TasksManifest } from "../runs/manifest.ts";
import type { JudgedRun } from "./audit-kind.ts";

/** @param result null where no split was measured */
export function tasksPageOf({ manifest, records }: JudgedRun<TasksManifest>, result: TasksResult | null): PageDocument {
  const { theriac, plannedTrials, read } = manifest;
  const about = { title: basename(read.data), theriac, plannedTrials, recordedTrials: records.length };
  return result === null ? emptyTasksPage(about) : tasksPage(result, about);
}
