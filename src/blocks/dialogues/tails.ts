/** −log10 of how many values at least as large are to be expected of innocent data. */
export type Tail = (value: number) => number;

/**
 * From values of `draws` innocent data sets: counted where there are enough, beyond their 20th largest a set by a law that is fitted above it: a power law (Hill 1975)
 * where `isHeavy`, an exponential one elsewhere. Values are > 0.
 */
export function nullTail(values: readonly number[], draws: number, isHeavy: boolean, anchors = 20): Tail {
  const sorted = Float64Array.from(values).sort().reverse();
  const top = Math.min(anchors * draws, Math.floor(sorted.length / 2));
  if (top < 5) {
    const least = sorted.length > 0 ? sorted[0] : 1;
    return (value) => (value <= least ? -Math.log10(Math.max(1, sorted.length)) : Math.log10(draws) + (value - least) / Math.max(least, 1));
  }
  const anchor = Math.max(1e-9, sorted[top]);
  let sum = 0;
  for (let k = 0; k < top; k++) sum += isHeavy ? Math.log(sorted[k] / anchor) : sorted[k] - anchor;
  const mean = Math.max(sum / top, 1e-6);
  return (value) => {
    if (value <= anchor) return -Math.log10(countAbove(sorted, value) / draws);
    const excess = isHeavy ? Math.log(value / anchor) : value - anchor;
    return -Math.log10(top / draws) + excess / mean / Math.LN10;
  };
}

/** Values that reach this one, of values that fall; 1 at least. */
function countAbove(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] >= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}

/** The exponential law through two quantiles of values that are innocent for the most part. */
export function bulkTail(values: readonly number[], lower: number, upper: number): Tail {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  if (n < 25) return () => Infinity;
  const a = sorted[Math.floor(lower * (n - 1))];
  const b = sorted[Math.floor(upper * (n - 1))];
  const perDecade = Math.max(1e-6, (b - a) / Math.log10((1 - lower) / (1 - upper)));
  return (value) => (value <= a ? -Math.log10(n * (1 - lower)) : -Math.log10(n * (1 - lower)) + (value - a) / perDecade);
}
