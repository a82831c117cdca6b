import type { AnswerBound, Bound, LossBound, ValueBound } from "../../core/certificate.ts";
import { wilsonInterval } from "../../numeric/statistics/intervals.ts";
import type { CertificateResult, CertifiedAt } from "./result.ts";

type Curve = Pick<CertificateResult, "metric" | "clean" | "curve" | "stable" | "medianRadius" | "radii">;

/** What a bound says of these test rows. Shape: y [examples of test]. */
export function curveOf(bound: Bound, y: Float64Array): Curve {
  if (bound.kind === "answers") return curveOfAnswers(bound, y);
  return bound.kind === "values" ? curveOfValues(bound, y) : curveOfLoss(bound);
}

/** Accuracy of what was certified, an abstention being no answer, or RMSE of its numbers. Shape: y [examples of test]. */
export function cleanFigure(bound: AnswerBound | ValueBound, y: Float64Array): number {
  if (bound.kind === "values") return rootMeanSquare(y, (i) => bound.values[i] - y[i]);
  return y.reduce((right, label, i) => right + (bound.answers[i] === label ? 1 : 0), 0) / y.length;
}

/**
 * Certified accuracy at radius r: the share of rows with the right answer and a radius of at least r, with Wilson's interval over the test rows. Beyond the last
 * step it is the share of those that nothing changes. Where a certificate abstains (radius −1) there is no answer, so without poison none that is right either.
 */
function curveOfAnswers({ answers, radii }: AnswerBound, y: Float64Array): Curve {
  const own = radii.map((radius, i) => (answers[i] === y[i] ? radius : -1));
  const right = own.reduce((sum, radius) => sum + (radius >= 0 ? 1 : 0), 0);
  const sorted = own.slice().sort();
  const all = radii.slice().sort();
  const finite = sorted.filter(Number.isFinite);
  const last = Math.max(0, finite.length === 0 ? 0 : finite[finite.length - 1]);
  const steps = Array.from({ length: last + 2 }, (_, radius) => radius);
  const shareFrom = (values: Float64Array, radius: number): number => (values.length - firstAtLeast(values, radius)) / values.length;
  const curve = steps.map((radius): CertifiedAt => ({ radius, figure: wilsonInterval(shareFrom(sorted, radius), y.length) }));
  const median = sorted[Math.floor(sorted.length / 2)];
  return {
    metric: "certifiedAccuracy",
    clean: wilsonInterval(right / y.length, y.length),
    curve,
    stable: steps.map((radius) => shareFrom(all, radius)),
    medianRadius: median === Infinity ? null : median,
    radii: Array.from(radii),
  };
}

/** The first position whose value is at least this. */
function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The root mean squared error that no attack exceeds; none as soon as one interval has no end, and then how many have one. */
function curveOfValues({ values, intervals, mostRadius }: ValueBound, y: Float64Array): Curve {
  const plain = (value: number): CertifiedAt["figure"] => (Number.isFinite(value) ? { value, low: null, high: null } : null);
  const curve = Array.from({ length: Math.max(0, mostRadius) + 2 }, (_, radius): CertifiedAt => {
    const { low, high } = intervals(radius);
    const figure = plain(rootMeanSquare(y, (i) => Math.max(Math.abs(low[i] - y[i]), Math.abs(high[i] - y[i]))));
    const finite = y.reduce((sum, _, i) => sum + (Number.isFinite(low[i]) && Number.isFinite(high[i]) ? 1 : 0), 0);
    return { radius, figure, reached: finite / y.length };
  });
  const clean = rootMeanSquare(y, (i) => values[i] - y[i]);
  return { metric: "certifiedRmse", clean: { value: clean, low: null, high: null }, curve };
}

function rootMeanSquare(y: Float64Array, distance: (i: number) => number): number {
  let squares = 0;
  for (let i = 0; i < y.length; i++) squares += distance(i) ** 2;
  return Math.sqrt(squares / y.length);
}

/** What is bounded for so many units is bounded for fewer, from the budget before on; beyond the last one nothing is. */
function curveOfLoss({ curve }: LossBound): Curve {
  const steps = curve.map(({ upper, reached }, k): CertifiedAt => ({
    radius: k === 0 ? 0 : curve[k - 1].units + 1,
    figure: { value: upper, low: null, high: null },
    reached,
  }));
  steps.push({ radius: curve[curve.length - 1].units + 1, figure: null, reached: null });
  return { metric: "certifiedLoss", clean: { value: curve[0].upper, low: null, high: null }, curve: steps };
}
