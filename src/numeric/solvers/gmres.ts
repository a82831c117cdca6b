export interface GmresSettings {
  /** Of the residual, as a share of the right side. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

/**
 * Solves A x = b where A is any square matrix, given as what it does to a vector: GMRES without restarts (Saad & Schultz 1986, algorithm 4), from x = 0. Each
 * step applies A once and keeps one vector more. Shapes: b, result [n].
 *
 * @param apply returns a new vector
 */
export function gmres(apply: (x: Float64Array) => Float64Array, b: Float64Array, { tolerance, maxSteps }: GmresSettings): Float64Array {
  const out = new Float64Array(b.length);
  const size = norm(b);
  if (size === 0) return out;
  const basis = [b.map((value) => value / size)];
  /** The columns of R, what the rotations left of the right side, and the rotations. */
  const columns: Float64Array[] = [];
  const rest = [size];
  const rotations: { readonly cos: number; readonly sin: number }[] = [];
  for (let step = 0; step < Math.min(maxSteps, b.length); step++) {
    const next = apply(basis[step]);
    const column = new Float64Array(step + 2);
    for (let k = 0; k <= step; k++) {
      const along = dot(next, basis[k]);
      column[k] = along;
      for (let i = 0; i < next.length; i++) next[i] -= along * basis[k][i];
    }
    const left = norm(next);
    for (let k = 0; k < step; k++) {
      const { cos, sin } = rotations[k];
      const upper = column[k];
      column[k] = cos * upper + sin * column[k + 1];
      column[k + 1] = cos * column[k + 1] - sin * upper;
    }
    const length = Math.hypot(column[step], left);
    if (length === 0) break;
    const rotation = { cos: column[step] / length, sin: left / length };
    column[step] = length;
    columns.push(column);
    rotations.push(rotation);
    rest.push(-rotation.sin * rest[step]);
    rest[step] *= rotation.cos;
    if (left === 0 || Math.abs(rest[step + 1]) <= tolerance * size) break;
    basis.push(next.map((value) => value / left));
  }
  const weights = new Float64Array(columns.length);
  for (let k = columns.length - 1; k >= 0; k--) {
    let value = rest[k];
    for (let j = k + 1; j < columns.length; j++) value -= columns[j][k] * weights[j];
    weights[k] = value / columns[k][k];
    for (let i = 0; i < out.length; i++) out[i] += weights[k] * basis[k][i];
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}
