import type { AttackInput, AttackSetting } from "../../core/attack.ts";
import type { RunContext } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import { targetOf as tableTarget, taskNames } from "../../core/examples.ts";
import { type LinearSettings, type Model, predict } from "../../core/learner.ts";
import type { FittedPipeline } from "../../core/pipeline.ts";
import type { Aim } from "./attack-aim.ts";
import { errorAim } from "./error-aim.ts";
import { type FeasibleSet, feasibleSetOf } from "../feasible/feasible-set.ts";
import { type InjectedRows, withInjected } from "./injected-rows.ts";
import { filterByLoss } from "../linear/loss-filter.ts";
import type { Judgement } from "./coordinate-exchange.ts";
import { type SmoothTraining, smoothTraining } from "../linear/smooth-training.ts";

/** What an attacker assumes of a defender who sanitises what he trains on. */
export interface SanitisedParams {
  /** Share of the clean rows of each class within its sphere, and within its slab, that bound the inserted ones. */
  percentile: number;
  /** Share of each class that the defender removes by its loss; 0 for none. */
  removed: number;
  /** Of the smoothed error that is raised. */
  temperature: number;
}

export interface SanitisedScene extends SmoothTraining {
  readonly victim: FittedPipeline;
  readonly clean: Dataset;
  readonly settings: LinearSettings;
  readonly set: FeasibleSet;
  /** The smoothed error on the clean training rows. */
  readonly aim: Aim;
  /** What rows are worth to the attacker, whether or not the defender removes this share of each class by its loss. */
  judgeWith(removed: number): (rows: InjectedRows, before: Judgement | null) => Promise<Judgement>;
  /** Share of the clean training rows that the model trained on these rows too, less what such a defender removes, gets wrong. */
  errorWith(rows: InjectedRows, removed: number): Promise<number>;
}

/** Why the attacks on sanitised training cannot attack such a pipeline, or null. */
export function cannotBeSanitised({ table, learner, sharing }: AttackSetting): string | null {
  const target = tableTarget(table);
  if (learner.linear === undefined || !learner.targets.includes("classes"))
    return "it needs a linear classifier: the learner logistic or linear-svm";
  if (target.kind !== "classes" || target.names.length !== 2) return "it needs two classes";
  return taskNames(table).length > 1 || sharing === "separate" ? "it attacks a single task" : null;
}

export async function setSanitisedScene(input: AttackInput, params: SanitisedParams, context: RunContext): Promise<SanitisedScene> {
  const { learner, learnerParams } = input.pipeline;
  const settings = learner.linear?.(learnerParams);
  if (settings === undefined) throw new Error(`${learner.id} is not linear`);
  const victim = await input.victim();
  const clean = victim.training;
  const training = smoothTraining(input.pipeline, context);
  const aim = errorAim(clean, params.temperature);
  const models = new WeakMap<Judgement, Model>();

  async function train(rows: InjectedRows, removed: number, start: Model | null) {
    const data = withInjected(clean, rows);
    const received = await training.fit(data, start);
    if (removed === 0) return { received, filtered: null, kept: data, model: received };
    const filtered = filterByLoss(data, received.scores(data), removed, clean.y.length);
    const kept = selectExamples(data, filtered.kept);
    return { received, filtered, kept, model: await training.fit(kept, received) };
  }

  return {
    ...training,
    victim,
    clean,
    settings,
    set: feasibleSetOf(clean, params.percentile),
    aim,
    judgeWith: (removed) => async (rows, before) => {
      const start = before === null ? victim.model : (models.get(before) ?? null);
      const { received, filtered, kept, model } = await train(rows, removed, start);
      const theta = thetaOf(model);
      const objective = training.objectiveOf(kept);
      const survivors = new Set(filtered?.kept);
      const judgement = {
        value: aim.valueOf(model),
        objective,
        theta,
        v: objective.solveHessian(theta, aim.gradientOf(objective, theta)),
        lost: Array.from(rows.y, (_, i) => filtered !== null && !survivors.has(clean.y.length + i)),
        filter: filtered === null ? null : { theta: thetaOf(received), floor: filtered.floor },
      };
      models.set(judgement, received);
      return judgement;
    },
    async errorWith(rows, removed) {
      const { model } = await train(rows, removed, victim.model);
      return predict(model, clean).reduce((sum, answer, i) => sum + Number(answer !== clean.y[i]), 0) / clean.y.length;
    },
  };
}

export function thetaOf(model: Model): Float64Array {
  if (model.parameters === null) throw new Error("a linear learner has parameters");
  return model.parameters.theta;
}
