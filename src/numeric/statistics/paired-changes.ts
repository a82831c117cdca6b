import { digamma, inverseTrigamma, trigamma } from "./gamma-derivatives.ts";
import { type Figure, studentQuantile, studentTails } from "./intervals.ts";

/** Whether the mean of some paired differences is 0. */
export interface PairedChange {
  /** The mean difference with its own 95 % interval. */
  readonly difference: Figure;
  /** The chance of a mean as far from 0 or farther, if it is 0; not adjusted for other questions. */
  readonly chance: number;
  /** Standard error of the mean difference, and the degrees of freedom that it is tested with. */
  readonly error: number;
  readonly degrees: number;
}

/**
 * Paired t tests of several figures at once, whose variances learn from each other: with few pairs a variance of one's own is too small by chance too often, and Student's
 * t pays for that. As in Smyth 2004, Linear models and empirical Bayes methods, Stat. Appl. Genet. Mol. Biol. 3, variances are scaled inverse χ² with d₀ degrees of
 * freedom around s₀², both from the moments of ln s²; the posterior (d₀ s₀² + d s²) / (d₀ + d) is tested with d₀ + d degrees. Differs from the paper in that no variance
 * shrinks below the figure's own s², and that d₀ is at most d − 1, and less where the figures scatter together: K figures of one set of pairs are not K independent witnesses of
 * s₀². Without either the family errs more often than it says where figures scatter by very different amounts. Fewer than three figures are tested alone.
 *
 * @param differences of each figure over its pairs; every figure has at least two, and not all have as many
 * @param finest no figure is known more finely than this, so no standard deviation is taken to be smaller; > 0. Shape: [figures]
 */
export function pairedChanges(differences: readonly Float64Array[], finest: Float64Array): PairedChange[] {
  const means = differences.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const variances = differences.map((values, k) =>
    Math.max(values.reduce((sum, value) => sum + (value - means[k]) ** 2, 0) / (values.length - 1), finest[k] ** 2),
  );
  const priors = new Map<number, Prior>();
  for (const { length } of differences) {
    if (priors.has(length)) continue;
    const alike = [...differences.keys()].filter((k) => differences[k].length === length);
    const own = <T>(list: readonly T[]): T[] => alike.map((k) => list[k]);
    priors.set(length, priorOf(own(variances), length - 1, sharedScatter(own(differences), own(means))));
  }
  return differences.map((values, k) => {
    const pairs = values.length;
    const prior = priors.get(pairs)!;
    const degrees = pairs - 1 + prior.degrees;
    const variance = Math.max(variances[k], (prior.degrees * prior.variance + (pairs - 1) * variances[k]) / degrees);
    const error = Math.sqrt(variance / pairs);
    const half = studentQuantile(0.975, degrees) * error;
    return {
      difference: { value: means[k], low: means[k] - half, high: means[k] + half },
      chance: studentTails(means[k] / error, degrees),
      error,
      degrees,
    };
  });
}

/** d₀ and s₀². */
interface Prior {
  readonly degrees: number;
  readonly variance: number;
}

/** @param shared mean square correlation of two figures, in [0, 1] */
function priorOf(variances: readonly number[], degrees: number, shared: number): Prior {
  const figures = variances.length;
  if (figures < 3) return { degrees: 0, variance: 0 };
  const logs = variances.map((variance) => Math.log(variance) - digamma(degrees / 2) + Math.log(degrees / 2));
  const mean = logs.reduce((sum, value) => sum + value, 0) / figures;
  const spread = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (figures - 1) - trigamma(degrees / 2);
  // What the pooled variance is worth by itself: figures that scatter as one are one.
  const pooled = (degrees * figures) / (1 + (figures - 1) * shared) - degrees;
  const most = Math.max(0, Math.min(degrees - 1, pooled));
  if (spread <= 0) return { degrees: most, variance: Math.exp(mean) };
  const own = 2 * inverseTrigamma(spread);
  return { degrees: Math.min(own, most), variance: Math.exp(mean + digamma(own / 2) - Math.log(own / 2)) };
}

/** Mean square of the correlation of two figures over their pairs, less what so few pairs show by chance. */
function sharedScatter(differences: readonly Float64Array[], means: readonly number[]): number {
  const figures = differences.length;
  if (figures < 2) return 0;
  const byChance = 1 / (differences[0].length - 1);
  if (byChance === 1) return 1;
  let sum = 0;
  for (let a = 0; a < figures; a++)
    for (let b = 0; b < a; b++) {
      let both = 0;
      let ofA = 0;
      let ofB = 0;
      for (let i = 0; i < differences[a].length; i++) {
        const left = differences[a][i] - means[a];
        const right = differences[b][i] - means[b];
        both += left * right;
        ofA += left * left;
        ofB += right * right;
      }
      sum += ofA > 0 && ofB > 0 ? (both * both) / (ofA * ofB) : 0;
    }
  const mean = sum / ((figures * (figures - 1)) / 2);
  return Math.min(1, Math.max(0, (mean - byChance) / (1 - byChance)));
}
