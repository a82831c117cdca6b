import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { LogicPatch } from "../../core/poison.ts";
import { type FeatureTest, testOfFilter } from "../../data/feature-filter.ts";
import type { FittedEncoder } from "../../data/encoder.ts";

/** The training data as a corrupted training sees them: other weights, other labels; the data themselves stay. */
export function corruptTraining(data: Dataset, patch: LogicPatch): Dataset {
  const keyOf = ({ row, task }: { readonly row: number; readonly task: number }): string => `${row} ${task}`;
  let corrupted = data;
  if (patch.mislabel.length > 0) {
    const labels = new Map(patch.mislabel.map((entry) => [keyOf(entry), entry.y]));
    const y = Float64Array.from(data.y, (own, i) => labels.get(`${data.row[i]} ${data.task[i]}`) ?? own);
    corrupted = { ...corrupted, y };
  }
  if (patch.reweight.length > 0) {
    const factors = new Map(patch.reweight.map((entry) => [keyOf(entry), entry.factor]));
    const weight = Float64Array.from(data.y, (_, i) => (data.weight?.[i] ?? 1) * (factors.get(`${data.row[i]} ${data.task[i]}`) ?? 1));
    const kept = positionsWhere(weight.length, (i) => weight[i] !== 0);
    corrupted = selectExamples({ ...corrupted, weight }, kept);
  }
  return corrupted;
}

/** The trained model with overwritten parameters, and with rules that answer before it does. @throws UsageError where it has no such parameter or feature */
export function corruptModel(model: Model, patch: LogicPatch, encoder: FittedEncoder): Model {
  const tampered = patch.parameters.length === 0 ? model : withOverwritten(model, patch);
  if (patch.rules.length === 0) return tampered;
  const rules = patch.rules.map(({ when, then }) => ({ test: testOfFilter(when, encoder, "a trigger rule"), then }));
  return withRules(tampered, rules);
}

/** Of an ensemble every member is overwritten: whoever can write into one stored model can into all. */
function withOverwritten(model: Model, patch: LogicPatch): Model {
  if (model.mapMembers !== undefined) return model.mapMembers((member) => withOverwritten(member, patch));
  if (model.parameters === null || model.withParameters === undefined)
    throw new UsageError("this model has no parameters that could be overwritten");
  const theta = model.parameters.theta.slice();
  for (const { index, value } of patch.parameters) {
    if (!(index >= 0 && index < theta.length)) throw new UsageError(`parameter ${index} is not in [0, ${theta.length})`);
    theta[index] = value;
  }
  return model.withParameters(theta);
}

/** How sure a rule is of its class, in units of a score: surer than most answers, and not so sure that its loss outweighs all others. */
const certain = 5;

function withRules(model: Model, rules: readonly { readonly test: FeatureTest; readonly then: number }[]): Model {
  const answers = (data: Dataset): { readonly row: number; readonly then: number }[] => {
    const found = [];
    for (let row = 0; row < data.y.length; row++) {
      const rule = rules.find(({ test }) => test(data.x, row));
      if (rule !== undefined) found.push({ row, then: rule.then });
    }
    return found;
  };
  const { withParameters, outputs } = model;
  return {
    ...model,
    scores(data) {
      const scores = model.scores(data);
      for (const { row, then } of answers(data)) {
        if (data.target.kind === "real") scores[row] = then;
        else if (outputs === 1) scores[row] = then === 1 ? certain : -certain;
        else for (let k = 0; k < outputs; k++) scores[row * outputs + k] = k === then ? certain : -certain;
      }
      return scores;
    },
    probabilities(data) {
      const probabilities = model.probabilities(data);
      if (probabilities === null) return null;
      const classes = probabilities.length / data.y.length;
      for (const { row, then } of answers(data)) for (let k = 0; k < classes; k++) probabilities[row * classes + k] = k === then ? 1 : 0;
      return probabilities;
    },
    losses(data) {
      const losses = model.losses(data);
      for (const { row, then } of answers(data))
        losses[row] = data.target.kind === "real" ? (then - data.y[row]) ** 2 / 2 : then === data.y[row] ? 0 : certain;
      return losses;
    },
    ...(withParameters === undefined ? {} : { withParameters: (theta) => withRules(withParameters(theta), rules) }),
  };
}
