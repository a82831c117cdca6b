/**
 * `labelled "positive", 0.98 "negative" by models that never saw it`; null where the label is their first choice. Shapes: y [rows], probabilities [rows, classes].
 *
 * @param how what the number is where it is no probability that the model states
 */
export function labelReason(
  names: readonly string[],
  y: Float64Array,
  probabilities: Float64Array,
  how: string | null = null,
): (row: number) => string | null {
  return (row) => {
    const own = probabilities.subarray(row * names.length, (row + 1) * names.length);
    const best = own.reduce((top, p, k) => (p > own[top] ? k : top), 0);
    if (best === y[row]) return null;
    return `labelled "${names[y[row]]}", ${own[best].toFixed(2)} "${names[best]}" by models that never saw it${how === null ? "" : ` (${how})`}`;
  };
}
