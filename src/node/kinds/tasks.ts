import { catalog } from "../../catalog.ts";
import { listExamples, targetOf, taskNames } from "../../core/examples.ts";
import { nothingMeasured } from "../../report/tasks/order.ts";
import { renderTasks } from "../../report/tasks/text.ts";
import { percentText } from "../../report/words/format.ts";
import { methodOf } from "../../study/config.ts";
import type { Cell } from "../../study/kind.ts";
import { tasksKind } from "../../study/kinds/tasks.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { TasksStudyConfig } from "../../study/tasks/config.ts";
import { majorityQuantity } from "../../study/table/measure.ts";
import { splitTasks } from "../../study/tasks/task-seed.ts";
import type { TasksInput } from "../../study/tasks/input.ts";
import { summariseTasks } from "../../study/tasks/summarise-tasks.ts";
import type { TasksResult } from "../../study/tasks/tasks-result.ts";
import { readRequestOf } from "../config/audit-config.ts";
import { commandText } from "../config/command-line.ts";
import { readTable } from "../read/read-table.ts";
import type { ReadResult } from "../read/request.ts";
import type { TasksInfo, TasksManifest } from "../runs/manifest.ts";
import { type TasksConfig, checkTasksConfig, resolveTasks } from "../tasks/resolve-tasks.ts";
import { tasksSchemas } from "./tasks-run.ts";
import { share, unshare } from "./share.ts";
import type { AuditKind } from "./audit-kind.ts";
import { estimateTasksMs } from "./estimate-tasks.ts";
import { tableAudit } from "./table.ts";
import { tasksPageOf } from "./tasks-report.ts";

/** Studies of what tasks share. */
export const tasksStudy: AuditKind<TasksManifest, TasksConfig, ReadResult, TasksInput> = {
  id: "tasks",
  module: import.meta.url,
  schemas: tasksSchemas,
  study: tasksKind,
  checkConfig: checkTasksConfig,
  pathOf: ({ data }) => data?.path,
  requestOf: ({ data = {} }) => readRequestOf(data),
  read: readTable,
  resolve: (config, { table }) => resolveTasks(config, table),
  tryOut({ table, config: { seeds, firstSeed, testFraction } }) {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed++) splitTasks(table, seed, testFraction);
  },
  inputOf: ({ table }, config) => ({ table, config, aims: null, methods: catalog }),
  share: ({ methods: _, ...input }) => share(input),
  unshare: (data) => ({ ...(unshare(data) as Omit<TasksInput, "methods">), methods: catalog }),
  identityOf: tableAudit.identityOf,
  infoOf,
  describe,
  estimateMs: estimateTasksMs,
  quantitiesOf: ({ study: { metric } }) => ({ measured: [methodOf("metric", catalog.metrics, metric)], ofAttacks: [] }),
  heldEqual: ({ data, study: { metric, testFraction } }) => ({
    "the label": data.roles.labels,
    "the tasks": data.tasks,
    "the rows that are labelled": data.examples,
    "the metric": metric,
    "the share of the rows that is tested on": testFraction,
  }),
  contextOf: ({ data: { examples }, study: { metric, testFraction } }) => ({ primaryMetric: metric, examples, testFraction }),
  renderText({ path, manifest, records, judged }, { tables }) {
    const found = tasksResultOf(manifest, records);
    const { outcome, reasons } = judged.verdict;
    const left = outcome === "incomplete" ? `\n\nIncomplete:\n${reasons.map((reason) => `  ${reason}`).join("\n")}` : "";
    return Promise.resolve(
      `${found === null ? nothingMeasured : renderTasks(found, tables ? null : commandText(["theriac", "check", path, "--tables"])).trimEnd()}${left}`,
    );
  },
  renderJson: ({ path, manifest, records, judged }) =>
    Promise.resolve({ ...tasksResultOf(manifest, records), verdict: judged.verdict, run: path }),
  pageOf: (run) => Promise.resolve(tasksPageOf(run, tasksResultOf(run.manifest, run.records))),
};

/** What a run of tasks found, from its records alone; null where no split was measured. */
export function tasksResultOf({ data, study }: Pick<TasksManifest, "data" | "study">, records: readonly TrialRecord[]): TasksResult | null {
  const others = catalog.metrics.filter((metric) => metric.id !== study.metric && metric.appliesTo(data.target));
  const beside = [...others, majorityQuantity];
  return summariseTasks(records, { study, tasks: data.tasks, metric: methodOf("metric", catalog.metrics, study.metric), beside });
}

function infoOf({ table, files }: ReadResult): TasksInfo {
  const { y, task } = listExamples(table);
  const rows = new Int32Array(taskNames(table).length);
  for (const t of task) rows[t]++;
  return {
    files,
    roles: table.roles,
    rows: table.rows,
    examples: y.length,
    target: targetOf(table),
    tasks: taskNames(table).map((name, t) => ({ name, rows: rows[t] })),
  };
}

function describe({ table }: ReadResult, { learner, single, attacks, budgets, seeds }: TasksStudyConfig, cells: readonly Cell[]): string[] {
  const what =
    attacks.length === 0
      ? ""
      : `, then ${attacks.map(({ id }) => id).join(", ")} with ${percentText(budgets[0])} of the attack tasks' rows`;
  return [
    `study: ${taskNames(table).length} tasks, each alone and all as one by ${single.id}, together by ${learner.id}${what} × ${seeds} ${seeds === 1 ? "seed" : "seeds"} = ${cells.length} trials`,
  ];
}
