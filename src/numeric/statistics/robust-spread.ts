/** 0 for no values. */
export function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.slice().sort();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/**
 * 1.4826 times the median distance from the median, the standard deviation of a normal sample; where half of the values are equal, 1.2533 times the
 * mean distance, which is that too.
 */
export function spreadOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const centre = medianOf(values);
  const distances = values.map((value) => Math.abs(value - centre));
  const middle = medianOf(distances);
  return middle > 0 ? 1.4826 * middle : (1.2533 * distances.reduce((sum, distance) => sum + distance, 0)) / distances.length;
}
