import type { Certificate } from "../core/certificate.ts";
import { medianIntervals, sortPredictions } from "../blocks/certified/median-interval.ts";
import {
  type EnsembleParams,
  ensembleParams,
  partitionsFor,
  refusesEnsemble,
  trainEnsemble,
} from "../blocks/certified/partition-ensemble.ts";
import { assumptionsOf, costsOf, describeEnsemble, unitOf } from "../blocks/certified/partition-words.ts";
import { countVotes, pluralityRadii } from "../blocks/certified/plurality-radius.ts";

/**
 * Differs from the paper in its hash, which is keyed and leaves the label out, so that a flipped label costs one unit and not two, and in what ties go by inside a
 * model: an order of classes that turns from model to model.
 */
export const deepPartitionAggregation: Certificate<EnsembleParams> = {
  kind: "certificate",
  id: "deep-partition-aggregation",
  title: "Deep partition aggregation",
  summary:
    "Trains one model on each of many parts of the rows and lets them vote; a row that comes, goes or changes its label turns one vote at most. Numbers: the median.",
  source: {
    cite: "Levine & Feizi 2021, Deep Partition Aggregation: Provable Defenses against General Poisoning Attacks, ICLR, Theorem 1; numbers: Hammoudeh & Lowd 2023, Reducing Certified Regression to Certified Classification, SaTML",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: ensembleParams,
  targets: ["classes", "real"],
  unit: "insertions",
  refuses: refusesEnsemble,
  async certify(input, { params, ...context }) {
    const models = partitionsFor(params, input);
    const ensemble = await trainEnsemble(input, params, { models, shifts: Int32Array.of(0) }, context);
    const info = {
      unit: unitOf(params.by),
      costs: costsOf(params.by),
      confidence: null,
      settled: { ...params, partitions: models },
      assumes: assumptionsOf(params, models, input.learner),
      made: describeEnsemble(params, ensemble, ensemble.target.kind === "real" ? "median" : "vote", input.learner.id),
    };
    if (ensemble.target.kind === "real") {
      const sorted = sortPredictions(ensemble.values, models);
      const middle = Math.floor((models - 1) / 2);
      return {
        ...{ kind: "values", ...info, mostRadius: Math.min(middle, models - 1 - middle) },
        values: medianIntervals(sorted, models, 0).low,
        intervals: (radius) => medianIntervals(sorted, models, radius),
      };
    }
    const { answers, radii } = pluralityRadii(countVotes(ensemble.choices, models, ensemble.classes), ensemble.classes);
    return { kind: "answers", ...info, answers: Float64Array.from(answers), radii };
  },
};
