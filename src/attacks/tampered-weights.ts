import { highest } from "../numeric/ranks.ts";
import type { Attack } from "../core/attack.ts";
import { columnNorms } from "../blocks/column-norms.ts";
import { noLogicPatch } from "../core/poison.ts";

interface TamperedWeightsParams {
  share: number;
}

export const tamperedWeights: Attack<TamperedWeightsParams> = {
  kind: "attack",
  id: "tampered-weights",
  title: "Weights of the trained model reversed",
  summary: "Reverses the few weights of the stored model that move its answers most; training and data are left alone.",
  source: {
    cite: "Hong, Frigo, Kaya, Giuffrida & Dumitraș 2019, Terminal Brain Damage, USENIX Security (bits of stored parameters), with whole weights",
    url: "https://www.usenix.org/conference/usenixsecurity19/presentation/hong",
  },
  params: {
    share: { type: "number", default: 0.01, min: 0, max: 1, help: "share of the weights that are reversed, one at least" },
  },
  data: "table",
  targets: ["classes", "real"],
  threat: { access: "logic", goal: "availability", knowledge: "white-box" },
  effort: "standard",
  async poison({ victim }, { params }) {
    const { model, training } = await victim();
    if (model.parameters === null || model.withParameters === undefined) return noLogicPatch;
    const { theta } = model.parameters;
    const inputs = model.parameterInputs?.(training) ?? inputsOfBlocks(columnNorms(training.x), theta.length);
    const reach = theta.map((weight, p) => Math.abs(weight) * inputs[p]);
    const picked = highest(reach, Math.max(1, Math.floor(params.share * theta.length)));
    return { ...noLogicPatch, parameters: Array.from(picked, (index) => ({ index, value: -theta[index] })) };
  },
};

/** Weights come in blocks of one for each feature and a bias; whatever a learner adds to that is left alone. Shapes: spread [features], result [size]. */
function inputsOfBlocks(spread: Float64Array, size: number): Float64Array {
  const block = spread.length + 1;
  return Float64Array.from({ length: size }, (_, p) => (p % block < spread.length ? spread[p % block] : 0));
}
