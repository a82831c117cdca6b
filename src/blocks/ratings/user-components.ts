import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { choleskyInPlace } from "../../numeric/solvers/cholesky.ts";
import { makeRng } from "../../numeric/random.ts";
import { symmetricEigen } from "../../numeric/solvers/symmetric-eigen.ts";

/** Where users stand along the leading components of a matrix Z [users, items]. */
export interface UserComponents {
  readonly rank: number;
  /** σ² of each component, largest first. Shape: [rank]. */
  readonly variance: Float64Array;
  /** Z v of each component: σ times the left singular vector. Shape: [users, rank]. */
  readonly images: Float64Array;
}

/**
 * Z = S − a bᵀ with S as sparse as the ratings: a matrix whose zeros were shifted too.
 *
 * Shapes: entry [ratings], a [users], b [items].
 */
interface ShiftedMatrix {
  readonly entry: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

const spareColumns = 5;
const sweeps = 8;

/**
 * Every user's ratings with zeros for what is missing, brought to mean 0 and variance 1 over all items (Mehta & Nejdl 2009, section 4). Users whose
 * row is constant become 0.
 */
export function standardisedComponents(ratings: Ratings, rank: number): UserComponents {
  const { user, value, users, items } = ratings;
  const mean = new Float64Array(users.length);
  const scale = new Float64Array(users.length);
  for (let p = 0; p < value.length; p++) {
    mean[user[p]] += value[p] / items.length;
    scale[user[p]] += (value[p] * value[p]) / items.length;
  }
  for (let u = 0; u < mean.length; u++) {
    const variance = scale[u] - mean[u] * mean[u];
    scale[u] = variance > 1e-12 * scale[u] ? 1 / Math.sqrt(variance) : 0;
  }
  const entry = value.map((v, p) => v * scale[user[p]]);
  const a = mean.map((m, u) => m * scale[u]);
  return leadingComponents(ratings, { entry, a, b: new Float64Array(items.length).fill(1) }, rank);
}

/**
 * Who rated what, beyond what the activity of users and the popularity of items explain: (1 − n_u n_i / N) / √(n_u n_i), and −√(n_u n_i) / N where u did
 * not rate i (correspondence analysis, Benzécri 1973).
 */
export function coRatingComponents(ratings: Ratings, rank: number): UserComponents {
  const { user, item, users, items } = ratings;
  const byUser = new Float64Array(users.length);
  const byItem = new Float64Array(items.length);
  for (let p = 0; p < user.length; p++) {
    byUser[user[p]]++;
    byItem[item[p]]++;
  }
  const entry = Float64Array.from(user, (u, p) => 1 / Math.sqrt(byUser[u] * byItem[item[p]]));
  const a = byUser.map((count) => Math.sqrt(count) / Math.max(1, user.length));
  return leadingComponents(ratings, { entry, a, b: byItem.map(Math.sqrt) }, rank);
}

/** Subspace iteration on Zᵀ Z with a few spare columns, then Rayleigh–Ritz. The first subspace is always the same. */
function leadingComponents(ratings: Ratings, z: ShiftedMatrix, rank: number): UserComponents {
  const [users, items] = [ratings.users.length, ratings.items.length];
  const wanted = Math.min(rank, users, items);
  const width = Math.min(wanted + spareColumns, users, items);
  const rng = makeRng("leading components");
  const columns = new Float64Array(items * width);
  for (let k = 0; k < columns.length; k++) columns[k] = rng.normal();
  const rows = new Float64Array(users * width);
  const starts = startsByUser(ratings);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    orthonormalise(columns, items, width);
    multiplyInto(rows, columns, ratings, z, starts, width);
    multiplyTransposedInto(columns, rows, ratings, z, starts, width);
  }
  orthonormalise(columns, items, width);
  multiplyInto(rows, columns, ratings, z, starts, width);
  const { values, vectors } = symmetricEigen(gramOf(rows, users, width), width);
  const images = new Float64Array(users * wanted);
  for (let u = 0; u < users; u++)
    for (let c = 0; c < wanted; c++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += rows[u * width + k] * vectors[(width - 1 - c) * width + k];
      images[u * wanted + c] = sum;
    }
  return { rank: wanted, variance: Float64Array.from({ length: wanted }, (_, c) => Math.max(0, values[width - 1 - c])), images };
}

/** out = Z q. Shapes: out [users, width], q [items, width]. */
function multiplyInto(out: Float64Array, q: Float64Array, { item }: Ratings, z: ShiftedMatrix, starts: Int32Array, width: number): void {
  const { entry, a, b } = z;
  const shift = new Float64Array(width);
  for (let i = 0; i < b.length; i++) for (let c = 0; c < width; c++) shift[c] += b[i] * q[i * width + c];
  for (let u = 0; u < a.length; u++) {
    const row = u * width;
    for (let c = 0; c < width; c++) out[row + c] = -a[u] * shift[c];
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const from = item[p] * width;
      const e = entry[p];
      for (let c = 0; c < width; c++) out[row + c] += e * q[from + c];
    }
  }
}

/** out = Zᵀ y. Shapes: out [items, width], y [users, width]. */
function multiplyTransposedInto(
  out: Float64Array,
  y: Float64Array,
  { item }: Ratings,
  z: ShiftedMatrix,
  starts: Int32Array,
  width: number,
): void {
  const { entry, a, b } = z;
  const shift = new Float64Array(width);
  for (let u = 0; u < a.length; u++) for (let c = 0; c < width; c++) shift[c] += a[u] * y[u * width + c];
  for (let i = 0; i < b.length; i++) for (let c = 0; c < width; c++) out[i * width + c] = -b[i] * shift[c];
  for (let u = 0; u < a.length; u++) {
    const row = u * width;
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const to = item[p] * width;
      const e = entry[p];
      for (let c = 0; c < width; c++) out[to + c] += e * y[row + c];
    }
  }
}

function gramOf(x: Float64Array, rows: number, width: number): Float64Array {
  const out = new Float64Array(width * width);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < width; j++) {
      const value = x[i * width + j];
      const at = j * width;
      for (let k = 0; k <= j; k++) out[at + k] += value * x[i * width + k];
    }
  return out;
}

/** x ← x L⁻ᵀ with xᵀ x = L Lᵀ, by two passes; a ridge of rounding size keeps dependent columns harmless. */
function orthonormalise(x: Float64Array, rows: number, width: number): void {
  for (let pass = 0; pass < 2; pass++) {
    const factor = gramOf(x, rows, width);
    let trace = 0;
    for (let j = 0; j < width; j++) trace += factor[j * width + j];
    for (let j = 0; j < width; j++) factor[j * width + j] += 1e-12 * trace + Number.MIN_VALUE;
    if (!choleskyInPlace(factor, width)) return;
    for (let i = 0; i < rows; i++) {
      const at = i * width;
      for (let j = 0; j < width; j++) {
        let sum = x[at + j];
        for (let k = 0; k < j; k++) sum -= factor[j * width + k] * x[at + k];
        x[at + j] = sum / factor[j * width + j];
      }
    }
  }
}
