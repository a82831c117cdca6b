import type { AttackInput } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model, RelationSettings } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import { heldoutUtility, leaveOutTargetRows, pseudoUtility, trainingUtility } from "../injection/attack-utility.ts";

export interface AimSettings {
  readonly gradient: "exact" | "fixed-omega";
  readonly objective: "pseudo" | "heldout" | "train";
  /** Share of each target's training rows that "heldout" leaves out. */
  readonly heldoutFraction: number;
}

/** What is climbed with, and from: the rows that the attacker trains on, and those whose loss he raises. */
export interface PatomAim {
  readonly clean: Dataset;
  /** Positions of `clean` among the training examples. */
  readonly kept: Int32Array;
  /** Of `clean`. */
  readonly model: Model;
  readonly utility: Dataset;
  /** Those with training rows. */
  readonly attackTasks: readonly number[];
  readonly climbing: RelationSettings;
  readonly relation: "exact" | "fixed";
}

/** A smoother penalty while climbing: the relation then bends where it would otherwise kink. */
const climbingEpsilon = 1e-3;

/**
 * @param training all training examples, as the attacker works with them
 * @throws UsageError where there is nothing to attack, or nothing to hold out
 */
export async function patomAim(
  input: AttackInput,
  { model }: FittedPipeline,
  training: Dataset,
  { gradient, objective, heldoutFraction }: AimSettings,
  context: RunContext,
): Promise<PatomAim> {
  const attackTasks = withRows(training, input.reach.attackTasks, "attack");
  const targets = withRows(training, input.reach.targetTasks, "target");
  const { learner, learnerParams } = input.pipeline;
  const settings = learner.relation?.(learnerParams);
  if (settings === undefined) throw new UsageError(`patom needs a learner that relates its tasks, and ${learner.id} does not`);
  const climbing = { ...settings, epsilon: Math.max(settings.epsilon, climbingEpsilon) };
  const relation = gradient === "exact" ? ("exact" as const) : ("fixed" as const);
  const rng = context.rng.fork("utility");
  const common = { climbing, relation, attackTasks };
  const everything = { clean: training, kept: Int32Array.from(training.y.keys()), model, ...common };
  switch (objective) {
    case "train":
      return { ...everything, utility: trainingUtility(training, targets) };
    case "pseudo":
      return { ...everything, utility: pseudoUtility(training, model, targets, attackTasks, rng) };
    case "heldout": {
      const { kept, heldOut } = leaveOutTargetRows(training, targets, heldoutFraction, rng);
      if (heldOut.length === 0)
        throw new UsageError(
          'patom.objective "heldout" needs a target task with two training rows of one class, and there is none; allowed here: pseudo, train',
        );
      const clean = selectExamples(training, kept);
      const own = await learner.fit(clean, { ...context, progress: undefined, params: climbing, start: model });
      return { clean, kept, model: own, utility: heldoutUtility(selectExamples(training, heldOut), targets), ...common };
    }
  }
}

/** Of these tasks (null = all), the ones with training rows. */
function withRows(data: Dataset, asked: Int32Array | null, role: string): number[] {
  const known = new Set(data.task);
  const tasks = [...(asked ?? data.tasks.keys())].filter((task) => known.has(task));
  if (tasks.length === 0) throw new UsageError(`patom needs training rows in at least one ${role} task, and there are none`);
  return tasks;
}
