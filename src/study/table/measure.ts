import { countRight } from "../../numeric/statistics/count-right.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type Model, type OutsideAnswers, classesOfScores } from "../../core/learner.ts";
import type { Measured, Metric, Quantity } from "../../core/metric.ts";
import type { ClassRecall } from "../record.ts";

/** What measuring must know of the labels. */
export type LabelUnits = Pick<Measured, "unit" | "ownLabels">;

/** What a model shows on test examples. */
export interface Shown {
  /** Every metric that is defined on them. */
  readonly metrics: Record<string, number>;
  /** See `TrialRecord.shareRows`. */
  readonly rows: Record<string, number>;
  /** Of every class; null where the label is a number. Shape: [classes]. */
  readonly recalls: readonly ClassRecall[] | null;
}

export function measure(all: readonly Metric[], model: Model, test: Dataset, labels: LabelUnits): Shown {
  return measureAnswers(all, { outputs: model.outputs, scores: model.scores(test) }, test, labels);
}

/** The same of answers alone. */
export function measureAnswers(
  all: readonly Metric[],
  { outputs, scores }: OutsideAnswers,
  test: Dataset,
  { unit, ownLabels }: LabelUnits,
): Shown {
  const { target } = test;
  const predictions = target.kind === "classes" ? classesOfScores(scores, outputs) : scores;
  const measured: Measured = { data: test, scores, outputs, predictions, unit, ownLabels };
  const metrics: Record<string, number> = {};
  for (const metric of all) {
    if (!metric.appliesTo(target)) continue;
    const value = metric.measure(measured);
    if (value !== null) metrics[metric.id] = value;
  }
  if (target.kind === "real") return { metrics, rows: {}, recalls: null };
  const { rows, right } = countRight(test.y, predictions, target.names.length);
  return {
    metrics,
    rows: metrics["balancedAccuracy"] === undefined ? {} : { balancedAccuracy: rowsBehindMean(rows) },
    recalls: Array.from(rows, (count, k) => ({ rows: count, recall: count === 0 ? null : right[k] / count })),
  };
}

/**
 * How many rows know a rate as well as the mean of the recalls of K classes is known, whose variance is Σ v / n_k / K² if a row of any class varies by v: K² / Σ 1 / n_k over the
 * classes with rows, at most all rows, and far fewer where a class has few. Shape: rows [classes].
 */
function rowsBehindMean(rows: Float64Array): number {
  const there = rows.filter((count) => count > 0);
  return there.length ** 2 / there.reduce((sum, count) => sum + 1 / count, 0);
}

/** The accuracy of always saying the most frequent class of the training rows, which a model is to beat; of the clean model alone. */
export const majorityQuantity: Quantity = { id: "majorityAccuracy", better: "higher", damage: null, range: [0, 1], isRate: true };

/**
 * The majority baseline on these test examples; of several labels, with the most frequent class of each. Of classes as frequent, the first.
 *
 * @returns null where the label is a number or there are no examples
 */
export function majorityAccuracy(train: Dataset, test: Dataset, { ownLabels }: Pick<LabelUnits, "ownLabels">): number | null {
  if (test.target.kind === "real" || test.y.length === 0 || train.y.length === 0) return null;
  const classes = test.target.names.length;
  const counts = new Float64Array((ownLabels ? test.tasks.length : 1) * classes);
  const labelOf = ({ task }: Dataset, i: number): number => (ownLabels ? task[i] : 0);
  for (let i = 0; i < train.y.length; i++) counts[labelOf(train, i) * classes + train.y[i]]++;
  const said = Float64Array.from({ length: counts.length / classes }, (_, label) => {
    const own = counts.subarray(label * classes, (label + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
  let right = 0;
  for (let i = 0; i < test.y.length; i++) if (said[labelOf(test, i)] === test.y[i]) right++;
  return right / test.y.length;
}
