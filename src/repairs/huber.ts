import { medianOf } from "../numeric/statistics/robust-spread.ts";
import type { FittingRepair } from "../core/repair.ts";

interface HuberParams {
  threshold: number;
  rounds: number;
}

/** A residual of normal noise has this median absolute value, in standard deviations. */
const medianOfNormal = 0.6744897501960817;

/** Of a real target only: the loss is read as the square of the residual, or half of it, whose scale cancels. */
export const huber: FittingRepair<HuberParams> = {
  kind: "repair",
  stage: "fit",
  id: "huber",
  title: "Huber loss",
  summary:
    "Trains with a loss that grows only linearly beyond a few robust standard deviations, by weights that are found anew from the residuals.",
  source: {
    cite: "Huber 1964, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35(1)",
    url: "https://doi.org/10.1214/aoms/1177703732",
  },
  params: {
    threshold: { type: "number", default: 1.345, min: 0.01, max: 100, help: "robust standard deviations beyond which the loss is linear" },
    rounds: { type: "number", default: 10, min: 1, max: 100, integer: true, help: "most trainings; they end when the weights stay" },
  },
  effort: "standard",
  targets: ["real"],
  async repair(data, { params, fit, progress }) {
    let model = await fit(data);
    let weight = data.weight ?? new Float64Array(data.y.length).fill(1);
    for (let round = 0; round < params.rounds; round++) {
      const residuals = model.losses(data).map(Math.sqrt);
      const limit = (params.threshold * medianOf(residuals)) / medianOfNormal;
      if (!(limit > 0)) break;
      const next = residuals.map((residual, i) => (data.weight?.[i] ?? 1) * Math.min(1, limit / residual));
      const change = next.reduce((top, value, i) => Math.max(top, Math.abs(value - weight[i])), 0);
      weight = next;
      model = await fit({ ...data, weight }, model);
      progress?.((round + 1) / params.rounds);
      if (change < 1e-3) break;
    }
    return model;
  },
};
