/** Where each key in [0, keys) stands, rising; found in one pass. Shapes: keyOf [positions], result [keys] of positions. */
export function positionsByKey(keyOf: Int32Array, keys: number): Int32Array[] {
  const starts = new Int32Array(keys + 1);
  for (let p = 0; p < keyOf.length; p++) starts[keyOf[p] + 1]++;
  for (let k = 0; k < keys; k++) starts[k + 1] += starts[k];
  const next = starts.slice();
  const positions = new Int32Array(keyOf.length);
  for (let p = 0; p < keyOf.length; p++) positions[next[keyOf[p]]++] = p;
  return Array.from({ length: keys }, (_, k) => positions.subarray(starts[k], starts[k + 1]));
}
