import type { Learner } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";
import type { Repair } from "../../core/repair.ts";
import type { Table } from "../../core/table.ts";
import type { TaskAims } from "./aims.ts";
import type { TasksStudyConfig } from "./config.ts";

export interface TasksInput {
  readonly table: Table;
  readonly config: TasksStudyConfig;
  /** What is attacked; null until all seeds are measured. */
  readonly aims: TaskAims | null;
  readonly methods: { readonly learners: readonly Learner[]; readonly metrics: readonly Metric[]; readonly repairs: readonly Repair[] };
}
