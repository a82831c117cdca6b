import type { Certificate } from "../core/certificate.ts";
import { finiteAggregationRadii } from "../blocks/certified/finite-aggregation-radius.ts";
import { sharedMedianIntervals } from "../blocks/certified/median-interval.ts";
import {
  type EnsembleParams,
  ensembleParams,
  partitionsFor,
  refusesEnsemble,
  trainEnsemble,
} from "../blocks/certified/partition-ensemble.ts";
import { assumptionsOf, costsOf, describeEnsemble, unitOf } from "../blocks/certified/partition-words.ts";
import { drawShifts } from "../blocks/certified/shifts.ts";

interface FiniteParams extends EnsembleParams {
  spread: number;
}

/** Differs from the paper in its hash, as deep-partition-aggregation does. */
export const finiteAggregation: Certificate<FiniteParams> = {
  kind: "certificate",
  id: "finite-aggregation",
  title: "Finite aggregation",
  summary:
    "Deals the rows to more and smaller parts, and each model learns from several of them, so that models share rows: a little larger radii for as many times the training.",
  source: {
    cite: "Wang, Levine & Feizi 2022, Improved Certified Defenses against Data Poisoning with (Deterministic) Finite Aggregation, ICML, Theorem 2",
    url: "https://arxiv.org/abs/2202.02628",
  },
  params: {
    ...ensembleParams,
    spread: {
      type: "number",
      default: 4,
      min: 1,
      max: 64,
      integer: true,
      help: "parts that each model learns from; there are so many times more models",
    },
  },
  effort: "full",
  targets: ["classes", "real"],
  unit: "insertions",
  refuses: refusesEnsemble,
  async certify(input, { params, ...context }) {
    const partitions = partitionsFor(params, input);
    const models = partitions * params.spread;
    const shifts = drawShifts(models, params.spread);
    const ensemble = await trainEnsemble(input, params, { models, shifts }, context);
    const info = {
      unit: unitOf(params.by),
      costs: costsOf(params.by),
      confidence: null,
      settled: { ...params, partitions },
      assumes: assumptionsOf(params, partitions, input.learner),
      made: describeEnsemble(params, ensemble, `each of ${params.spread} of ${models} parts`, input.learner.id),
    };
    if (ensemble.target.kind === "real") {
      const intervals = (radius: number) => sharedMedianIntervals(ensemble.values, { models, shifts }, radius);
      return { kind: "values", ...info, mostRadius: Math.floor((models - 1) / 2 / params.spread), values: intervals(0).low, intervals };
    }
    const { answers, radii } = finiteAggregationRadii(ensemble.choices, { models, classes: ensemble.classes, shifts });
    return { kind: "answers", ...info, answers: Float64Array.from(answers), radii };
  },
};
