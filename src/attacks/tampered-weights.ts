import { highest } from "../numeric/ranks.ts";
import { toDense } from "../numeric/matrix.ts";
import type { Attack } from "../core/attack.ts";
import type { Dataset } from "../core/dataset.ts";
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
    const { cols } = training.x;
    const spread = rootMeanSquares(training);
    // Weights come in blocks of one for each feature and a bias; whatever a learner adds to that is left alone.
    const block = cols + 1;
    const reach = Float64Array.from(theta, (weight, p) => (p % block < cols ? Math.abs(weight) * spread[p % block] : 0));
    const picked = highest(reach, Math.max(1, Math.floor(params.share * theta.length)));
    return { ...noLogicPatch, parameters: Array.from(picked, (index) => ({ index, value: -theta[index] })) };
  },
};

/** Root mean square of each feature. Shape: [features]. */
function rootMeanSquares({ x }: Dataset): Float64Array {
  const squares = new Float64Array(x.cols);
  if (x.kind === "sparse") x.values.forEach((value, p) => (squares[x.indices[p]] += value * value));
  else toDense(x).data.forEach((value, p) => (squares[p % x.cols] += value * value));
  return squares.map((sum) => Math.sqrt(sum / Math.max(1, x.rows)));
}
