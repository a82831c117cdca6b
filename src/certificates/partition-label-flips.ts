import type { Certificate } from "../core/certificate.ts";
import { stopIfCancelled } from "../core/context.ts";
import { listExamples, targetOf } from "../core/examples.ts";
import { type KernelParams, kernelParams, labelFreeViews } from "../blocks/certified/label-smoother.ts";
import { linearFlipCosts } from "../blocks/certified/linear-flip-radius.ts";
import { type EnsembleParams, ensembleParams, partitionsFor, refusesEnsemble } from "../blocks/certified/partition-ensemble.ts";
import { partsOfRows } from "../blocks/certified/partitions.ts";
import { countVotes, pluralityRadii } from "../blocks/certified/plurality-radius.ts";
import { whiteBoxRadii } from "../blocks/certified/white-box-radius.ts";
import { gram, kernelInPlace, rowsOfView, spectrumScale, squaresOf } from "../blocks/kernels/row-kernels.ts";
import { NumericalError } from "../core/errors.ts";
import { blockedCholeskyInPlace, blockedCholeskySolveInPlace } from "../numeric/solvers/blocked-cholesky.ts";

interface PartitionParams extends KernelParams, Pick<EnsembleParams, "partitions"> {
  costs: "exact" | "one";
}

/** Differs from the paper in that a model of a part costs as many flips as turn it, not one, and in its parts, which go by a hash of the row. */
export const partitionLabelFlips: Certificate<PartitionParams> = {
  kind: "certificate",
  id: "partition-label-flips",
  title: "Partitioned label flips",
  summary:
    "Trains kernel ridge on each of many parts of the rows, on features that all rows may shape, and lets the models vote; how many flips turn each model is known exactly.",
  source: {
    cite: "Levine & Feizi 2021, Deep Partition Aggregation: Provable Defenses against General Poisoning Attacks, ICLR, §4 (SS-DPA); costs of models: EnsembleCert, arXiv 2604.11416",
    url: "https://arxiv.org/abs/2006.14768",
  },
  params: {
    ...kernelParams,
    partitions: ensembleParams.partitions,
    costs: {
      type: "choice",
      default: "exact",
      options: ["exact", "one"],
      help: "flips that turn a model: counted exactly, or one, as published",
    },
  },
  effort: "standard",
  targets: ["classes"],
  unit: "label-flips",
  refuses: (input) => refusesEnsemble(input, { by: "row" }),
  certify(input, { params, ...context }) {
    const { table, train, test } = input;
    const target = targetOf(table);
    const classes = target.kind === "classes" ? target.names.length : 0;
    const own = listExamples(table, train);
    const asked = listExamples(table, test);
    const models = partitionsFor({ ...params, by: "row" }, input);
    const part = partsOfRows(table, own.row, models, { by: "row", seed: "label flips" });
    const rowsOfModel: number[][] = Array.from({ length: models }, () => []);
    part.forEach((model, i) => rowsOfModel[model].push(i));
    const views = labelFreeViews(table, own.row, asked.row);
    const squares = squaresOf(views.asked);
    const count = asked.row.length;
    const choices = new Int32Array(count * models).fill(-1);
    const costs = new Float64Array(count * models * classes).fill(Infinity);
    rowsOfModel.forEach((positions, m) => {
      stopIfCancelled(context.signal);
      if (positions.length > 0) {
        const labels = Int32Array.from(positions, (i) => own.y[i]);
        const found = linearFlipCosts(weightsOf(Int32Array.from(positions)), labels, classes);
        for (let i = 0; i < count; i++) {
          choices[i * models + m] = found.answers[i];
          for (let c = 0; c < classes; c++) costs[(i * models + m) * classes + c] = found.costs[i * classes + c];
        }
      }
      context.progress?.((m + 1) / models);
    });
    const { answers, radii } =
      params.costs === "exact"
        ? whiteBoxRadii({ choices, costs }, models, classes)
        : pluralityRadii(countVotes(choices, models, classes), classes);
    return Promise.resolve({
      ...{ kind: "answers", answers: Float64Array.from(answers), radii },
      ...{ unit: "label-flips", costs: { "label-flips": 1 }, confidence: null, settled: { ...params, partitions: models } },
      assumes: [
        `the answers are those of this ensemble with partitions=${models}, whose kernel and ridge parameter no label chose`,
        "labels are flipped to known classes, and rows stay what they are",
      ],
      made: `${models} models (kernel ridge, about ${Math.round(own.row.length / models)} rows each) of parts of the rows: vote`,
    });

    /** α of every test example for the rows of a part. Shape: [asked, positions]. */
    function weightsOf(positions: Int32Array): Float64Array {
      const size = positions.length;
      const view = rowsOfView(views.own, positions);
      const lengths = squaresOf(view);
      const factor = gram(view, view);
      kernelInPlace(factor, lengths, lengths, params.width);
      const ridge = params.decay * spectrumScale(factor, size);
      for (let i = 0; i < size; i++) factor[i * size + i] += ridge;
      if (!blockedCholeskyInPlace(factor, size)) throw new NumericalError("the kernel matrix of a part is singular: take a larger decay");
      const alpha = gram(views.asked, view);
      kernelInPlace(alpha, squares, lengths, params.width);
      blockedCholeskySolveInPlace(alpha, count, factor, size);
      return alpha;
    }
  },
};
