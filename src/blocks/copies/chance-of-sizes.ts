/** How sizes of groups may be spread: ln of the chance of a size of at least `size`, which is 2 or more. */
type LogSurvival = (size: number) => number;

/** People copy and are copied by chance (geometric, by the chance of one more), or what is copied is copied more (Pareto, by its exponent). */
const geometric: readonly LogSurvival[] = gridOf(0.05, 0.95, (more) => (size) => (size - 2) * Math.log(more));
const pareto: readonly LogSurvival[] = gridOf(0.8, 4, (exponent) => (size) => -exponent * Math.log((size - 0.5) / 1.5));
/** What heavy tails are believed before any group was seen; the sizes of a file that has them soon say so. */
const heavyTails = 0.02;

/**
 * The chance that of all groups of honest copies in a file some `largest.length` are as large as the smallest of `largest`, where the others are of the sizes `others`:
 * as each law of sizes predicts it, weighted by how well it tells the others (Bayes on two grids), times the ways to choose them. Few others leave much open, and no
 * choice of the tail is made by hand. At most 1.
 */
export function chanceOfSizes(largest: readonly number[], others: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const size of others) counts.set(size, (counts.get(size) ?? 0) + 1);
  const laws = [
    ...geometric.map((survival) => ({ survival, prior: (1 - heavyTails) / geometric.length })),
    ...pareto.map((survival) => ({ survival, prior: heavyTails / pareto.length })),
  ];
  const least = Math.min(...largest);
  const logWeights = laws.map(({ survival, prior }) => {
    // Who is called the largest is chosen by size: none of the others could be larger.
    let sum = Math.log(prior) - others.length * Math.log1p(-Math.exp(survival(least + 1)));
    for (const [size, count] of counts) sum += count * Math.log(Math.exp(survival(size)) - Math.exp(survival(size + 1)));
    return sum;
  });
  const most = Math.max(...logWeights);
  let [all, asLarge] = [0, 0];
  laws.forEach(({ survival }, k) => {
    const weight = Math.exp(logWeights[k] - most);
    all += weight;
    asLarge += weight * Math.exp(largest.length * survival(least));
  });
  let ways = 1;
  for (let k = 1; k <= largest.length; k++) ways *= (others.length + k) / k;
  return Math.min(1, (ways * asLarge) / all);
}

function gridOf(from: number, to: number, lawOf: (parameter: number) => LogSurvival): LogSurvival[] {
  const points = 19;
  return Array.from({ length: points }, (_, k) => lawOf(from + ((to - from) * k) / (points - 1)));
}
