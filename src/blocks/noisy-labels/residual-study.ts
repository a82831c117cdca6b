import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { residualMixture } from "./residual-mixture.ts";
import { firstAtLeast, residualScale } from "./residual-scale.ts";
import { blendOf, denseView, fourierView, medianOfNeighbours, neighbourhoodOf, ridgeView } from "./residual-views.ts";

/** What is said of the numbers that rows bear as labels. */
export interface JudgedNumbers {
  /** What rows like each say. Shape: [rows]. */
  readonly predicted: Float64Array;
  /** How far each label is from that, in median errors of honest ones there; 0 where there is no error to compare with. Shape: [rows]. */
  readonly z: Float64Array;
  /** Half of the honest labels of such rows are nearer to what is predicted, in the unit of the label. Shape: [rows]. */
  readonly scale: Float64Array;
  readonly flagged: Uint8Array;
  readonly expectedFalseAlarms: number;
  /** So many would be flagged that none is: see `mostFlagged`. */
  readonly isTooMany: boolean;
  /** Wrong labels in all, found or not. */
  readonly expectedWrong: number;
  /** What each row should count in training: 0 of flagged ones, little where the label is far from what is predicted. Shape: [rows]. */
  readonly weight: Float64Array;
}

/** Of one label. */
export interface ResidualStudy {
  /** The first time from nothing; each further time from what the one before found. @param given out-of-fold predictions of a learner. Shape: [rows] */
  judge(given: Float64Array): JudgedNumbers;
}

/** Fewer rows than these say too little of how large honest errors are: they are ranked, and none is flagged. */
export const leastRows = 40;
const fourierFeatures = 200;
/** Neighbours that are looked for; those of a row's own group are left out. */
const neighbours = 19;
/** Share of right labels among flagged ones that is put up with. */
const falseShare = 0.2;
/**
 * How many more are right than the mixture says: its scales and weights were fitted to the same rows, and honest errors of real data have tails that no law of
 * five degrees of freedom has. At 1.5, a third of what was flagged among prices, wages and scores of schools was right.
 */
const caution = 4;
/** Where more than this share would be flagged, honest numbers are of two kinds, one predicted far better than the other; wrong ones hardly come to so much. */
const mostFlagged = 0.3;
/** Labels beyond these shares of all are moved there for the first models, which know nothing yet of what is wrong. */
const clip = 0.02;

/**
 * Compares labels with what four views say that never saw them nor their group: a learner of the caller's, robust ridge regressions of the columns and of random
 * features, and neighbours. What a row counts in a round follows from its residual in the one before (Huber's weights, then Tukey's), and so from models that did
 * not see it. Then residuals over their local scale are taken apart by `residualMixture`; flagged are the most suspicious as long as at most a fifth of them is
 * expected to be right, four times as many counted as the mixture says; none where that is more than three in ten of all.
 */
export function residualStudy(data: Dataset, context: Pick<RunContext, "rng" | "signal">): ResidualStudy {
  const { y } = data;
  const { rng, signal } = context;
  const rows = y.length;
  const folds = stratifiedFolds(data, 5, rng);
  const x = denseView(data.x, rng.fork("directions"));
  const around = neighbourhoodOf(x, data.source, neighbours, rng.fork("neighbours"), signal);
  const byGroup = stratifiedFolds({ ...data, source: around.group }, 5, rng);
  const views =
    rows < leastRows || folds.count < 2 || byGroup.count < 2
      ? []
      : [x, fourierView(x, fourierFeatures, rng.fork("features"))].map((own, v) => ridgeView(own, byGroup, rng.fork(`rows ${v}`), signal));
  let weight: Float64Array = new Float64Array(rows).fill(1);
  let counts: Uint8Array = new Uint8Array(rows).fill(1);
  let labels: Float64Array = clippedLabels(y);
  let isFirst = true;

  function residualsOf(given: Float64Array): Pick<JudgedNumbers, "predicted" | "scale" | "z"> {
    const linear = views.map((view) => view.predict(labels, weight));
    const predicted = blendOf([given, ...linear, medianOfNeighbours(around, labels, weight)], y);
    labels = y;
    const residuals = y.map((label, i) => label - predicted[i]);
    const scale = residualScale(residuals, predicted, around, counts);
    const z = residuals.map((residual, i) => (scale[i] > 0 ? residual / scale[i] : 0));
    const middle = medianOf(z.filter((_, i) => counts[i] === 1));
    for (let i = 0; i < rows; i++) if (scale[i] > 0) z[i] -= middle;
    return { predicted, scale, z };
  }

  return {
    judge(given) {
      for (const reweighted of isFirst ? [huber, tukey] : []) weight = residualsOf(given).z.map(reweighted);
      isFirst = false;
      const found = residualsOf(given);
      const says = views.length > 0 && found.scale.some((scale) => scale > 0);
      const wrong = says ? residualMixture(found.z, densityOf(y, found.predicted, found.scale)).wrong : new Float64Array(rows);
      const cut = cutOf(wrong);
      counts = cut.flagged.map((is) => 1 - is);
      weight = found.z.map((z, i) => counts[i] * tukey(z));
      return { ...found, ...cut, expectedWrong: wrong.reduce((sum, p) => sum + p, 0), weight };
    },
  };
}

/** Labels beyond the outer 2 % moved there, as a learner should see them before anything is known of them. */
export function clippedLabels(y: Float64Array): Float64Array {
  const sorted = y.slice().sort();
  const low = sorted[Math.floor(clip * (y.length - 1))];
  const high = sorted[Math.ceil((1 - clip) * (y.length - 1))];
  return y.map((label) => Math.min(high, Math.max(low, label)));
}

/** z is in median errors, of which a normal law has 1.4826 in a standard deviation. */
function huber(z: number): number {
  return Math.min(1, (1.345 * 1.4826) / Math.abs(z));
}

function tukey(z: number): number {
  const t = z / (4.685 * 1.4826);
  return Math.abs(t) < 1 ? (1 - t * t) ** 2 : 0;
}

function cutOf(wrong: Float64Array): Pick<JudgedNumbers, "flagged" | "expectedFalseAlarms" | "isTooMany"> {
  const order = orderBy(wrong).reverse();
  let count = 0;
  let expected = 0;
  for (let k = 0, right = 0; k < order.length; k++) {
    right += 1 - wrong[order[k]];
    if (caution * right > falseShare * (k + 1)) continue;
    count = k + 1;
    expected = caution * right;
  }
  const flagged = new Uint8Array(wrong.length);
  if (count > mostFlagged * wrong.length) return { flagged, expectedFalseAlarms: 0, isTooMany: true };
  for (let k = 0; k < count; k++) flagged[order[k]] = 1;
  return { flagged, expectedFalseAlarms: expected, isTooMany: false };
}

/**
 * Of labels that other rows have by right, at each label: by how many predictions lie near it, which wrong labels do not move, in units of `scale`.
 * Shapes: [rows].
 */
function densityOf(y: Float64Array, predicted: Float64Array, scale: Float64Array): Float64Array {
  const rows = y.length;
  const sorted = predicted.slice().sort();
  const width = 0.5 * spreadOf(predicted) + 2 * medianOf(scale);
  return y.map((label, i) => {
    const near = firstAtLeast(sorted, label + width) - firstAtLeast(sorted, label - width);
    return (near / rows / (2 * width)) * scale[i];
  });
}
