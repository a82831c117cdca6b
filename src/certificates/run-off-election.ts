import type { Certificate } from "../core/certificate.ts";
import { finiteRunOffRadii } from "../blocks/certified/finite-run-off-radius.ts";
import {
  type EnsembleParams,
  ensembleParams,
  partitionsFor,
  refusesEnsemble,
  trainEnsemble,
} from "../blocks/certified/partition-ensemble.ts";
import { assumptionsOf, costsOf, describeEnsemble, unitOf } from "../blocks/certified/partition-words.ts";
import { runOffRadii } from "../blocks/certified/run-off-radius.ts";
import { drawShifts } from "../blocks/certified/shifts.ts";

interface RunOffParams extends EnsembleParams {
  spread: number;
}

/** Differs from the paper in its radius, which is exact where models share no rows, and in its hash, as deep-partition-aggregation does. */
export const runOffElection: Certificate<RunOffParams> = {
  kind: "certificate",
  id: "run-off-election",
  title: "Run-off election",
  summary:
    "The same models as deep partition aggregation; the two classes with most votes stand against each other once more, by the scores of all models. Equal to it for two classes.",
  source: {
    cite: "Rezaei, Banihashem, Chegini & Feizi 2023, Run-Off Election: Improved Provable Defense against Data Poisoning Attacks, ICML, §3.2",
    url: "https://arxiv.org/abs/2302.02300",
  },
  params: {
    ...ensembleParams,
    spread: {
      type: "number",
      default: 1,
      min: 1,
      max: 64,
      integer: true,
      help: "parts that each model learns from, as in finite-aggregation",
    },
  },
  effort: "standard",
  targets: ["classes"],
  unit: "insertions",
  refuses(input, params) {
    const { roles, columns } = input.table;
    const label = columns.find(({ name }) => name === roles.labels[0]);
    const isBinary = label !== undefined && "names" in label && label.names.length <= 2;
    return refusesEnsemble(input, params) ?? (isBinary ? "with two classes it is deep-partition-aggregation" : null);
  },
  async certify(input, { params, ...context }) {
    const partitions = partitionsFor(params, input);
    const models = partitions * params.spread;
    const shifts = params.spread === 1 ? Int32Array.of(0) : drawShifts(models, params.spread);
    const ensemble = await trainEnsemble(input, params, { models, shifts, keepsScores: true }, context);
    const { scores, classes } = ensemble;
    const { answers, radii } =
      params.spread === 1
        ? runOffRadii(scores, { models, classes, ties: "rotated" })
        : finiteRunOffRadii(scores, { models, classes, shifts, ties: "rotated" });
    return {
      ...{ kind: "answers", answers: Float64Array.from(answers), radii },
      unit: unitOf(params.by),
      costs: costsOf(params.by),
      confidence: null,
      settled: { ...params, partitions },
      assumes: assumptionsOf(params, partitions, input.learner),
      made: describeEnsemble(params, ensemble, "vote, then run-off", input.learner.id),
    };
  },
};
