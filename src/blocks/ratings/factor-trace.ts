import { NumericalError } from "../../core/errors.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { AccountTrace } from "../../core/recommender.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";

/** The equations that one row x solves: (gram + Σ_p weight_p z_p z_pᵀ + ridge I) x = Σ_p pull_p z_p, over the ratings p of that row. */
export interface RowProblem {
  /** Of a position of the ratings. */
  weight(position: number): number;
  pull(position: number): number;
  /** λ, given the sum over the row's ratings of what their users count. */
  ridge(total: number): number;
  /** Shape: [size, size]; null = 0. */
  readonly gram: Float64Array | null;
}

/** Rows have `size` numbers: factors, and a last one beside the constant 1 where there are biases. */
export interface FactorTraceInput {
  /** Those that the factors were fitted to. */
  readonly ratings: Ratings;
  readonly target: number;
  readonly accounts: Int32Array;
  readonly size: number;
  /** Rows of users as the items were fitted to them, with 1 in place of the bias. Shape: [users, size]. */
  readonly raters: Float64Array;
  /** Rows of users as scores are made from them, likewise; `raters` in most engines. Shape: [users, size]. */
  readonly readers: Float64Array;
  /** Rows of items with 1 in place of the bias. Shape: [items, size]. */
  readonly items: Float64Array;
  readonly userWeight: Float64Array | null;
  /** The problem of the target. `gramOf` gives its gram where users count as much as this; null = 0. Shape: weight [users]. */
  readonly itemProblem: Omit<RowProblem, "gram"> & { gramOf(weight: Float64Array): Float64Array | null };
  /** How much a user adds to that gram, z zᵀ apart. */
  readonly gramWeight: number;
  /** The problems of users as raters and as readers. */
  readonly raterProblem: RowProblem;
  readonly readerProblem: RowProblem;
}

/**
 * The target's row solves A x = b; without the accounts F, A′ x′ = b′. From A x − A x′ = (b − b′) − (A − A′) x′ it follows, exactly, that
 *
 *   x − x′ = Σ_{a ∈ F} A⁻¹ [z_a (β_a − ω_a z_a · x′) − ρ_a x′],
 *
 * where a brings ω_a z_a z_aᵀ + ρ_a I to A and β_a z_a to b; a user u gets z_u · (x − x′) of it. Users stand where they do by what they rated,
 * z_u = Σ_i π_ui with π_ui = B_u⁻¹ pull z_i, so the part through an item that both rated is (β_a − ω_a z_a · x′) π_uiᵀ A⁻¹ π_ai.
 * All else goes through items that are alike, or through the pull of the penalty.
 */
export function traceFactors(input: FactorTraceInput): AccountTrace {
  const { ratings, target, accounts, size, raters, readers, userWeight, itemProblem } = input;
  const starts = startsByUser(ratings);
  const weight = Float64Array.from(ratings.users, (_, u) => userWeight?.[u] ?? 1);
  const others = weight.slice();
  for (const u of accounts) others[u] = 0;
  const positions = [...ratings.item.keys()].filter((p) => ratings.item[p] === target);
  const positionOf = new Map(positions.map((p) => [ratings.user[p], p]));
  const whole = solveTarget(weight);
  const without = solveTarget(others);

  const surprise = new Float64Array(accounts.length);
  const direction = new Float64Array(accounts.length * size);
  const ridgeLost = whole.ridge - without.ridge;
  for (const [k, u] of accounts.entries()) {
    const p = positionOf.get(u);
    const own = weight[u] * ((p === undefined ? 0 : itemProblem.weight(p)) + input.gramWeight);
    const z = raters.subarray(u * size, (u + 1) * size);
    surprise[k] = (p === undefined ? 0 : weight[u] * itemProblem.pull(p)) - own * dot(z, without.x);
    const ridge = p === undefined || whole.total === without.total ? 0 : (ridgeLost * weight[u]) / (whole.total - without.total);
    const at = k * size;
    for (let c = 0; c < size; c++) direction[at + c] = z[c] * surprise[k] - ridge * without.x[c];
    choleskySolveInPlace(direction, whole.factor, size, at);
  }

  function solveTarget(counts: Float64Array): { x: Float64Array; factor: Float64Array; ridge: number; total: number } {
    const factor = itemProblem.gramOf(counts)?.slice() ?? new Float64Array(size * size);
    const x = new Float64Array(size);
    let total = 0;
    for (const p of positions) {
      const u = ratings.user[p];
      if (counts[u] === 0) continue;
      total += counts[u];
      addOuter(factor, raters, u * size, size, counts[u] * itemProblem.weight(p));
      for (let c = 0; c < size; c++) x[c] += counts[u] * itemProblem.pull(p) * raters[u * size + c];
    }
    const ridge = itemProblem.ridge(total);
    for (let c = 0; c < size; c++) factor[c * size + c] += ridge;
    if (!choleskyInPlace(factor, size)) throw new NumericalError("the equations of a target are singular, so nothing can be traced");
    choleskySolveInPlace(x, factor, size);
    return { x, factor, ridge, total };
  }

  /** π_ui for the items i that are asked for. */
  function parts(u: number, problem: RowProblem, asked: ReadonlySet<number>): Map<number, Float64Array> {
    const factor = problem.gram?.slice() ?? new Float64Array(size * size);
    for (let p = starts[u]; p < starts[u + 1]; p++) addOuter(factor, input.items, ratings.item[p] * size, size, problem.weight(p));
    const ridge = problem.ridge(starts[u + 1] - starts[u]);
    for (let c = 0; c < size; c++) factor[c * size + c] += ridge;
    if (!choleskyInPlace(factor, size)) throw new NumericalError("the equations of a user are singular, so nothing can be traced");
    const found = new Map<number, Float64Array>();
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const i = ratings.item[p];
      if (!asked.has(i)) continue;
      const part = input.items.slice(i * size, (i + 1) * size).map((value) => value * problem.pull(p));
      choleskySolveInPlace(part, factor, size);
      found.set(i, part);
    }
    return found;
  }

  return {
    liftsInto(out, users) {
      for (let k = 0; k < accounts.length; k++) {
        const own = direction.subarray(k * size, (k + 1) * size);
        for (const [n, user] of users.entries()) out[k * users.length + n] = dot(own, readers.subarray(user * size, (user + 1) * size));
      }
    },
    through(k, user) {
      const rated = (u: number): Int32Array => ratings.item.subarray(starts[u], starts[u + 1]);
      const account = accounts[k];
      const own = new Set(rated(account));
      const both = new Set(rated(user).filter((item) => own.has(item) && item !== target));
      if (both.size === 0) return [];
      const [ofAccount, ofUser] = [parts(account, input.raterProblem, both), parts(user, input.readerProblem, both)];
      return [...both]
        .map((item) => {
          const part = ofAccount.get(item)!.slice();
          choleskySolveInPlace(part, whole.factor, size);
          return { item, lift: surprise[k] * dot(part, ofUser.get(item)!) };
        })
        .filter(({ lift }) => lift !== 0);
    },
  };
}

/** Lower triangle of a ← a + scale · z zᵀ, z from `at` on. */
function addOuter(a: Float64Array, rows: Float64Array, at: number, size: number, scale: number): void {
  for (let j = 0; j < size; j++) for (let k = 0; k <= j; k++) a[j * size + k] += scale * rows[at + j] * rows[at + k];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c] * b[c];
  return sum;
}

/** Rows with 1 in place of the bias. Shapes: factors [rows, rank], result [rows, rank + 1]. */
export function rowsWithOne(factors: Float64Array, rank: number): Float64Array {
  const rows = factors.length / rank;
  const out = new Float64Array(rows * (rank + 1)).fill(1);
  for (let i = 0; i < rows; i++) out.set(factors.subarray(i * rank, (i + 1) * rank), i * (rank + 1));
  return out;
}
