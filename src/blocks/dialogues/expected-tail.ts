/** Values by which the tail beyond what was seen is drawn. */
const tailValues = 20;

/**
 * How many of innocent values are expected at or above a value: those that were seen there, and beyond the largest of them a Pareto tail through the upper twenty (Hill
 * 1975, A Simple General Approach to Inference About the Tail of a Distribution, Annals of Statistics 3). It falls with the value; infinite where fewer than `least` values are known.
 *
 * @param values of innocents, above 0; in any order
 */
export function expectedTail(values: Float64Array, least = 20): (value: number) => number {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  if (count < least) return () => Infinity;
  const inTail = Math.min(tailValues, Math.floor(count / 2));
  const from = sorted[count - inTail];
  let sum = 0;
  for (let k = count - inTail; k < count; k++) sum += Math.log(sorted[k] / from);
  // One value more than there is keeps the slope from being steeper than it can be known to be.
  const slope = (inTail - 1) / Math.max(1e-9, sum + sum / inTail);
  return (value) => {
    if (value >= from) return inTail * Math.pow(from / value, slope);
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    const above = count - low;
    if (low === 0 || sorted[low] <= sorted[low - 1]) return above;
    return above + (sorted[low] - value) / (sorted[low] - sorted[low - 1]);
  };
}

/** −log10 of an expectation, held above 0: log10(1 + 1 / E). */
export function evidenceOf(expected: number): number {
  return expected === Infinity ? 0 : Math.log10(1 + 1 / Math.max(expected, 1e-30));
}
