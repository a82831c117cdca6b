import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";
import { measureTask } from "./task-metric.ts";
import { type TaskSeed, rowsPerTask } from "./task-seed.ts";
import type { AttackKind, TaskAttack, TaskTools } from "./task-tools.ts";

export interface AttackOnTask {
  /** null = all tasks but the target. */
  readonly from: number | null;
  readonly to: number;
  readonly budgetFraction: number;
}

/** The target's metric on its test rows. */
export interface AttackOutcome {
  readonly kind: AttackKind;
  readonly before: number;
  readonly after: number;
  readonly flipped: number;
}

/** Poison in the attack tasks, with what it is to hurt. */
export interface MadeAttack extends TaskAttack {
  readonly target: number;
  readonly before: number;
}

type Split = Pick<TaskSeed, "train" | "test" | "labelUnit">;

export interface CleanModel {
  readonly model: Model;
  /** Tuned. */
  readonly params: unknown;
}

/** The tasks with training rows through which another is attacked. Shape: counts [tasks]. */
export function attackTasksOf({ from, to }: Pick<AttackOnTask, "from" | "to">, counts: Int32Array): number[] {
  return [...counts].flatMap((count, task) => (count > 0 && task !== to && (from === null || task === from) ? [task] : []));
}

/** Makes the poison; null where the attack tasks have no rows or the metric is not defined. */
export async function makeAttack(
  { train, test, labelUnit }: Split,
  clean: CleanModel,
  { from, to, budgetFraction }: AttackOnTask,
  tools: TaskTools,
  context: RunContext,
): Promise<MadeAttack | null> {
  const counts = rowsPerTask(train);
  const attackTasks = attackTasksOf({ from, to }, counts);
  const before = measureTask(tools.metric, clean.model, test, to, labelUnit);
  if (attackTasks.length === 0 || counts[to] === 0 || before === null) return null;
  const made = await tools.attack({ clean: train, ...clean, attackTasks, targets: [to], budgetFraction }, context);
  return { ...made, target: to, before };
}

/** Trains anew under the poison and tests its target. */
export async function measureAttack(
  { test, labelUnit }: Split,
  { model: start, params }: CleanModel,
  { kind, target, before, poisoned, flipped }: MadeAttack,
  tools: TaskTools,
  context: RunContext,
): Promise<AttackOutcome> {
  const after = async (data: Dataset, rng: Rng): Promise<number> => {
    stopIfCancelled(context.signal);
    const model = await tools.together.learner.fit(data, { ...context, rng, params, start });
    const value = measureTask(tools.metric, model, test, target, labelUnit);
    if (value === null) throw new Error("what a metric is defined on is of the test rows alone, and it was defined before");
    return value;
  };
  return {
    kind,
    before,
    after: await after(poisoned, context.rng.fork("poisoned")),
    flipped: await after(flipped, context.rng.fork("flipped")),
  };
}
