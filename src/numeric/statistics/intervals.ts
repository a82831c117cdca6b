/** A figure with its 95 % interval; low and high are null where there is none. */
export interface Figure {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What an interval misses in one case of 20. */
export const usualConfidence = 0.95;
const usualNormal = 1.959963984540054;

/** Wilson's score interval of a share of `count` trials (Wilson 1927). `share` in [0, 1]. */
export function wilsonInterval(share: number, count: number, confidence = usualConfidence): Figure {
  const z = confidence === usualConfidence ? usualNormal : studentQuantile((1 + confidence) / 2, 1e9);
  const centre = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { value: share, low: Math.min(share, Math.max(0, centre - half)), high: Math.max(share, Math.min(1, centre + half)) };
}

/**
 * Mean of at least one value with Student's t interval; of paired differences, this is the paired interval. It is of the values' own law: of the seeds, where
 * they come from several splits of the same rows.
 *
 * @param range what the quantity can be at all; the interval is cut there
 */
export function meanInterval(values: readonly number[], range: readonly [number, number] = [-Infinity, Infinity]): Figure {
  return resampledInterval(values, 0, range);
}

/** The same of figures whose rows nobody counts: where a few values agree, that says nothing of how far others would differ, so there is no interval. */
export function scatterInterval(values: readonly number[], range?: readonly [number, number]): Figure {
  const figure = meanInterval(values, range);
  return values.every((value) => value === values[0]) ? { value: figure.value, low: null, high: null } : figure;
}

/**
 * Mean over J splits of the same rows, with an interval for new data of the same law: J figures x_j that share their rows are correlated, and if each pair is by ρ then
 * Var(x̄) = σ² (1/J + (1 − 1/J) ρ), of which their own variance S² sees E S² = σ² (1 − ρ) only. So Var(x̄) = E S² (1/J + ρ / (1 − ρ)), and the interval is
 * x̄ ± t_{J−1} S √(1/J + `shared`), shared = ρ / (1 − ρ): the corrected resampled t interval of Nadeau & Bengio 2003, Inference for the Generalization Error, Machine
 * Learning 52, who take ρ for the share of rows that are tested on. With shared = 0 it is Student's.
 */
export function resampledInterval(
  values: readonly number[],
  shared: number,
  range: readonly [number, number] = [-Infinity, Infinity],
  confidence = usualConfidence,
): Figure {
  const n = values.length;
  if (n === 0) throw new Error("a mean of nothing is missing");
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { value: mean, low: null, high: null };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half =
    studentQuantile(confidence === usualConfidence ? 0.975 : (1 + confidence) / 2, n - 1) * Math.sqrt(variance * (1 / n + shared));
  return { value: mean, low: Math.max(range[0], mean - half), high: Math.min(range[1], mean + half) };
}

/** The t with P(T ≤ t) = probability; probability in (0.5, 1), degrees of freedom ≥ 1. */
export function studentQuantile(probability: number, degrees: number): number {
  const key = `${probability} ${degrees}`;
  let quantile = knownQuantiles.get(key);
  if (quantile === undefined) {
    quantile = findQuantile(probability, degrees);
    if (knownQuantiles.size >= mostQuantiles) knownQuantiles.clear();
    knownQuantiles.set(key, quantile);
  }
  return quantile;
}

/** The same few are asked for again and again. */
const knownQuantiles = new Map<string, number>();
const mostQuantiles = 1000;

function findQuantile(probability: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (studentCdf(high, degrees) < probability) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function studentCdf(t: number, degrees: number): number {
  return 1 - 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(|T| ≥ |t|) of Student's t with so many degrees of freedom, ≥ 1. */
export function studentTails(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** Regularised incomplete beta I_x(a, b) by its continued fraction (DLMF 8.17.22), with Lentz's method. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 + term * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (Math.abs(c) < tiny) c = tiny;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Lanczos' approximation, g = 7, nine terms; absolute error below 1e-13 for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
    9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const sum = terms.reduce((total, term, i) => total + term / (x + i), 0.99999999999980993);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
