/** Eigenvalues in ascending order; row k of `vectors` is the unit eigenvector of `values[k]`. Shapes: values [size], vectors [size, size]. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Decomposes a symmetric matrix, of which only the lower triangle is read: Householder reduction to a tridiagonal matrix, then implicit QL with
 * the rotations gathered in the rows of `vectors` (Bowdler, Martin, Reinsch & Wilkinson 1968, tred2 and tql2, laid out for rows). Takes about
 * 4 size³ multiplications. Shape: a [size, size].
 */
export function symmetricEigen(a: Float64Array, size: number): SymmetricEigen {
  const work = a.slice(0, size * size);
  const values = new Float64Array(size);
  const beside = new Float64Array(size);
  const vectors = tridiagonalise(work, values, beside, size);
  diagonalise(vectors, values, beside, size, size);
  return sorted(values, vectors, size);
}

/**
 * The same of a tridiagonal matrix, in 4 size³ multiplications for whole vectors, and in some size² where only the last entry of each is wanted: the same numbers.
 * Shapes: diagonal [size], beside [size − 1].
 */
export function tridiagonalEigen(diagonal: readonly number[], beside: readonly number[]): SymmetricEigen {
  const size = diagonal.length;
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  const values = Float64Array.from(diagonal);
  diagonalise(vectors, values, shifted(beside, size), size, size);
  return sorted(values, vectors, size);
}

/** Eigenvalues in ascending order, and the last entry of the unit eigenvector of each. Shapes: values [size], last [size]. */
export function tridiagonalEnds(
  diagonal: readonly number[],
  beside: readonly number[],
): { readonly values: Float64Array; readonly last: Float64Array } {
  const size = diagonal.length;
  const last = new Float64Array(size);
  last[size - 1] = 1;
  const values = Float64Array.from(diagonal);
  diagonalise(last, values, shifted(beside, size), size, 1);
  const order = orderOf(values, size);
  return { values: Float64Array.from(order, (k) => values[k]), last: Float64Array.from(order, (k) => last[k]) };
}

/** With what stands beside the k-th diagonal entry at k + 1. */
function shifted(beside: readonly number[], size: number): Float64Array {
  const out = new Float64Array(size);
  for (let i = 1; i < size; i++) out[i] = beside[i - 1];
  return out;
}

/**
 * Leaves T's diagonal in `diagonal` and what stands beside it in `beside[1…]`; returns the rows of Qᵀ with A = Q T Qᵀ. Row i of the lower triangle is
 * reduced by I − u uᵀ / h, whose u stays in that row.
 */
function tridiagonalise(a: Float64Array, diagonal: Float64Array, beside: Float64Array, size: number): Float64Array {
  const half = new Float64Array(size);
  const p = new Float64Array(size);
  for (let i = size - 1; i > 0; i--) {
    const row = i * size;
    diagonal[i] = a[row + i];
    let scale = 0;
    for (let k = 0; k < i - 1; k++) scale += Math.abs(a[row + k]);
    if (scale === 0) {
      beside[i] = a[row + i - 1];
      continue;
    }
    scale += Math.abs(a[row + i - 1]);
    let h = 0;
    for (let k = 0; k < i; k++) {
      a[row + k] /= scale;
      h += a[row + k] * a[row + k];
    }
    const last = a[row + i - 1];
    const g = last > 0 ? -Math.sqrt(h) : Math.sqrt(h);
    beside[i] = scale * g;
    h -= last * g;
    a[row + i - 1] = last - g;
    half[i] = h;

    // p = A u / h from the lower triangle, row by row.
    p.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      const start = j * size;
      const uj = a[row + j];
      let sum = a[start + j] * uj;
      for (let k = 0; k < j; k++) {
        const value = a[start + k];
        sum += value * a[row + k];
        p[k] += value * uj;
      }
      p[j] += sum;
    }
    let up = 0;
    for (let j = 0; j < i; j++) {
      p[j] /= h;
      up += a[row + j] * p[j];
    }
    const shift = up / (2 * h);
    for (let j = 0; j < i; j++) p[j] -= shift * a[row + j];
    for (let j = 0; j < i; j++) {
      const start = j * size;
      const uj = a[row + j];
      const pj = p[j];
      for (let k = 0; k <= j; k++) a[start + k] -= uj * p[k] + pj * a[row + k];
    }
  }
  if (size > 0) diagonal[0] = a[0];

  const q = new Float64Array(size * size);
  for (let i = 0; i < size; i++) q[i * size + i] = 1;
  for (let i = 1; i < size; i++) {
    if (half[i] === 0) continue;
    for (let j = 0; j < i; j++) {
      const start = j * size;
      let sum = 0;
      for (let k = 0; k < i; k++) sum += q[start + k] * a[i * size + k];
      sum /= half[i];
      for (let k = 0; k < i; k++) q[start + k] -= sum * a[i * size + k];
    }
  }
  return q;
}

/** Implicit QL on a tridiagonal matrix; each rotation turns two neighbouring rows of `z`. Shape: z [size, width]. */
function diagonalise(z: Float64Array, d: Float64Array, e: Float64Array, size: number, width: number): void {
  for (let i = 1; i < size; i++) e[i - 1] = e[i];
  if (size > 0) e[size - 1] = 0;
  const cosines = new Float64Array(size);
  const sines = new Float64Array(size);
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < size; l++) {
    largest = Math.max(largest, Math.abs(d[l]) + Math.abs(e[l]));
    let m = l;
    while (m < size - 1 && Math.abs(e[m]) > 2 ** -52 * largest) m++;
    if (m > l) {
      let sweeps = 0;
      do {
        let g = d[l];
        let p = (d[l + 1] - g) / (2 * e[l]);
        let r = Math.hypot(p, 1);
        if (p < 0) r = -r;
        d[l] = e[l] / (p + r);
        d[l + 1] = e[l] * (p + r);
        const next = d[l + 1];
        let h = g - d[l];
        for (let i = l + 2; i < size; i++) d[i] -= h;
        shift += h;

        p = d[m];
        let c = 1;
        let c2 = 1;
        let c3 = 1;
        const beside = e[l + 1];
        let s = 0;
        let s2 = 0;
        for (let i = m - 1; i >= l; i--) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * e[i];
          h = c * p;
          r = Math.sqrt(p * p + e[i] * e[i]);
          e[i + 1] = s * r;
          s = r === 0 ? 0 : e[i] / r;
          c = r === 0 ? 1 : p / r;
          p = c * d[i] - s * g;
          d[i + 1] = h + s * (c * g + s * d[i]);
          cosines[i] = c;
          sines[i] = s;
        }
        turnRows(z, l, m, cosines, sines, width);
        p = (-s * s2 * c3 * beside * e[l]) / next;
        e[l] = s * p;
        d[l] = c * p;
      } while (Math.abs(e[l]) > 2 ** -52 * largest && ++sweeps < 60);
    }
    d[l] += shift;
    e[l] = 0;
  }
}

/** Columns that are turned together, so that a sweep's worth of them stays in the cache. */
const block = 32;

/** Turns rows i and i + 1 of `z` by the i-th rotation, for i from `to` − 1 down to `from`; two rotations at a time share the row between them. */
function turnRows(z: Float64Array, from: number, to: number, cosines: Float64Array, sines: Float64Array, width: number): void {
  for (let first = 0; first < width; first += block) {
    const count = Math.min(block, width - first);
    let i = to - 1;
    for (; i > from; i -= 2) {
      const c1 = cosines[i];
      const s1 = sines[i];
      const c0 = cosines[i - 1];
      const s0 = sines[i - 1];
      const above = (i - 1) * width + first;
      const middle = above + width;
      const below = middle + width;
      for (let k = 0; k < count; k++) {
        const a = z[above + k];
        const b = z[middle + k];
        const d = z[below + k];
        const turned = c1 * b - s1 * d;
        z[below + k] = s1 * b + c1 * d;
        z[middle + k] = s0 * a + c0 * turned;
        z[above + k] = c0 * a - s0 * turned;
      }
    }
    if (i === from) {
      const c = cosines[i];
      const s = sines[i];
      const above = i * width + first;
      const below = above + width;
      for (let k = 0; k < count; k++) {
        const a = z[above + k];
        const b = z[below + k];
        z[below + k] = s * a + c * b;
        z[above + k] = c * a - s * b;
      }
    }
  }
}

function orderOf(values: Float64Array, size: number): Int32Array {
  return Int32Array.from({ length: size }, (_, k) => k).sort((a, b) => values[a] - values[b] || a - b);
}

function sorted(values: Float64Array, vectors: Float64Array, size: number): SymmetricEigen {
  const order = orderOf(values, size);
  const out = new Float64Array(size * size);
  order.forEach((from, k) => out.set(vectors.subarray(from * size, (from + 1) * size), k * size));
  return { values: Float64Array.from(order, (from) => values[from]), vectors: out };
}
