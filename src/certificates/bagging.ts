import { assumptionsOfPipeline, readAsHere } from "../blocks/certified/partition-words.ts";
import type { Certificate } from "../core/certificate.ts";
import { pauseOrStop } from "../core/context.ts";
import { listExamples, targetOf } from "../core/examples.ts";
import { NumericalError } from "../core/errors.ts";
import { type BaggingAttack, baggingRadii } from "../blocks/certified/bagging-radius.ts";
import { forEachAtOnce } from "../blocks/certified/for-each-at-once.ts";
import { ridgeScores } from "../blocks/certified/kernel-ridge.ts";
import { ofOperation } from "../blocks/certified/nearest-rows.ts";
import {
  type EnsembleParams,
  coded,
  ensembleParams,
  firstChoice,
  oneForEachClass,
  refusesEnsemble,
  voidedBy,
} from "../blocks/certified/partition-ensemble.ts";
import { inContentOrder } from "../blocks/certified/partitions.ts";
import { rowWiseFeatures } from "../data/row-wise/row-wise-features.ts";

interface BaggingParams extends Pick<EnsembleParams, "base"> {
  models: number;
  draws: number;
  operation: BaggingAttack;
  risk: number;
}

/** Differs from the paper in that any change is bounded by the worst number of rows afterwards, and that which class is read costs confidence too. */
export const bagging: Certificate<BaggingParams> = {
  kind: "certificate",
  id: "bagging",
  title: "Bagging",
  summary:
    "Many models, each trained on a few rows drawn with replacement, vote; how surely they do bounds how many poisoned rows change the vote, at a stated confidence.",
  source: {
    cite: "Jia, Cao & Gong 2021, Intrinsic Certified Robustness of Bagging against Data Poisoning Attacks, AAAI, Theorem 1",
    url: "https://arxiv.org/abs/2008.04495",
  },
  params: {
    models: {
      type: "number",
      default: 1000,
      min: 10,
      max: 100_000,
      integer: true,
      help: "that are trained; more make the share of votes surer",
    },
    draws: {
      type: "number",
      default: 40,
      min: 1,
      max: 10_000,
      integer: true,
      help: "rows that each model is trained on: fewer make radii larger and answers worse",
    },
    operation: {
      type: "choice",
      default: "insert",
      options: ["insert", "delete", "change"],
      help: "what the attacker may do: add rows, take rows away, or replace and relabel rows and all of these together",
    },
    base: ensembleParams.base,
    risk: { type: "number", default: 0.001, min: 1e-9, max: 0.5, help: "chance that any of the radii is too large" },
  },
  effort: "full",
  targets: ["classes"],
  unit: "insertions",
  refuses: (input) => refusesEnsemble(input, { by: "row" }),
  async certify(input, { params, ...context }) {
    const { table, train, test, learner } = input;
    const { models, draws, operation, risk, base } = params;
    const target = targetOf(table);
    const classes = target.kind === "classes" ? target.names.length : 0;
    const own = listExamples(table, train);
    const asked = listExamples(table, test);
    const labelOf = new Map<number, number>();
    own.row.forEach((row, i) => labelOf.set(row, own.y[i]));
    const order = inContentOrder(table, own.row, (row) => labelOf.get(row) as number, "bagging");
    const labels = Float64Array.from(order, (row) => labelOf.get(row) as number);
    const features = base === "ridge" ? rowWiseFeatures(table, Int32Array.from([...order, ...asked.row])) : null;
    const askedAt = Int32Array.from(asked.row, (_, i) => order.length + i);
    const votes = new Int32Array(asked.row.length * classes);
    let done = 0;
    let failed = 0;
    await forEachAtOnce(order.length === 0 ? 0 : models, features === null ? (input.atOnce ?? 1) : 1, async (m) => {
      await pauseOrStop(context);
      const rng = context.rng.fork(`model ${m}`);
      const positions = Int32Array.from({ length: draws }, () => rng.integer(order.length)).sort();
      const first = labels[positions[0]];
      if (positions.every((position) => labels[position] === first)) {
        for (let i = 0; i < asked.row.length; i++) votes[i * classes + first]++;
      } else {
        const turn = rng.integer(classes);
        const scores = await scoresOfDraw(m, positions);
        if (scores === null) failed++;
        else for (let i = 0; i < asked.row.length; i++) votes[i * classes + firstChoice(scores, i * classes, classes, turn)]++;
      }
      context.progress?.(++done / models);
    });
    const { unit, costs } = ofOperation[operation];
    const { answers, radii } = baggingRadii(votes, classes, { models, trainRows: order.length, draws, attack: operation, risk });
    return {
      ...{ kind: "answers", answers: Float64Array.from(answers), radii, unit, costs, confidence: 1 - risk, settled: { ...params } },
      assumes: [
        "the seed that draws the rows is not known before the data are fixed",
        "what is bounded is the vote of all models that could be drawn, of which those that were trained are a sample",
        `models are trained on draws=${draws} rows however many come`,
        readAsHere,
        ...(base === "pipeline" ? assumptionsOfPipeline(learner) : []),
      ],
      made: `${models} models (${base === "ridge" ? "kernel ridge" : `the pipeline with ${learner.id}`} on ${draws} rows drawn with replacement): vote${failed === 0 ? "" : `; ${failed} could not be trained and have no vote`}`,
    };

    /** One score of each class. Shape: [asked, classes]. */
    async function scoresOfDraw(m: number, positions: Int32Array): Promise<Float64Array | null> {
      if (features !== null) return ridgeScores({ features, own: positions, asked: askedAt, ...coded(labels, positions, classes, 0) });
      const part = { name: `draw ${m}`, of: models };
      try {
        const drawn = Int32Array.from(positions, (position) => order[position]);
        return oneForEachClass(await input.scoresOf(table, drawn, part, context), asked.row.length, classes);
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        if (input.failedPart === "void") throw voidedBy(error, { name: `model ${m + 1}`, of: models });
        return null;
      }
    }
  },
};
