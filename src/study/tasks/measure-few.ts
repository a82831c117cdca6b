import { heldoutUtility } from "../../blocks/injection/attack-utility.ts";
import { weightedLoss } from "../../blocks/injection/attack-aim.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { joinRows } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";
import { poisonedBy } from "./attacker-view.ts";
import type { TaskKnowledge } from "./config.ts";
import { dealTargetRows } from "./deal-target-rows.ts";
import type { FewLineOfSeed, FewOfSeed, SearchFindings } from "./findings.ts";
import type { CleanModel } from "./measure-attack.ts";
import { measureAlone } from "./task-gain.ts";
import { measureTask } from "./task-metric.ts";
import { type TaskSeed, rowsPerTask } from "./task-seed.ts";
import type { TaskAttack, TaskTools } from "./task-tools.ts";

export interface FewRequest {
  readonly attackTasks: readonly number[];
  readonly targets: readonly number[];
  readonly budgetFraction: number;
}

/** The training rows with one half of each target's apart; null where a target has too few. */
function halved(train: Dataset, targets: readonly number[], rng: Rng): { train: Dataset; standIns: Dataset } | null {
  let kept = train;
  const apart: Dataset[] = [];
  for (const target of targets) {
    const dealt = dealTargetRows(kept, target, 0, rng.fork(target));
    if (dealt === null || dealt.standIns.y.length === 0) return null;
    kept = dealt.train;
    apart.push(dealt.standIns);
  }
  return { train: kept, standIns: apart.reduce(joinRows) };
}

/**
 * Attacks the targets through each set of tasks for real. The attacker has one half of each target's rows, which is all that is learned from here; harm is
 * by how much the mean loss on the other half rises, each target and each class in it counting the same. No test row is seen. Nothing is tried where a target has too few rows to be halved.
 */
export async function trySets(
  { train }: TaskSeed,
  sets: readonly (readonly number[])[],
  { targets, budgetFraction, params }: Omit<FewRequest, "attackTasks"> & { readonly params: unknown },
  tools: TaskTools,
  context: RunContext,
): Promise<SearchFindings["tried"]> {
  const half = halved(train, targets, context.rng.fork("deal"));
  const counts = rowsPerTask(train);
  if (half === null || sets.some((set) => set.some((task) => counts[task] === 0))) return [];
  const run = (name: string): RunContext => ({ signal: context.signal, rng: context.rng.fork(name) });
  const fit = (data: Dataset, start: Model | null): Promise<Model> => tools.together.learner.fit(data, { ...run("fit"), params, start });
  const judged = heldoutUtility(half.standIns, targets);
  const clean = await fit(half.train, null);
  const before = weightedLoss(clean, judged);
  const tried: SearchFindings["tried"][number][] = [];
  for (const attackTasks of sets) {
    stopIfCancelled(context.signal);
    const request = { clean: half.train, model: clean, params, attackTasks, targets, budgetFraction };
    const { poisoned } = await tools.attack(request, run("attack"));
    tried.push({ tasks: attackTasks, harm: weightedLoss(await fit(poisoned, clean), judged) - before });
  }
  return tried;
}

/** White box, on all training rows; null where the attack tasks have no rows or the metric is not defined. */
export async function attackFew(
  seed: TaskSeed,
  clean: CleanModel,
  { attackTasks, targets, budgetFraction }: FewRequest,
  tools: TaskTools,
  context: RunContext,
): Promise<TaskAttack | null> {
  const counts = rowsPerTask(seed.train);
  const present = attackTasks.filter((task) => counts[task] > 0);
  if (present.length === 0 || targets.some((task) => counts[task] === 0) || overTargets(seed, clean.model, targets, tools) === null)
    return null;
  return tools.attack({ clean: seed.train, ...clean, attackTasks: present, targets, budgetFraction }, context);
}

/**
 * What poison in a few tasks does to targets elsewhere, beside each target learned alone. An attacker who has the very rows and one who has none of them
 * meet all training rows of the targets; one who has others of the same law needs some set apart, so that he and the first meet half of them too.
 */
export async function measureFew(
  seed: TaskSeed,
  { model: clean, params }: CleanModel,
  made: TaskAttack,
  request: FewRequest & { readonly knowledge: readonly TaskKnowledge[] },
  tools: TaskTools,
  context: RunContext,
): Promise<FewOfSeed | null> {
  const { targets, attackTasks, budgetFraction } = request;
  const asked = { params, attackTasks: attackTasks.filter((task) => rowsPerTask(seed.train)[task] > 0), targets, budgetFraction };
  const run = (name: string): RunContext => ({ signal: context.signal, rng: context.rng.fork(name) });
  const measured = async (data: Dataset, start: Model | null): Promise<{ model: Model; value: number | null }> => {
    stopIfCancelled(context.signal);
    const model = await tools.together.learner.fit(data, { ...run("fit"), params, start });
    return { model, value: overTargets(seed, model, targets, tools) };
  };
  const lines: FewLineOfSeed[] = [];
  async function add(knowledge: TaskKnowledge, isHalved: boolean, at: At, data: Dataset | null): Promise<void> {
    const after = data === null ? null : (await measured(data, at.clean)).value;
    if (after !== null) lines.push({ knowledge, isHalved, targetRows: at.targetRows, before: at.before, alone: at.alone, after });
  }
  interface At {
    readonly train: Dataset;
    readonly standIns: Dataset | null;
    readonly clean: Model;
    readonly before: number;
    readonly alone: number;
    readonly targetRows: number;
  }
  async function at(train: Dataset, standIns: Dataset | null, model: Model | null): Promise<At | null> {
    const own = model ?? (await measured(train, null)).model;
    const before = overTargets(seed, own, targets, tools);
    const alone = await meanOf(targets, (target) => measureAlone({ ...seed, train }, target, tools, run("alone")));
    const counts = rowsPerTask(train);
    const targetRows = targets.reduce((sum, target) => sum + counts[target], 0);
    return before === null || alone === null ? null : { train, standIns, clean: own, before, alone, targetRows };
  }

  const whole = await at(seed.train, null, clean);
  if (whole === null) return null;
  const { value: flipped } = await measured(made.flipped, clean);
  if (flipped === null) return null;
  await add("white-box", false, whole, made.poisoned);
  if (request.knowledge.includes("black-box"))
    await add("black-box", false, whole, await poisonedBy("black-box", whole, asked, tools, run));
  const half = request.knowledge.includes("gray-box") ? halved(seed.train, targets, run("deal").rng) : null;
  const ofHalf = half === null ? null : await at(half.train, half.standIns, null);
  if (ofHalf !== null)
    for (const knowledge of ["white-box", "gray-box"] as const)
      await add(knowledge, true, ofHalf, await poisonedBy(knowledge, ofHalf, asked, tools, run));
  return { poisonRows: made.poisoned.y.length - seed.train.y.length, flipped, lines };
}

/** The mean of the metric over the targets; null where it is not defined for one of them. */
function overTargets({ test, labelUnit }: TaskSeed, model: Model, targets: readonly number[], { metric }: TaskTools): number | null {
  const values = targets.flatMap((target) => measureTask(metric, model, test, target, labelUnit) ?? []);
  return values.length < targets.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function meanOf(targets: readonly number[], of: (target: number) => Promise<number | null>): Promise<number | null> {
  let sum = 0;
  for (const target of targets) {
    const value = await of(target);
    if (value === null) return null;
    sum += value;
  }
  return sum / targets.length;
}
