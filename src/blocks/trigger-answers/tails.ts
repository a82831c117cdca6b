/** −log10 of how many values at least as large are to be expected of innocent data. */
export type Tail = (value: number) => number;

/** Mean of ln(value / anchor) where there are too few values to tell. */
const usualMean = 0.6;

/**
 * From values of `draws` innocent data sets: counted where there are enough, beyond their 20th largest a set by a law that is fitted above it: a power law (Hill 1975)
 * where `isHeavy`, an exponential one elsewhere. Values are > 0.
 */
export function nullTail(values: readonly number[], draws: number, isHeavy: boolean, anchors = 20): Tail {
  const sorted = Float64Array.from(values).sort().reverse();
  const top = Math.min(anchors * draws, Math.floor(sorted.length / 2));
  if (top < 5) {
    const most = Math.max(1, sorted.length > 0 ? sorted[0] : 0);
    return (value) => Math.log10(draws) + Math.max(-1, Math.log10(value / most) / usualMean);
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

const trimmed = 5;
const fitted = 30;

/**
 * From the strongest of the data's own groups, which share no rows for the most part: a power law through those after the first five, which may be what is looked for (Hill's
 * estimate with the first five censored). `falling` are > 0.
 */
export function ownTail(falling: readonly number[]): Tail {
  const used = Math.min(falling.length, trimmed + fitted);
  if (used < 2 * trimmed) {
    const most = Math.max(1, used > 0 ? falling[used >> 1] : 0);
    return (value) => -1 + Math.max(0, Math.log10(value / most) / usualMean);
  }
  const anchor = falling[used - 1];
  let sum = trimmed * Math.log(falling[trimmed] / anchor);
  for (let k = trimmed; k < used; k++) sum += Math.log(falling[k] / anchor);
  const mean = Math.max(1e-6, sum / (used - trimmed));
  return (value) => -Math.log10(used) + Math.max(0, Math.log(value / anchor)) / mean / Math.LN10;
}

/** What is believed of a file's own groups before any is seen: their mean beyond the anchor, in decades, with the weight of so many groups. */
const [usualDecades, usualWeight] = [2, 5];

/**
 * As `ownTail`, of strengths that are decades: an exponential law through the groups after the first five (censored), drawn towards a usual mean, since few groups say little and none at all says nothing.
 * Where there are no more than five, so many are taken to be there.
 */
export function decadesTail(falling: readonly number[]): Tail {
  const used = Math.min(falling.length, trimmed + fitted);
  const anchor = used === trimmed + fitted ? falling[used - 1] : 0;
  let [sum, groups] = [usualDecades * usualWeight, usualWeight];
  if (used > trimmed) {
    sum += trimmed * (falling[trimmed] - anchor);
    for (let k = trimmed; k < used; k++) sum += falling[k] - anchor;
    groups += used - trimmed;
  }
  const mean = sum / groups;
  return (value) => -Math.log10(Math.max(trimmed, used)) + Math.max(0, value - anchor) / mean / Math.LN10;
}
