/** Σ a_j b_j over the length of `a`. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}

/** Euclidean length. */
export function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

/** out += scale * v. */
export function addScaledInto(out: Float64Array, scale: number, v: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] += scale * v[j];
}

/** Whether both hold the same numbers. */
export function equalVectors(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}
