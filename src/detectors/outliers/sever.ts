import { type LabelGroup, labelGroupsOf, standardiseInto } from "../../blocks/outliers/label-groups.ts";
import { gradientScatter, meanGradient, projectGradients, rowGradientsOf } from "../../blocks/outliers/row-gradients.ts";
import { mostlyBy, percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import type { Model } from "../../core/learner.ts";
import { leadingEigenvectors } from "../../numeric/solvers/lanczos.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { dot } from "../../numeric/matrices/vector.ts";

interface SeverParams {
  rounds: number;
  removed: number;
}

/** What a round found out about a class: the direction, and the side on which a row lies is the sign of its projection. */
interface Direction {
  readonly v: Float64Array;
  readonly slopes: Float64Array;
  readonly along: Float64Array;
}

/**
 * Each round trains on what is left, takes of every class the mean μ and the top right singular vector v of the centred loss gradients at the fitted
 * parameters, and scores |(g_i − μ)·v|; then the share `removed` of each class with the highest scores is left out of the next round. Rows once left out are
 * still scored in later rounds. A row's score is its highest over the rounds, each in robust standard deviations from the median of the rows left in the
 * class. Gradients are without the penalty, which is the same for all rows and goes with μ. Differs from the paper, which only needs what is left in the end.
 */
export const sever: Detector<SeverParams> = {
  kind: "detector",
  id: "sever",
  title: "Sever",
  summary: "How hard a row pulls the trained model in the one direction in which rows with its label pull most differently.",
  source: {
    cite: "Diakonikolas, Kamath, Kane, Li, Steinhardt & Stewart 2019, Sever: A Robust Meta-Algorithm for Stochastic Optimization, ICML, algorithms 1 and 2",
    url: "https://arxiv.org/abs/1803.02815",
  },
  params: {
    rounds: { type: "number", default: 2, min: 1, max: 20, integer: true, help: "trainings, each without what the earlier ones found" },
    removed: { type: "number", default: 0.02, min: 0, max: 0.3, help: "share of each class that is left out after each round" },
  },
  effort: "standard",
  subject: "row",
  view: "gradients",
  targets: ["classes", "real"],
  refuses: ({ learner }) =>
    learner.learnsFeatures === true ? `it needs a model that is linear in its features, and ${learner.id} is not` : null,
  async score(data, { params, rng, fit, signal, progress }) {
    const groups = labelGroupsOf(data);
    const values = new Float64Array(data.y.length).fill(-Infinity);
    const isKept = new Uint8Array(data.y.length).fill(1);
    const bestRound = new Int32Array(data.y.length);
    const found: Direction[][] = [];
    const groupOf = new Int32Array(data.y.length);
    groups.forEach(({ rows }, k) => rows.forEach((row) => (groupOf[row] = k)));
    let model: Model | null = null;
    for (let round = 0; round < params.rounds; round++) {
      stopIfCancelled(signal);
      const kept = positionsWhere(data.y.length, (i) => isKept[i] === 1);
      model = await fit(kept.length === data.y.length ? data : selectExamples(data, kept), model);
      const gradients = rowGradientsOf("sever", model, data);
      const current = new Float64Array(data.y.length);
      found.push(
        groups.map((group, k) => {
          const left = group.rows.filter((row) => isKept[row] === 1);
          const mean = meanGradient(data, gradients, left);
          const scatter = gradientScatter(data, gradients, left, mean);
          const { vectors: v } = leadingEigenvectors(scatter, 1, rng.fork(round).fork(k), { tolerance: 1e-3, maxSteps: 60 });
          const middle = dot(mean, v);
          const along = projectGradients(data, gradients, v).map((value) => value - middle);
          scoreGroup(current, along, group, left);
          const gone = Math.min(Math.round(params.removed * left.length), left.length - 1);
          for (const at of highest(
            Float64Array.from(left, (row) => Math.abs(along[row])),
            gone,
          ))
            isKept[left[at]] = 0;
          return { v, slopes: gradients.slopes, along };
        }),
      );
      for (let i = 0; i < values.length; i++) {
        if (!(current[i] > values[i])) continue;
        values[i] = current[i];
        bestRound[i] = round;
      }
      progress?.((round + 1) / params.rounds);
    }
    const standing = percentileRanksOf(values, groups);
    return {
      values,
      reason(row) {
        const so = standing(row);
        if (so === null) return null;
        const { v, slopes, along } = found[bestRound[row]][groupOf[row]];
        const outputs = slopes.length / data.y.length;
        const parts = new Float64Array(data.x.cols);
        for (let k = 0; k < outputs; k++) {
          const own = new Float64Array(data.x.cols);
          addScaledRowInto(own, data.x, row, slopes[row * outputs + k] * Math.sign(along[row]));
          for (let j = 0; j < parts.length; j++) parts[j] += own[j] * v[k * (data.x.cols + 1) + j];
        }
        return `pulls the model harder than ${so.howMany} in the direction in which ${so.others} differ most${mostlyBy(data.features, parts)}`;
      },
    };
  },
};

/** |along| of the group, in standard deviations of the rows left in it. */
function scoreGroup(out: Float64Array, along: Float64Array, group: LabelGroup, left: Int32Array): void {
  standardiseInto(
    out,
    Float64Array.from(group.rows, (row) => Math.abs(along[row])),
    group.rows,
    Float64Array.from(left, (row) => Math.abs(along[row])),
  );
}
