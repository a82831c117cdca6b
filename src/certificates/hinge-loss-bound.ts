import type { Certificate, CertificateInput } from "../core/certificate.ts";
import { stopIfCancelled } from "../core/context.ts";
import { NumericalError } from "../core/errors.ts";
import { listExamples, targetOf } from "../core/examples.ts";
import { columnOf } from "../core/table.ts";
import { type SphereAndSlab, hingeBound } from "../blocks/feasible/hinge-bound.ts";
import { labelFreeViews } from "../blocks/certified/label-smoother.ts";
import { quantileOfSorted } from "../blocks/feasible/box.ts";
import { filterDistances, meanOf } from "../blocks/feasible/feasible-set.ts";
import { type DenseMatrix, selectRows } from "../numeric/matrices/matrix.ts";
import { norm } from "../numeric/matrices/vector.ts";

interface LossParams {
  decay: number;
  percentile: number;
  steps: number;
}

/** Shares of the training rows that are inserted. */
const budgets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1];
const mostFeatures = 300;

/** Differs from the paper in that the model's weights decay instead of being bounded, which a duality gap measures, and in that attacks answer the exact best model for those before. */
export const hingeLossBound: Certificate<LossParams> = {
  kind: "certificate",
  id: "hinge-loss-bound",
  title: "Hinge loss bound",
  summary:
    "How far inserted rows that pass a sphere and a slab around each class can raise the training loss of a linear support vector machine, with the attack that comes next to it.",
  source: {
    cite: "Steinhardt, Koh & Liang 2017, Certified Defenses for Data Poisoning Attacks, NeurIPS, Algorithm 1",
    url: "https://arxiv.org/abs/1706.03691",
  },
  params: {
    decay: { type: "number", default: 0.001, min: 1e-6, max: 10, help: "weight decay; features have about unit length together" },
    percentile: {
      type: "number",
      default: 0.95,
      min: 0.5,
      max: 1,
      help: "share of each class that its sphere, and its slab, lets through",
    },
    steps: {
      type: "number",
      default: 60,
      min: 2,
      max: 1000,
      integer: true,
      help: "attacks that are tried in turn at each budget, at most",
    },
  },
  effort: "full",
  targets: ["classes"],
  unit: "insertions",
  refuses(input) {
    const { table } = input;
    if (table.roles.labels.length > 1) return "it takes one label at a time, and these data have several: name one with --label";
    const target = targetOf(table);
    if (target.kind === "classes" && target.names.length !== 2) return `it takes two classes, and these data have ${target.names.length}`;
    const names = table.roles.task === null ? table.roles.features : [...table.roles.features, table.roles.task];
    const other = names.map((name) => columnOf(table, name)).find(({ kind }) => kind !== "number");
    if (other !== undefined) return `it takes numbers alone, and "${other.name}" is none`;
    if (names.length === 0) return "there is no feature";
    if (2 * names.length > mostFeatures) return `it takes at most ${mostFeatures / 2} numbers, and these data have ${names.length}`;
    return null;
  },
  certify(input, { params, ...context }) {
    const { x, t, filters } = gameOf(input, params.percentile);
    const n = x.rows;
    const units = [...new Set([0, ...budgets.map((share) => Math.ceil(share * n))])];
    const found = units.map((rows, k) => {
      const stop = (): void => stopIfCancelled(context.signal);
      const { upper, reached } = hingeBound({ x, t, decay: params.decay, filters }, rows, { steps: params.steps, stop });
      context.progress?.((k + 1) / units.length);
      return { units: rows, upper, reached };
    });
    // More rows bound fewer.
    for (let k = found.length - 2; k >= 0; k--) found[k].upper = Math.min(found[k].upper, found[k + 1].upper);
    return Promise.resolve({
      ...{ kind: "loss", loss: "hinge loss of training over the clean rows, with weight decay", curve: found },
      ...{ unit: "insertions", costs: { insertions: 1 }, confidence: null, settled: { ...params } },
      assumes: [
        "the rows learned from here are clean, and scales, spheres and slabs stay as these rows made them",
        "rows outside of their sphere or slab are taken out before training",
        "it is the loss on the rows learned from that is bounded, not the share of wrong answers",
      ],
      made: `linear support vector machine (weight decay ${params.decay}) on ${n} rows that pass the filters`,
    });
  },
};

/** The rows that pass the filters that all of them draw, features scaled by all of them. */
function gameOf({ table, train }: CertificateInput, percentile: number) {
  const own = listExamples(table, train);
  const { parts } = labelFreeViews(table, own.row, new Int32Array(0)).own;
  const x = parts[0] as DenseMatrix;
  const members = [0, 1].map((c) => Int32Array.from(own.y.keys()).filter((i) => own.y[i] === c));
  if (members.some((rows) => rows.length === 0)) throw new NumericalError("only one of the classes has rows to learn from");
  const means = members.map((rows) => meanOf(x, rows));
  const passes: number[] = [];
  const filters = members.map((rows, c): SphereAndSlab => {
    const centre = means[c];
    const direction = centre.map((value, j) => value - means[1 - c][j]);
    const length = norm(direction);
    if (length > 0) for (let j = 0; j < direction.length; j++) direction[j] /= length;
    const { distances, offsets } = filterDistances(x, rows, centre, direction);
    const radius = quantileOfSorted(distances.slice().sort(), percentile);
    const halfWidth = quantileOfSorted(offsets.slice().sort(), percentile);
    rows.forEach((row, i) => {
      if (distances[i] <= radius && offsets[i] <= halfWidth) passes.push(row);
    });
    return { centre, radius, direction, halfWidth };
  });
  const kept = Int32Array.from(passes).sort();
  return {
    x: selectRows(x, kept) as DenseMatrix,
    t: Float64Array.from(kept, (i) => 2 * own.y[i] - 1),
    filters: [filters[0], filters[1]] as const,
  };
}
