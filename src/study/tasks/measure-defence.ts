import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, joinRows } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { noRepair } from "../record.ts";
import { poisonedBy } from "./attacker-view.ts";
import type { DefencePlan, TaskKnowledge } from "./config.ts";
import { dealTargetRows } from "./deal-target-rows.ts";
import type { DefenceOfSeed, DefendedCell } from "./findings.ts";
import { attackTasksOf } from "./measure-attack.ts";
import { measureTask } from "./task-metric.ts";
import { measureAlone } from "./task-gain.ts";
import { type TaskSeed, rowsPerTask } from "./task-seed.ts";
import type { TaskTools } from "./task-tools.ts";

export interface DefenceRequest {
  readonly target: number;
  readonly budgetFraction: number;
  readonly plan: DefencePlan;
  /** Of the tuned learner. */
  readonly params: unknown;
}

export const aloneRepair = "alone";

/**
 * What each repair leaves of an attack on the target through all other tasks, all on the same rows of the target: half of what it has in training but for the
 * fresh rows. The white box computes its attack on these; for the gray box the other half stands in, for the black box rows of other tasks. The fresh rows are in neither's data.
 */
export async function measureDefence(
  seed: TaskSeed,
  { target, budgetFraction, plan, params }: DefenceRequest,
  tools: TaskTools,
  context: RunContext,
): Promise<DefenceOfSeed | null> {
  const dealt = dealTargetRows(seed.train, target, plan.freshRows, context.rng.fork("deal"));
  if (dealt === null) return null;
  const { train, standIns } = dealt;
  const fresh = dealt.fresh.y.length === 0 ? null : dealt.fresh;
  const attackTasks = attackTasksOf({ from: null, to: target }, rowsPerTask(train));
  if (attackTasks.length === 0) return null;
  const run = (name: string): RunContext => ({ signal: context.signal, rng: context.rng.fork(name) });
  const fit = (data: Dataset, start: Model | null = null): Promise<Model> =>
    tools.together.learner.fit(data, { ...run("fit"), params, start });
  const clean = await fit(train);
  const cells: DefendedCell[] = [];
  const add = (knowledge: TaskKnowledge | null, repair: string, isFresh: boolean, value: number | null): boolean => {
    if (value !== null) cells.push({ knowledge, repair, isFresh, value });
    return value !== null;
  };
  const measured = (model: Model): number | null => measureTask(tools.metric, model, seed.test, target, seed.labelUnit);

  const request = { params, attackTasks, targets: [target], budgetFraction };
  for (const knowledge of [null, ...plan.knowledge]) {
    stopIfCancelled(context.signal);
    const data = knowledge === null ? train : await poisonedBy(knowledge, { train, standIns, clean }, request, tools, run);
    if (data === null) continue;
    const bare = knowledge === null ? clean : await fit(data, clean);
    if (!add(knowledge, noRepair, false, measured(bare))) return null;
    if (fresh !== null) add(knowledge, noRepair, true, measured(await fit(joinRows(data, fresh), bare)));
    for (const repair of plan.repairs) {
      const needsFresh = tools.needsFresh(repair.id);
      if (needsFresh && fresh === null) continue;
      const model = await tools.repair({ data, repair, params, target, fresh: needsFresh ? fresh : null }, run(repair.id));
      add(knowledge, repair.id, needsFresh, measured(model));
    }
  }
  const alone = (data: Dataset): Promise<number | null> => measureAlone({ ...seed, train: data }, target, tools, run("alone"));
  add(null, aloneRepair, false, await alone(train));
  if (fresh !== null) add(null, aloneRepair, true, await alone(joinRows(train, fresh)));
  return { ownRows: rowsPerTask(train)[target], freshRows: fresh?.y.length ?? 0, cells };
}
