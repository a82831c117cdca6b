import { blockScoresInto } from "../../blocks/linear/layout.ts";
import type { Dataset } from "../../core/dataset.ts";
import { targetOf } from "../../core/examples.ts";
import { type Learner, type Model, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { makeRng } from "../../numeric/random.ts";
import { type ContractOptions, checkInfo, hold, holdEqual, tryOnMany } from "./contract.ts";
import { type TableShape, drawShape, firstHalf, makeTable } from "./small-tables.ts";

/** How far scores and probabilities may be from what they are compared with. */
const rounding = 1e-9;

/**
 * Holds a learner against what every learner must do: it leaves nothing to choose once it is tuned, learns the same model from the same seed, and its scores,
 * predictions, probabilities, losses and parameters agree with each other.
 *
 * @throws ContractBreach with what it does and the data on which it does it; UsageError where no small data set suits it
 */
export async function checkLearner(learner: Learner, options: ContractOptions = {}): Promise<void> {
  checkInfo(learner);
  await tryOnMany(
    learner.id,
    options,
    (rng) => {
      const shape = drawShape(rng, false);
      return learns(learner, shape) ? shape : null;
    },
    (shape) => shape,
    (shape, rng) => holdLearner(learner, shape, rng.integer(2 ** 31)),
  );
}

/** Whether it learns such a label. */
export function learns(learner: Learner, shape: TableShape): boolean {
  const target = targetOf(makeTable(shape));
  return learner.targets.includes(target.kind) && (learner.refuses?.(target) ?? null) === null;
}

/** On one small table. @throws ContractBreach */
export async function holdLearner(learner: Learner, shape: TableShape, seed: number): Promise<void> {
  const table = makeTable(shape);
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, firstHalf(table));
  const train = encoder.encode(table, firstHalf(table));
  const all = encoder.encode(
    table,
    Int32Array.from({ length: table.rows }, (_, row) => row),
  );
  const given = resolveParams<object>(learner.id, learner.params);
  const params = await learner.tune(train, { rng: makeRng(seed), params: given });
  hold(!JSON.stringify(params).includes("auto"), "once tuned, a parameter is still auto");
  const fit = () => learner.fit(train, { rng: makeRng(seed), params });
  const model = await fit();
  const scores = model.scores(all);
  hold(scores.length === all.y.length * model.outputs, `it gives ${scores.length} scores for ${all.y.length} rows`);
  hold(scores.every(Number.isFinite), "a score is not finite");
  holdEqual((await fit()).scores(all), scores, "the same seed gives another model");
  hold(
    model.losses(all).every((loss) => Number.isFinite(loss) && loss >= 0),
    "a loss is negative or not finite",
  );
  if (learner.linear !== undefined) holdLinear(learner.linear(params), model, all, scores);
  if (learner.hinge !== undefined)
    for (const loss of ["hinge", "squared-hinge"]) {
      const chosen = { ...(params as object), loss };
      hold(
        (learner.objective?.(train, chosen) === null) === (learner.hinge(chosen) !== null),
        `with ${loss} it has an objective and a hinge, or neither`,
      );
    }
  holdPredictions(model, all);
}

function holdLinear({ weightDecay }: { readonly weightDecay: number }, model: Model, all: Dataset, scores: Float64Array): void {
  hold(model.parameters !== null, "a linear model has no parameters");
  const z = new Float64Array(all.y.length);
  for (let output = 0; output < model.outputs; output++) {
    blockScoresInto(z, all.x, model.parameters.theta, output);
    hold(
      z.every((score, i) => Math.abs(score - scores[i * model.outputs + output]) < rounding),
      "its scores are not those of its parameters",
    );
  }
  hold(weightDecay >= 0, "its weight decay is negative");
}

function holdPredictions(model: Model, all: Dataset): void {
  if (all.target.kind !== "classes") return;
  const { names } = all.target;
  const predictions = predict(model, all);
  hold(
    predictions.every((k) => names[k] !== undefined),
    "it predicts a class that there is not",
  );
  const probabilities = model.probabilities(all);
  if (probabilities === null) return;
  for (let i = 0; i < all.y.length; i++) {
    const row = probabilities.subarray(i * names.length, (i + 1) * names.length);
    hold(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < rounding, "probabilities of a row do not add up to 1");
    hold(row[predictions[i]] === Math.max(...row), "it predicts a class that is not its likeliest");
  }
}
