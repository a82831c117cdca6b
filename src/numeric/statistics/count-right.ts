/** Rows of each class, and those of them that are predicted right. Shapes: y, predictions [rows]; rows, right [classes]. */
export function countRight(
  y: Float64Array,
  predictions: Float64Array,
  classes: number,
): { readonly rows: Float64Array; readonly right: Float64Array } {
  const rows = new Float64Array(classes);
  const right = new Float64Array(classes);
  for (let i = 0; i < predictions.length; i++) {
    rows[y[i]]++;
    if (predictions[i] === y[i]) right[y[i]]++;
  }
  return { rows, right };
}
