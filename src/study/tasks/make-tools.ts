import { isMtrlModel } from "../../blocks/mtrl/model.ts";
import { mtrlObjective } from "../../blocks/mtrl/objective.ts";
import { attackTask } from "../../blocks/mtrl/task-attack.ts";
import { relationCorrelations } from "../../blocks/mtrl/task-relation.ts";
import { taskVulnerability } from "../../blocks/mtrl/task-vulnerability.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Learner, Model, RelationSettings } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { type Chosen, methodOf } from "../config.ts";
import type { TasksInput } from "./input.ts";
import { rowsPerTask } from "./task-seed.ts";
import type { ChosenLearner, TaskTools } from "./task-tools.ts";

const settings = {
  /** With few rows a task may show one class alone in training, and a free bias then runs away. A shared one also lets tasks learn from each other how rare a class is. */
  bias: "regularised",
  /** Of the minimum: what test rows show does not change below it. */
  tolerance: 1e-6,
} as const;

/** First-order damages are averages over rows; more digits would cost more than the attacks that check them. */
const solveTolerance = 1e-5;

/** Steps of an ascent, and how much smoother the relation is while climbing; see the attack patom. */
const climbing = { steps: 30, epsilon: 1e-3, tolerance: 1e-6 } as const;

/** A learner with what a study of tasks sets for all alike, as far as it has such parameters. @param relationDecay undefined = the learner's own */
export function chooseForTasks({ id, params }: Learner, wanted: readonly (keyof typeof settings)[], relationDecay?: number): Chosen {
  const given = Object.fromEntries(wanted.filter((name) => name in params).map((name) => [name, settings[name]]));
  return { id, params: resolveParams(id, params, { ...given, ...(relationDecay === undefined ? {} : { relationDecay }) }) };
}

/** The methods that a study of tasks works with. */
export function makeTaskTools({ config, methods }: Pick<TasksInput, "config" | "methods">): TaskTools {
  const chosen = ({ id, params }: Chosen): ChosenLearner => ({ learner: methodOf("learner", methods.learners, id), params });
  const together = chosen(config.learner);
  const { learner } = together;
  const smoother = (tuned: unknown): RelationSettings => {
    const given = tuned as RelationSettings;
    return {
      ...given,
      epsilon: Math.max(given.epsilon, climbing.epsilon),
      tolerance: Math.max(given.tolerance, climbing.tolerance),
    };
  };
  const objectiveOf = (data: Dataset, tuned: unknown) => {
    if (learner.relation === undefined) throw new Error(`${learner.id} relates no tasks`);
    return mtrlObjective(data, learner.relation(tuned), { relation: "exact", solveTolerance });
  };
  return {
    single: chosen(config.single),
    together,
    metric: methodOf("metric", methods.metrics, config.metric),
    relation(model, train) {
      if (!isMtrlModel(model)) throw new Error("a relation comes from a model that has one");
      const counts = rowsPerTask(train);
      return relationCorrelations(model.relation, counts.length, (task) => counts[task] > 0);
    },
    vulnerability(model, train, tuned) {
      try {
        return taskVulnerability(train, objectiveOf(train, tuned), thetaOf(model));
      } catch (error) {
        // Where tasks are tied so hard that the Hessian gives out, a rounder relation stands in.
        if (!(error instanceof NumericalError)) throw error;
        return taskVulnerability(train, objectiveOf(train, smoother(tuned)), thetaOf(model));
      }
    },
    attack: ({ params, ...request }, context) =>
      attackTask({ ...request, learner, params, climbingParams: smoother(params), objectiveOf, steps: climbing.steps }, context),
    needsFresh: (id) => methodOf("repair", methods.repairs, id).needsTrusted === true,
    repair({ data, repair: { id, params: own }, params, target, fresh }, context) {
      const method = methodOf("repair", methods.repairs, id);
      if (method.stage !== "fit") throw new Error(`${id} repairs no training of tasks`);
      const aimed = "protects" in method.params ? { ...(own as object), protects: data.tasks[target] } : own;
      return method.repair(data, {
        ...context,
        progress: undefined,
        params: aimed,
        learnerParams: params,
        fit: (rows, start = null, replaced = {}) =>
          learner.fit(rows, { ...context, progress: undefined, params: { ...(params as object), ...replaced }, start }),
        trusted: fresh,
      });
    },
  };
}

function thetaOf({ parameters }: Model): Float64Array {
  if (parameters === null) throw new Error("a model of tasks has parameters");
  return parameters.theta;
}
