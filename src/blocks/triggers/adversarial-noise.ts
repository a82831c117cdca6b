import { type Signal, stopIfCancelled } from "../../core/context.ts";
import type { Target } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { inputSlopes } from "../network/network-gradients.ts";
import { type NetworkModel, isNetworkModel, reluNetwork } from "../network/relu-network.ts";

/** How far rows may be moved, in shares of `high − low`: each feature by `most`, or the root mean square of all. */
export interface NoiseBall {
  readonly most: number;
  readonly norm: "largest" | "mean-square";
  readonly low: number;
  readonly high: number;
}

const steps = 40;
const batchRows = 64;

/** The model as a network: itself, or one without hidden layers for linear scores; null for any other. */
export function asNetwork(model: Model, features: number, target: Target): NetworkModel | null {
  if (isNetworkModel(model)) return model;
  const { parameters, outputs } = model;
  if (target.kind !== "classes" || model.lossSlopes === undefined || parameters?.theta.length !== outputs * (features + 1)) return null;
  return reluNetwork({ shape: { sizes: [features, outputs], loss: "cross-entropy" }, ...parameters, target });
}

/**
 * Moves rows to where the model loses most on their own labels: projected gradient ascent, δ ← Π(δ + 2.5 ε / steps · d) with d = sign ∇ for a ball of the
 * largest change and ∇ / ‖∇‖ for one of the mean square (Mądry et al. 2018, section 2). Only `movable` features move, within [low, high].
 *
 * Shapes: x [rows, features], y [rows], movable [features that move].
 */
export function hardenRowsInto(
  x: Float64Array,
  y: Float64Array,
  movable: Int32Array,
  { most, norm, low, high }: NoiseBall,
  { network, target, signal }: { readonly network: NetworkModel; readonly target: Target; readonly signal?: Signal | undefined },
): void {
  const features = network.network.sizes[0];
  const radius = most * (high - low) * (norm === "largest" ? 1 : Math.sqrt(movable.length));
  if (!(radius > 0)) return;
  const slopes = inputSlopes(network, target, batchRows);
  const slope = new Float64Array(batchRows * features);
  const before = x.slice();
  const step = (2.5 * radius) / steps;
  for (let from = 0; from < y.length; from += batchRows) {
    const count = Math.min(batchRows, y.length - from);
    const rows = x.subarray(from * features, (from + count) * features);
    for (let s = 0; s < steps; s++) {
      stopIfCancelled(signal);
      slopes.slopesInto(slope, rows, y.subarray(from, from + count), count);
      for (let i = 0; i < count; i++) {
        const at = i * features;
        const own = from * features + at;
        let steep = 0;
        let far = 0;
        for (const j of movable) steep += slope[at + j] ** 2;
        const along = norm === "largest" ? 0 : step / Math.max(Math.sqrt(steep), Number.MIN_VALUE);
        for (const j of movable) {
          const delta = rows[at + j] - before[own + j] + (norm === "largest" ? step * Math.sign(slope[at + j]) : along * slope[at + j]);
          slope[at + j] = norm === "largest" ? Math.min(radius, Math.max(-radius, delta)) : delta;
          far += delta ** 2;
        }
        const shrink = norm === "largest" ? 1 : radius / Math.max(radius, Math.sqrt(far));
        for (const j of movable) rows[at + j] = Math.min(high, Math.max(low, before[own + j] + shrink * slope[at + j]));
      }
    }
  }
}
