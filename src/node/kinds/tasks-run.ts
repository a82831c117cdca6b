import { z } from "zod";
import { type DefencePlan, type SearchPlan, type TasksStudyConfig, taskKnowledges } from "../../study/tasks/config.ts";
import type { TasksInfo } from "../runs/manifest.ts";
import type { RunKind } from "../runs/run-kind.ts";
import {
  type SchemaKeys,
  chosen,
  count,
  openFraction,
  readRequest,
  roles,
  seeds,
  someFraction,
  sourceFile,
  target,
} from "../schemas/parts.ts";
import { patchSchema } from "../schemas/run-poison-file.ts";

/** What a study of tasks holds of its kind. */
export const tasksSchemas: RunKind["schemas"] = {
  read: readRequest,
  data: z.object({
    files: z.array(sourceFile),
    roles,
    rows: count,
    examples: count,
    target,
    tasks: z.array(z.object({ name: z.string(), rows: count })).min(2),
  } satisfies SchemaKeys<TasksInfo>),
  study: z.object({
    learner: chosen,
    single: chosen,
    metric: z.string(),
    attacks: z.array(chosen),
    repairs: z.array(z.never()),
    budgets: z.array(someFraction).length(1),
    ...seeds,
    testFraction: openFraction,
    defence: z
      .object({
        repairs: z.array(chosen),
        freshRows: count,
        knowledge: z.array(z.enum(taskKnowledges)),
      } satisfies SchemaKeys<DefencePlan>)
      .optional(),
    search: z
      .object({
        attackTasks: count,
        targets: z.array(count).nullable(),
        knowledge: z.array(z.enum(taskKnowledges)),
      } satisfies SchemaKeys<SearchPlan>)
      .optional(),
  } satisfies SchemaKeys<TasksStudyConfig>),
  poison: patchSchema,
};
