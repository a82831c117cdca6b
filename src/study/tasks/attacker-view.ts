import { type Dataset, joinRows, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";
import type { TaskKnowledge } from "./config.ts";
import type { TaskTools, TaskAttackRequest } from "./task-tools.ts";
import type { RunContext } from "../../core/context.ts";

export interface AttackerView {
  /** What the attacker trains on: the rows of the other tasks, and those that he has or takes for the targets'. */
  readonly world: Dataset;
  /** What he draws the targets' rows from, anew in every training; absent where he has the very rows. */
  readonly standIns?: Dataset;
}

/**
 * What an attacker sees of training rows of which the targets' may be unknown to him.
 *
 * @param standIns other rows of the targets, for a gray box; null = there are none
 * @returns null where there is nothing that he could go by
 */
export function viewOf(
  knowledge: TaskKnowledge,
  train: Dataset,
  targets: readonly number[],
  standIns: Dataset | null,
  rng: Rng,
): AttackerView | null {
  if (knowledge === "white-box") return { world: train };
  const others = rowsWhere(train, (task) => !targets.includes(task));
  if (knowledge === "gray-box") return standIns === null ? null : { world: joinRows(standIns, others), standIns };
  if (others.y.length === 0) return null;
  const taken = targets.map((target): Dataset => ({ ...others, task: others.task.map(() => target) }));
  const drawn = taken.map((pool, k) => {
    const count = rowsWhere(train, (task) => task === targets[k]).y.length;
    const draw = rng.fork(targets[k]);
    return selectExamples(
      pool,
      Int32Array.from({ length: count }, () => draw.integer(pool.y.length)),
    );
  });
  return { world: [...drawn, others].reduce(joinRows), standIns: taken.reduce(joinRows) };
}

/**
 * The training rows with the poison of an attacker of that knowledge below them; null where he has nothing to go by.
 *
 * @param clean trained on `train`
 */
export async function poisonedBy(
  knowledge: TaskKnowledge,
  { train, standIns, clean }: { readonly train: Dataset; readonly standIns: Dataset | null; readonly clean: Model },
  request: Pick<TaskAttackRequest, "params" | "attackTasks" | "targets" | "budgetFraction">,
  tools: TaskTools,
  run: (name: string) => RunContext,
): Promise<Dataset | null> {
  const view = viewOf(knowledge, train, request.targets, standIns, run("view").rng);
  if (view === null) return null;
  const { world } = view;
  const model = world === train ? clean : await tools.together.learner.fit(world, { ...run("fit"), params: request.params, start: null });
  const { poisoned } = await tools.attack({ ...request, clean: world, model, standIns: view.standIns }, run("attack"));
  const added = Int32Array.from({ length: poisoned.y.length - world.y.length }, (_, i) => world.y.length + i);
  return joinRows(train, selectExamples(poisoned, added));
}

function rowsWhere(data: Dataset, isWanted: (task: number) => boolean): Dataset {
  return selectExamples(
    data,
    positionsWhere(data.y.length, (i) => isWanted(data.task[i])),
  );
}
