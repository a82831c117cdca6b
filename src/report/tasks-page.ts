import type { TasksResult } from "../study/tasks/tasks-result.ts";
export function renderTasksPage(_result: TasksResult, _about: { readonly title: string; readonly theriac: string }): string {
  return "";
}
