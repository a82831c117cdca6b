/** The fewest parts whose weights, each the sum over the models that it touches, add up to at least `target`; Infinity where all together do not. */
export type PartCounter = (weights: Int32Array, target: number) => number;

/**
 * Part h touches the models (h + shift) mod `models`, and there are as many parts as models. A model that two chosen parts touch counts twice, so that the number is a lower bound
 * on what an attacker needs. Weights are whole numbers in [0, `heaviest`], so that counting replaces the sort. Shapes: shifts [distinct], weights [models].
 */
export function makePartCounter(models: number, shifts: Int32Array, heaviest: number): PartCounter {
  const sums = new Int32Array(models);
  const withSum = new Int32Array(heaviest * shifts.length + 1);

  return (weights, target) => {
    if (target <= 0) return 0;
    sums.fill(0);
    for (let s = 0; s < shifts.length; s++) {
      const shift = shifts[s] % models;
      for (let h = 0; h < models - shift; h++) sums[h] += weights[h + shift];
      for (let h = models - shift; h < models; h++) sums[h] += weights[h + shift - models];
    }
    withSum.fill(0);
    for (let h = 0; h < models; h++) withSum[sums[h]]++;
    let left = target;
    let parts = 0;
    for (let sum = withSum.length - 1; sum > 0; sum--) {
      if (withSum[sum] * sum >= left) return parts + Math.ceil(left / sum);
      left -= withSum[sum] * sum;
      parts += withSum[sum];
    }
    return Infinity;
  };
}
