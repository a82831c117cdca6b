import type { Rng } from "../random.ts";
import { tridiagonalEigen, tridiagonalEnds } from "./symmetric-eigen.ts";
import { addScaledInto, dot, norm } from "../matrices/vector.ts";

/** A symmetric matrix without negative eigenvalues, known by its products alone. */
export interface SymmetricOperator {
  readonly size: number;
  /** out = A v; `out` is overwritten. */
  multiplyInto(out: Float64Array, v: Float64Array): void;
}

/** A on the Krylov space of its start: A Q ≈ Q T with orthonormal rows of `basis` as Q, and T tridiagonal. */
interface Krylov {
  readonly basis: readonly Float64Array[];
  /** Of T, by the number of steps: its eigenvalues, rising, the last entry of each of its eigenvectors, and on demand all of them, in rows. */
  readonly values: Float64Array;
  readonly last: Float64Array;
  vectors(): Float64Array;
  /** What A Q leaves outside Q after the last step. */
  readonly rest: number;
}

/**
 * Lanczos's method with every vector made orthogonal to all before it, twice. Where the space is used up it goes on from a random vector, so that
 * eigenvalues of higher multiplicity are found as well.
 *
 * @param isEnough asked after every second step
 */
function krylov(a: SymmetricOperator, start: Float64Array, maxSteps: number, rng: Rng, isEnough: (so: Krylov) => boolean): Krylov {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const limit = Math.min(a.size, maxSteps);
  let next = start.slice();
  let scale = 0;
  let state: Krylov = { basis, values: new Float64Array(0), last: new Float64Array(0), vectors: () => new Float64Array(0), rest: 0 };
  scaleInPlace(next, norm(next));
  while (basis.length < limit) {
    const q = next;
    basis.push(q);
    const product = new Float64Array(a.size);
    a.multiplyInto(product, q);
    scale = Math.max(scale, norm(product));
    diagonal.push(dot(q, product));
    orthogonaliseInPlace(product, basis);
    let rest = norm(product);
    const isUsedUp = rest <= 1e-10 * scale;
    if (isUsedUp) {
      rest = 0;
      for (let j = 0; j < a.size; j++) product[j] = rng.normal();
      orthogonaliseInPlace(product, basis);
    }
    const steps = basis.length;
    if (steps === limit || steps % 2 === 0 || isUsedUp) {
      const own = diagonal.slice();
      const off = beside.slice();
      state = { basis, ...tridiagonalEnds(own, off), vectors: () => tridiagonalEigen(own, off).vectors, rest };
      if (isEnough(state)) return state;
    }
    beside.push(rest);
    const length = norm(product);
    if (length < 1e-8) return state;
    scaleInPlace(product, length);
    next = product;
  }
  return state;
}

/** Eigenvalues falling, and a unit vector for each in the rows of `vectors`, 0 beyond the rank. Shapes: values [count], vectors [count, size]. */
export interface LeadingEigenvectors {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

export interface LeadingOptions {
  /** Stop once every pair asked for satisfies ‖A v − θ v‖ ≤ tolerance × the largest θ. */
  readonly tolerance: number;
  /** Stop there at the latest: where eigenvalues lie close together no single vector stands out, and any of their span does as well. */
  readonly maxSteps: number;
}

/** The largest eigenvalues. Signs are fixed: the largest entry of each vector is positive. @param count at most `a.size` */
export function leadingEigenvectors(a: SymmetricOperator, count: number, rng: Rng, options: LeadingOptions): LeadingEigenvectors {
  const start = Float64Array.from({ length: a.size }, () => rng.normal());
  const { basis, values, ...found } = krylov(a, start, Math.max(count, options.maxSteps), rng, (so) => {
    const steps = so.basis.length;
    if (steps < Math.min(a.size, count + 2)) return false;
    for (let k = 0; k < count; k++) if (Math.abs(so.rest * so.last[steps - 1 - k]) > options.tolerance * so.values[steps - 1]) return false;
    return true;
  });
  const steps = basis.length;
  const vectors = found.vectors();
  const out = { values: new Float64Array(count), vectors: new Float64Array(count * a.size) };
  for (let k = 0; k < Math.min(count, steps); k++) {
    const from = steps - 1 - k;
    out.values[k] = Math.max(0, values[from]);
    const vector = out.vectors.subarray(k * a.size, (k + 1) * a.size);
    for (let l = 0; l < steps; l++) addScaledInto(vector, vectors[from * steps + l], basis[l]);
    let top = 0;
    for (const value of vector) if (Math.abs(value) > Math.abs(top)) top = value;
    if (top < 0) for (let j = 0; j < a.size; j++) vector[j] = -vector[j];
  }
  return out;
}

/** A^{−1/2} v, with nothing along directions that A takes to 0. */
export function inverseRootProduct(a: SymmetricOperator, v: Float64Array, rng: Rng, options: LeadingOptions): Float64Array {
  const coefficients = ({ values, ...found }: Krylov): Float64Array => {
    const vectors = found.vectors();
    const steps = values.length;
    const out = new Float64Array(steps);
    for (let k = 0; k < steps; k++) {
      if (!(values[k] > 1e-12 * values[steps - 1])) continue;
      for (let l = 0; l < steps; l++) out[l] += (vectors[k * steps] * vectors[k * steps + l]) / Math.sqrt(values[k]);
    }
    return out;
  };
  const isEnough = (so: Krylov): boolean => {
    if (so.rest === 0) return true;
    const c = coefficients(so);
    return Math.abs(c[c.length - 1]) <= options.tolerance * norm(c);
  };
  const result = krylov(a, v, options.maxSteps, rng, isEnough);
  const out = new Float64Array(a.size);
  const length = norm(v);
  coefficients(result).forEach((c, l) => addScaledInto(out, length * c, result.basis[l]));
  return out;
}

/**
 * Takes away what v has along the basis, twice (classical Gram–Schmidt with one repetition, as orthogonal as rounding allows: Giraud, Langou, Rozložník & van den
 * Eshof 2005, Numerische Mathematik 101). Four products at once, for one alone waits for its own sum.
 */
function orthogonaliseInPlace(v: Float64Array, basis: readonly Float64Array[]): void {
  const size = v.length;
  const count = basis.length;
  const parts = new Float64Array(count);
  for (let pass = 0; pass < 2; pass++) {
    let k = 0;
    for (; k + 4 <= count; k += 4) {
      const a = basis[k];
      const b = basis[k + 1];
      const c = basis[k + 2];
      const d = basis[k + 3];
      let ofA = 0;
      let ofB = 0;
      let ofC = 0;
      let ofD = 0;
      for (let j = 0; j < size; j++) {
        const value = v[j];
        ofA += a[j] * value;
        ofB += b[j] * value;
        ofC += c[j] * value;
        ofD += d[j] * value;
      }
      parts[k] = ofA;
      parts[k + 1] = ofB;
      parts[k + 2] = ofC;
      parts[k + 3] = ofD;
    }
    for (; k < count; k++) parts[k] = dot(basis[k], v);
    for (k = 0; k + 4 <= count; k += 4) {
      const a = basis[k];
      const b = basis[k + 1];
      const c = basis[k + 2];
      const d = basis[k + 3];
      const ofA = parts[k];
      const ofB = parts[k + 1];
      const ofC = parts[k + 2];
      const ofD = parts[k + 3];
      for (let j = 0; j < size; j++) v[j] -= ofA * a[j] + ofB * b[j] + (ofC * c[j] + ofD * d[j]);
    }
    for (; k < count; k++) addScaledInto(v, -parts[k], basis[k]);
  }
}

function scaleInPlace(v: Float64Array, length: number): void {
  if (length > 0) for (let j = 0; j < v.length; j++) v[j] /= length;
}
