/**
 * The fewest of the first `count` gains whose sum is at least `target`: the largest ones, found by weighted quickselect, so that no sort is needed. 0 for a target ≤ 0,
 * Infinity where all together are less. Gains ≥ 0 and finite. Reorders them; nothing is allocated.
 */
export function fewestGains(gains: Float64Array, count: number, target: number): number {
  if (target <= 0) return 0;
  let low = 0;
  let high = count - 1;
  let sum = 0;
  for (let round = 0; high - low > 16; round++) {
    if (round === 60) {
      gains
        .subarray(low, high + 1)
        .sort()
        .reverse();
      break;
    }
    const pivot = medianOf(gains[low], gains[(low + high) >> 1], gains[high]);
    // gains[low … above) > pivot, gains[above … i) = pivot, gains(below … high] < pivot.
    let above = low;
    let below = high;
    let aboveSum = 0;
    for (let i = low; i <= below;) {
      const gain = gains[i];
      if (gain > pivot) {
        aboveSum += gain;
        gains[i++] = gains[above];
        gains[above++] = gain;
      } else if (gain < pivot) {
        gains[i] = gains[below];
        gains[below--] = gain;
      } else i++;
    }
    if (sum + aboveSum >= target) {
      high = above - 1;
      continue;
    }
    sum += aboveSum;
    const equal = below - above + 1;
    if (sum + equal * pivot >= target) return above + Math.min(equal, Math.ceil((target - sum) / pivot));
    sum += equal * pivot;
    low = below + 1;
  }
  sortFalling(gains, low, high);
  for (let i = low; i <= high; i++) {
    sum += gains[i];
    if (sum >= target) return i + 1;
  }
  // Sums by another order may round to less than what held above.
  return high < count - 1 ? high + 1 : Infinity;
}

function medianOf(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b;
}

function sortFalling(values: Float64Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const value = values[i];
    let j = i;
    for (; j > low && values[j - 1] < value; j--) values[j] = values[j - 1];
    values[j] = value;
  }
}
