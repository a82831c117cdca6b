import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Model } from "../../core/learner.ts";
import { makeTopK } from "../../numeric/orders/top-k.ts";
import { type NetworkShape, isNetworkModel, layersOfTheta, parameterCount, thetaOfLayers } from "./relu-network.ts";
import { type WeightGoal, makeWeightTrial } from "./weight-trial.ts";

export const weightForms = ["value", "bit", "reversed"] as const;
/** What one change does: gives a weight another value, flips a bit of its 32-bit float, or turns its sign (which is the first bit of that float). */
export type WeightForm = (typeof weightForms)[number];

export interface WeightSearchSettings {
  /** Changes at most. */
  readonly most: number;
  readonly form: WeightForm;
  /** A changed weight may be so large, in the largest of its layer: larger ones would show. */
  readonly within: number;
}

/** θ of a network, or of a linear model as its one layer; null where it is laid out otherwise. */
export function layeredShape(model: Model): NetworkShape | null {
  if (isNetworkModel(model)) return model.network;
  const { parameters, outputs, lossSlopes, withParameters } = model;
  if (parameters === null || lossSlopes === undefined || withParameters === undefined) return null;
  const shape: NetworkShape = { sizes: [parameters.features.names.length, outputs], loss: "cross-entropy" };
  return parameters.theta.length === parameterCount(shape) ? shape : null;
}

/** Weights of each layer looked at in each step, by first-order gain. */
const candidates = 24;
/** About so many steps; where more weights may be changed, each takes several. */
const steps = 100;
/** Of the way to the largest value that a weight may take. */
const sizes = [1, 0.4];
/** Flips of one weight that are tried, the farthest first. */
const flips = 3;

interface Change {
  readonly index: number;
  readonly value: number;
}

/**
 * Few weights that move the answers most, one after another (progressive bit search: Rakin, He & Fan 2019, Bit-Flip Attack, section 4, with values and
 * signs beside bits): the candidates with the largest first-order gain −∂J/∂θ_p Δ_p of cross-entropy are tried for true, and the best is kept as long as J falls. Every weight is
 * changed once at most; of one and the same weight several bits may be flipped.
 */
export function searchWeights(
  shape: NetworkShape,
  theta: Float64Array,
  goal: WeightGoal,
  { most, form, within }: WeightSearchSettings,
  context: Pick<RunContext, "signal" | "progress">,
): { readonly changes: Change[]; readonly before: number; readonly after: number } {
  const network = makeWeightTrial(shape, goal);
  const current = theta.slice();
  const caps = capsOf(shape, theta, within);
  const changed = new Set<number>();
  const before = network.look(current);
  let best = before;
  const atOnce = Math.ceil(most / steps);
  for (let done = 0; done < most && goal.x.rows > 0;) {
    stopIfCancelled(context.signal);
    context.progress?.(done / most);
    const slope = network.slopes();
    const gain = slope.map((own, p) =>
      form !== "bit" && changed.has(p) ? 0 : -own * (farthest(form, current[p], caps[p], own) - current[p]),
    );
    const tried: (Change & { readonly after: number })[] = [];
    for (const index of bestOfLayers(shape, gain, Math.max(candidates, 2 * atOnce)))
      for (const value of valuesOf(form, current[index], caps[index], slope[index])) {
        const after = network.tryChange(index, value - current[index]);
        if (after < best) tried.push({ index, value, after });
      }
    if (tried.length === 0) break;
    tried.sort((a, b) => a.after - b.after || a.index - b.index);
    const taken = tried
      .filter(({ index }, t) => tried.findIndex((other) => other.index === index) === t)
      .slice(0, Math.min(atOnce, most - done));
    const together = taken.length > 1 ? network.look(withChanges(current, taken)) : Infinity;
    const kept = together < taken[0].after ? taken : taken.slice(0, 1);
    for (const { index, value } of kept) {
      changed.add(index);
      current[index] = value;
    }
    done += kept.length;
    best = network.look(current);
  }
  const changes = [...changed].filter((p) => current[p] !== theta[p]).sort((a, b) => a - b);
  return { changes: changes.map((index) => ({ index, value: current[index] })), before, after: best };
}

function withChanges(theta: Float64Array, changes: readonly Change[]): Float64Array {
  const changed = theta.slice();
  for (const { index, value } of changes) changed[index] = value;
  return changed;
}

/** The weights of each layer that promise most. */
function bestOfLayers({ sizes: widths }: NetworkShape, gain: Float64Array, count: number): number[] {
  let from = 0;
  return widths.slice(1).flatMap((units, l) => {
    const end = from + units * (widths[l] + 1);
    const top = makeTopK(Math.min(count, end - from));
    for (; from < end; from++) if (gain[from] > 0) top.offer(from, gain[from]);
    const [ids, values] = [new Int32Array(count), new Float64Array(count)];
    return Array.from(ids.subarray(0, top.drainInto(ids, values, 0)));
  });
}

/** The largest value of each weight: that of its layer. Shape: as θ. */
function capsOf(shape: NetworkShape, theta: Float64Array, within: number): Float64Array {
  return thetaOfLayers(
    shape,
    layersOfTheta(shape, theta).map(({ weights, biases }) => {
      let top = 0;
      for (const part of [weights, biases]) for (const value of part) top = Math.max(top, Math.abs(value));
      return { weights: new Float64Array(weights.length).fill(within * top), biases: new Float64Array(biases.length).fill(within * top) };
    }),
  );
}

/** What a weight may become that lowers J to first order. */
function valuesOf(form: WeightForm, weight: number, cap: number, slope: number): number[] {
  if (form === "reversed") return [-weight];
  if (form === "value") return sizes.map((size) => Math.fround(weight + size * (-Math.sign(slope) * cap - weight)));
  const lower = flipped(weight).filter((value) => Math.abs(value) <= cap && slope * (value - weight) < 0);
  return lower.sort((a, b) => Math.abs(b - weight) - Math.abs(a - weight)).slice(0, flips);
}

/** Of those values the one that lies farthest; the weight itself where there is none. */
function farthest(form: WeightForm, weight: number, cap: number, slope: number): number {
  if (slope === 0) return weight;
  if (form === "reversed") return -weight;
  if (form === "value") return -Math.sign(slope) * cap;
  float[0] = weight;
  const [own] = bits;
  let best = weight;
  for (let bit = 0; bit < 32; bit++) {
    bits[0] = own ^ (1 << bit);
    const [value] = float;
    if (Math.abs(value) <= cap && slope * (value - best) < 0) best = value;
  }
  return best;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The 32-bit float of a weight with each of its bits flipped; finite ones only. */
export function flipped(weight: number): number[] {
  float[0] = weight;
  const [own] = bits;
  const values: number[] = [];
  for (let bit = 0; bit < 32; bit++) {
    bits[0] = own ^ (1 << bit);
    if (Number.isFinite(float[0])) values.push(float[0]);
  }
  return values;
}
