import { lacksObjective, needObjective } from "../../blocks/outliers/needs-objective.ts";
import { labelGroupsOf } from "../../blocks/outliers/label-groups.ts";
import { selfInfluence as selfInfluenceOf } from "../../blocks/outliers/row-influence.ts";
import { percentileRanksOf } from "../../blocks/outliers/percentile-rank.ts";
import { stopIfCancelled } from "../../core/context.ts";
import type { Detector } from "../../core/detector.ts";

interface SelfInfluenceParams {
  probes: number;
}

/** c_i ∇ℓ_iᵀ H⁻¹ ∇ℓ_i at the optimum of all rows: how far the loss of a row would rise, to first order, were it not trained on. */
export const selfInfluence: Detector<SelfInfluenceParams> = {
  kind: "detector",
  id: "self-influence",
  title: "Self-influence",
  summary: "How much the model's answer to a row rests on that very row: odd and mislabelled rows can only be learned by heart.",
  source: {
    cite: "Koh & Liang 2017, Understanding Black-box Predictions via Influence Functions, ICML, section 5.4",
    url: "https://arxiv.org/abs/1703.04730",
  },
  params: {
    probes: {
      type: "number",
      default: 32,
      min: 4,
      max: 10_000,
      integer: true,
      help: "random vectors where there are too many parameters for an exact answer; the error is about √(2 / probes)",
    },
  },
  effort: "standard",
  subject: "row",
  targets: ["classes", "real"],
  refuses: lacksObjective,
  async score(data, { params, rng, fit, objective, signal, progress }) {
    const f = needObjective("self-influence", objective(data));
    const model = await fit(data);
    const values = selfInfluenceOf(f, model, data, {
      probes: params.probes,
      rng,
      onProgress(done) {
        stopIfCancelled(signal);
        progress?.(done);
      },
    });
    const standing = percentileRanksOf(values, labelGroupsOf(data));
    return {
      values,
      reason(row) {
        const so = standing(row);
        return so === null
          ? null
          : `the model's answer to it rests more on the row itself than for ${so.howMany.replace("them", `the ${so.others}`)}`;
      },
    };
  },
};
