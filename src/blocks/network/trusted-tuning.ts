import type { Dataset } from "../../core/dataset.ts";
import { UsageError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { NumberSpec } from "../../core/params.ts";
import type { LearningSetting } from "../../core/pipeline.ts";
import type { RepairContext } from "../../core/repair.ts";
import { type NetworkModel, isNetworkModel } from "./relu-network.ts";

export interface TrustedTuningParams {
  passes: number;
  rate: number;
  weightDecay: number;
}

export const trustedTuningParams: { readonly passes: NumberSpec; readonly rate: NumberSpec; readonly weightDecay: NumberSpec } = {
  passes: { type: "number", default: 100, min: 0, max: 10_000, integer: true, help: "passes over the verified rows" },
  rate: { type: "number", default: 1, min: 1e-6, max: 100, help: "size of a step, as a share of the learner's" },
  weightDecay: {
    type: "number",
    default: 0.001,
    min: 0,
    max: 100,
    help: "λ while training on: what verified rows never use, as the weights of a trigger, fades by it alone",
  },
};

export function cannotTrainOn({ learner, sharing }: LearningSetting): string | null {
  return "continues" in learner.params && sharing === "pooled"
    ? null
    : "it trains a network on: it needs the learner mlp or encoder-head and one model for all tasks";
}

/** The network, trained on with verified rows. */
export async function tuneOnTrusted(
  model: Model,
  trusted: Dataset,
  { params, learnerParams, fit }: Pick<RepairContext<TrustedTuningParams>, "params" | "learnerParams" | "fit">,
): Promise<Model> {
  const { passes, rate, weightDecay } = params;
  if (passes === 0) return model;
  const { learningRate } = learnerParams as { readonly learningRate: number };
  // Fading needs the decay in the slope, which Adam turns into whole steps of weights that have no other.
  return fit(trusted, model, { continues: true, epochs: passes, learningRate: rate * learningRate, weightDecay, decoupled: false });
}

/** @throws UsageError where there are none */
export function verifiedRows(owner: string, trusted: Dataset | null | undefined): Dataset {
  if (!trusted) throw new UsageError(`${owner} learns from verified rows, and there are none`);
  return trusted;
}

/** @throws UsageError where the learner made something else */
export function networkOf(owner: string, model: Model): NetworkModel {
  if (isNetworkModel(model)) return model;
  throw new UsageError(`${owner} needs a network: the learner mlp or encoder-head`);
}
