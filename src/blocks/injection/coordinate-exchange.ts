import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Objective } from "../../core/objective.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type HalfSpace, bestFeasible } from "../feasible/feasible-search.ts";
import type { FeasibleSet } from "../feasible/feasible-set.ts";
import { type InjectedRows, injectedDataset } from "./injected-rows.ts";
import { targetOf } from "../linear/layout.ts";

/** One distinct row; several of an attack's rows may be copies of it. Shape: x [features]. */
export interface Atom {
  readonly x: Float64Array;
  readonly y: number;
}

/** What some rows are worth, and which way better ones lie. */
export interface Judgement {
  /** Raised. */
  readonly value: number;
  readonly objective: Objective;
  /** To first order a row (x, y) is worth −v·∇θ ℓ(x, y; θ). */
  readonly theta: Float64Array;
  readonly v: Float64Array;
  /** Rows that a filter took, which are worth nothing. */
  readonly lost: readonly boolean[];
  /** Where margins are measured, and the least margin by class that a row needs to outlive the filter; null without a filter. */
  readonly filter: { readonly theta: Float64Array; readonly floor: Float64Array } | null;
}

export interface ExchangeProblem {
  readonly clean: Dataset;
  readonly set: FeasibleSet;
  judge(rows: InjectedRows, before: Judgement | null): Promise<Judgement>;
}

export interface ExchangeResult {
  readonly atoms: readonly Atom[];
  readonly value: number;
}

/** How far above the filter's floor a new row is put, as shares of the distance from the floor to a margin of 1. */
const cautions = [0, 0.15, 0.3];

/**
 * Raises the value of a multiset of feasible rows by exchange: the worst k rows give way to the rows of the feasible set that are best to first order,
 * all of one class, of both in turn, or each of its own class; the best exchange is kept if it raises the value, and otherwise k is halved. These are
 * Frank–Wolfe steps whose atoms are whole rows, so nothing is ever rounded; few distinct rows remain, each many times, which is what sanitisation by
 * distance and loss sees least (Koh, Steinhardt & Liang 2018, section 3.2). Two classes, one linear output.
 */
export async function exchangeRows(
  problem: ExchangeProblem,
  start: readonly Atom[],
  { steps }: { readonly steps: number },
  context: RunContext,
): Promise<ExchangeResult> {
  let atoms = start;
  let at = await problem.judge(rowsOf(problem.clean, atoms), null);
  for (let step = 0, k = atoms.length; step < steps && k >= 1; step++) {
    stopIfCancelled(context.signal);
    const worth = worthOf(problem.clean, atoms, at).map((value, i) => (at.lost[i] ? Math.min(0, value) : value));
    const worst = orderBy(worth);
    let best: { atoms: Atom[]; at: Judgement } | null = null;
    for (const offers of offersAt(problem, at)) {
      if (offers.length === 0) continue;
      const offered = worthOf(problem.clean, offers, at);
      for (const pick of picks) {
        const next = atoms.slice();
        let changed = 0;
        for (const i of worst.subarray(0, k)) {
          const offer = pick(offers, changed, atoms[i]);
          if (offered[offers.indexOf(offer)] <= worth[i] + 1e-12 || offer === atoms[i]) continue;
          next[i] = offer;
          changed++;
        }
        if (changed === 0) continue;
        const judged = await problem.judge(rowsOf(problem.clean, next), at);
        if (judged.value > (best?.at ?? at).value) best = { atoms: next, at: judged };
      }
    }
    if (best === null) k = Math.floor(k / 2);
    else ({ atoms, at } = best);
    context.progress?.((step + 1) / steps);
  }
  return { atoms, value: at.value };
}

const picks: readonly ((offers: readonly Atom[], changed: number, old: Atom) => Atom)[] = [
  (offers) => offers[0],
  (offers, changed) => offers[changed % offers.length],
  (offers, _, old) => offers.find(({ y }) => y === old.y) ?? offers[0],
];

/** For each caution, the best row of either class, the more valuable first; without a filter there is nothing to be cautious about. */
function offersAt({ clean, set }: ExchangeProblem, at: Judgement): Atom[][] {
  const { v, filter } = at;
  return (filter === null ? [0] : cautions).map((caution) => {
    const offers = set.balls.flatMap((_, y): Atom[] => {
      const t = targetOf(clean.target, 0, y);
      const gain = v.subarray(0, clean.x.cols).map((value) => t * value);
      const within = filter === null ? null : marginAbove(filter.theta, t, filter.floor[y] + caution * Math.max(0, 1 - filter.floor[y]));
      const x = bestFeasible(set, { gain, y, within });
      return x === null ? [] : [{ x, y }];
    });
    const worth = worthOf(clean, offers, at);
    return Array.from(orderBy(worth.map((value) => -value)), (i) => offers[i]);
  });
}

/** t (w·x + b) ≥ floor; null where that asks nothing. */
function marginAbove(theta: Float64Array, t: number, floor: number): HalfSpace | null {
  if (floor === -Infinity) return null;
  const cols = theta.length - 1;
  return { a: theta.subarray(0, cols).map((w) => -t * w), limit: t * theta[cols] - floor };
}

/** To first order. Shape: [atoms]. */
function worthOf(clean: Dataset, atoms: readonly Atom[], { objective, theta, v }: Judgement): Float64Array {
  const out = new Float64Array(atoms.length);
  objective.rowSensitivitiesInto(out, theta, v, injectedDataset(clean, rowsOf(clean, atoms)));
  return out.map((value) => -value);
}

export function rowsOf(clean: Dataset, atoms: readonly Atom[]): InjectedRows {
  const x = denseMatrix(atoms.length, clean.x.cols);
  atoms.forEach((atom, i) => x.data.set(atom.x, i * x.cols));
  return { x, y: Float64Array.from(atoms, ({ y }) => y), task: new Int32Array(atoms.length) };
}
