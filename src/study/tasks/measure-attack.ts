import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";
import { measureTask } from "./task-metric.ts";
import { type TaskSeed, rowsPerTask } from "./task-seed.ts";
import type { AttackKind, TaskTools } from "./task-tools.ts";

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

/** Attacks one task through others that it shares with, and trains anew; null where the attack tasks have no rows or the metric is not defined. */
export async function measureAttack(
  { train, test, labelUnit }: Pick<TaskSeed, "train" | "test" | "labelUnit">,
  clean: { readonly model: Model; readonly params: unknown },
  { from, to, budgetFraction }: AttackOnTask,
  tools: TaskTools,
  context: RunContext,
): Promise<AttackOutcome | null> {
  const counts = rowsPerTask(train);
  const attackTasks = train.tasks.flatMap((_, task) => (counts[task] > 0 && task !== to && (from === null || task === from) ? [task] : []));
  const before = measureTask(tools.metric, clean.model, test, to, labelUnit);
  if (attackTasks.length === 0 || counts[to] === 0 || before === null) return null;
  const attack = await tools.attack({ clean: train, ...clean, attackTasks, target: to, budgetFraction }, context);
  const after = async (data: Dataset, rng: Rng): Promise<number> => {
    stopIfCancelled(context.signal);
    const model = await tools.together.learner.fit(data, {
      ...context,
      progress: undefined,
      rng,
      params: clean.params,
      start: clean.model,
    });
    return measureTask(tools.metric, model, test, to, labelUnit) ?? before;
  };
  return {
    kind: attack.kind,
    before,
    after: await after(attack.poisoned, context.rng.fork("poisoned")),
    flipped: await after(attack.flipped, context.rng.fork("flipped")),
  };
}
