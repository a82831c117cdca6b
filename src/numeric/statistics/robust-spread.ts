import { selectInPlace } from "../orders/select.ts";

/** 0 for no values. */
export function medianOf(values: Float64Array): number {
  return medianInPlace(values.slice());
}

/** The same, which reorders them. */
function medianInPlace(values: Float64Array): number {
  const count = values.length;
  if (count === 0) return 0;
  const upper = selectInPlace(values, count, count >> 1);
  if (count % 2 === 1) return upper;
  // What stands before the rank that was selected is no higher.
  let lower = values[0];
  for (let i = 1; i < count >> 1; i++) if (values[i] > lower) lower = values[i];
  return (lower + upper) / 2;
}

/**
 * 1.4826 times the median distance from the median, the standard deviation of a normal sample; where half of the values are equal, 1.2533 times the
 * mean distance, which is that too.
 */
export function spreadOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  return spreadAround(medianOf(values), values);
}

/** The same of values whose median is known. */
export function spreadAround(centre: number, values: Float64Array): number {
  if (values.length === 0) return 0;
  const distances = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) distances[i] = Math.abs(values[i] - centre);
  const middle = medianOf(distances);
  return middle > 0 ? 1.4826 * middle : (1.2533 * distances.reduce((sum, distance) => sum + distance, 0)) / distances.length;
}
