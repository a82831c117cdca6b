import { type Figure, studentQuantile, studentTails } from "./intervals.ts";
import { type KnownVariance, posteriorVariances } from "./variance-posterior.ts";

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
 * t pays for that. How much they tell of each other is read from how unlike they are and how much the figures scatter together, with what so few cannot say of either
 * (`posteriorVariances`): K figures of one set of pairs are not K independent witnesses. No variance shrinks below the figure's own s². Fewer than three figures are tested alone.
 *
 * @param differences of each figure over its pairs; every figure has at least two, and not all have as many
 * @param finest no figure is known more finely than this, so no standard deviation is taken to be smaller; > 0. Shape: [figures]
 */
export function pairedChanges(differences: readonly Float64Array[], finest: Float64Array): PairedChange[] {
  const means = differences.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const variances = differences.map((values, k) =>
    Math.max(values.reduce((sum, value) => sum + (value - means[k]) ** 2, 0) / (values.length - 1), finest[k] ** 2),
  );
  const known = means.map((_, k): KnownVariance => ({ degrees: differences[k].length - 1, variance: variances[k] }));
  for (const pairs of new Set(differences.map(({ length }) => length))) {
    const alike = [...differences.keys()].filter((k) => differences[k].length === pairs);
    if (alike.length < 3) continue;
    const own = <T>(list: readonly T[]): T[] => alike.map((k) => list[k]);
    const learnt = posteriorVariances(own(variances), pairs - 1, sharedScatter(own(differences), own(means)));
    alike.forEach((k, i) => (known[k] = learnt[i]));
  }
  return differences.map((values, k) => {
    const pairs = values.length;
    const { degrees } = known[k];
    const variance = Math.max(variances[k], known[k].variance);
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
