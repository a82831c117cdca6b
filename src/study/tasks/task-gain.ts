import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { separateTasks } from "../table/separate-tasks.ts";
import { measureTask, measureTasks } from "./task-metric.ts";
import { type TaskSeed, rowsPerTask } from "./task-seed.ts";
import type { ChosenLearner, TaskTools } from "./task-tools.ts";

/** What one split says about sharing; null where the metric is not defined. */
export interface GainOfSeed {
  readonly single: number | null;
  readonly pooled: number | null;
  readonly together: number | null;
  readonly byTask: readonly { readonly single: number | null; readonly together: number | null }[];
  /** Trained on the clean rows, with the tuned parameters it was trained with. */
  readonly model: Model;
  readonly params: { readonly relationDecay: number };
}

/** Trains and tests each task alone, all tasks as one, and all tasks with their relation. */
export async function measureGain(
  { rng, train, test, labelUnit }: TaskSeed,
  tools: TaskTools,
  context: Omit<RunContext, "rng">,
): Promise<GainOfSeed> {
  const { metric } = tools;
  const { present, single } = await fitSingle(train, tools.single, { ...context, rng: rng.fork("single") });
  stopIfCancelled(context.signal);
  const pooled = await fitTuned(train, tools.single, { ...context, rng: rng.fork("pooled") });
  stopIfCancelled(context.signal);
  const { model, params } = await fitTuned(train, tools.together, { ...context, rng: rng.fork("together") });
  const alone = compactTasks(test, present);
  return {
    single: measureTasks(metric, single, alone, labelUnit),
    pooled: measureTasks(metric, pooled.model, test, labelUnit),
    together: measureTasks(metric, model, test, labelUnit),
    byTask: train.tasks.map((_, task) => ({
      single: present.includes(task) ? measureTask(metric, single, alone, present.indexOf(task), labelUnit) : null,
      together: measureTask(metric, model, test, task, labelUnit),
    })),
    model,
    params: params as { readonly relationDecay: number },
  };
}

/** The model that `measureGain` trained, from what tuning had found. */
export function fitAgain(
  { rng, train }: TaskSeed,
  { together }: TaskTools,
  params: unknown,
  context: Omit<RunContext, "rng">,
): Promise<Model> {
  return together.learner.fit(train, { ...context, rng: rng.fork("together").fork("fit"), params });
}

async function fitTuned(
  data: Dataset,
  { learner, params }: ChosenLearner,
  context: RunContext,
): Promise<{ model: Model; params: unknown }> {
  const tuned: unknown = await learner.tune(data, { ...context, rng: context.rng.fork("tune"), params });
  return { model: await learner.fit(data, { ...context, rng: context.rng.fork("fit"), params: tuned }), params: tuned };
}

/** One model for each task that has rows; it knows those tasks alone, by their place in `present`. */
async function fitSingle(train: Dataset, chosen: ChosenLearner, context: RunContext): Promise<{ present: number[]; single: Model }> {
  const counts = rowsPerTask(train);
  const present = train.tasks.flatMap((_, task) => (counts[task] > 0 ? [task] : []));
  const separate = separateTasks(chosen.learner, chosen.params, present.length);
  const { model } = await fitTuned(compactTasks(train, present), separate, context);
  return { present, single: model };
}

/** The rows of these tasks, which get new numbers: their places in the list. */
function compactTasks(data: Dataset, present: readonly number[]): Dataset {
  const place = new Map(present.map((task, i) => [task, i]));
  const kept = selectExamples(
    data,
    positionsWhere(data.y.length, (i) => place.has(data.task[i])),
  );
  return { ...kept, task: kept.task.map((task) => place.get(task) ?? -1), tasks: present.map((task) => data.tasks[task]) };
}

/** How one task alone is predicted when learned from its own rows only; null where the metric is not defined or it has no rows. */
export async function measureAlone(
  { train, test, labelUnit, rng }: TaskSeed,
  task: number,
  tools: TaskTools,
  context: Omit<RunContext, "rng">,
): Promise<number | null> {
  const rows = compactTasks(train, [task]);
  if (rows.y.length === 0) return null;
  const { model } = await fitTuned(rows, tools.single, { ...context, rng: rng.fork("alone") });
  return measureTask(tools.metric, model, compactTasks(test, [task]), 0, labelUnit);
}
