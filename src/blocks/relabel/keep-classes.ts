/** Takes rows back of classes that would be gone whole: without them there is nothing left to learn. Shapes: dropped, y [rows]. */
export function keepClasses(dropped: Uint8Array, y: Float64Array, classes: number): void {
  const kept = new Int32Array(classes);
  for (let i = 0; classes > 0 && i < y.length; i++) if (dropped[i] === 0) kept[y[i]]++;
  for (let i = 0; classes > 0 && i < y.length; i++) if (kept[y[i]] === 0) dropped[i] = 0;
}
