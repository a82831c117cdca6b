import type { Attack } from "../../core/attack.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { lossAim } from "../../blocks/injection/attack-aim.ts";
import { inTurn, worstFeasible } from "../../blocks/injection/feasible-starts.ts";
import { injectedDataset } from "../../blocks/injection/injected-rows.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { type Atom, rowsOf } from "../../blocks/injection/coordinate-exchange.ts";
import { sanitisedParams } from "../../blocks/injection/sanitised-params.ts";
import { type SanitisedParams, cannotBeSanitised, setSanitisedScene } from "../../blocks/injection/sanitised-training.ts";
import { addScaledInto } from "../../numeric/matrices/vector.ts";

interface MinMaxInjectionParams extends Pick<SanitisedParams, "percentile"> {
  steps: number;
}

/** Share of the steps after which rows are kept: the first models are far from any that training ends at. */
const burnIn = 0.2;

export const minMaxInjection: Attack<MinMaxInjectionParams> = {
  kind: "attack",
  id: "min-max-injection",
  title: "Min-max injection",
  summary:
    "Trains a model step by step against the feasible row that it is most wrong about at each step, and inserts the rows that it met.",
  source: {
    cite: "Steinhardt, Koh & Liang 2017, Certified Defenses for Data Poisoning Attacks, NeurIPS, algorithm 1; by dual averaging of the penalised loss in place of a ball of parameters",
    url: "https://arxiv.org/abs/1706.03691",
  },
  params: {
    percentile: sanitisedParams.percentile,
    steps: { type: "number", default: 100, min: 1, max: 10_000, integer: true, help: "steps of dual averaging, each with one worst row" },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  effort: "full",
  refuses: cannotBeSanitised,
  async poison(input, { params, ...context }) {
    const { percentile, steps } = params;
    const { rows } = input.budget;
    const { clean, set, victim, objectiveOf, settings } = await setSanitisedScene(
      input,
      { percentile, removed: 0, temperature: 1 },
      context,
    );
    const objective = objectiveOf(clean);
    const meanLoss = lossAim({ ...clean, weight: new Float64Array(clean.y.length).fill(1 / clean.y.length) });
    const theta = new Float64Array(objective.size);
    const sum = new Float64Array(objective.size);
    const own = new Float64Array(objective.size);
    const met: Atom[] = [];
    for (let step = 1; step <= steps; step++) {
      stopIfCancelled(context.signal);
      addScaledInto(sum, 1, meanLoss.gradientOf(objective, theta));
      const offers = worstFeasible(set, clean, theta);
      if (offers.length > 0) {
        const losses =
          victim.model.withParameters?.(theta).losses(injectedDataset(clean, rowsOf(clean, offers))) ?? new Float64Array(offers.length);
        const worst = offers[losses.indexOf(losses.reduce((a, b) => Math.max(a, b)))];
        objective.rowGradientInto(own, theta, injectedDataset(clean, rowsOf(clean, [worst])), 0);
        addScaledInto(sum, rows / clean.y.length, own);
        if (step > burnIn * steps) met.push(worst);
      }
      for (let j = 0; j < theta.length; j++) theta[j] = -sum[j] / (Math.max(settings.weightDecay, 1e-6) * step);
      context.progress?.(step / steps);
    }
    const spread = met.length <= rows ? met : Array.from({ length: rows }, (_, i) => met[Math.floor((i * met.length) / rows)]);
    return injectedPatch(input.clean.table, victim, rowsOf(clean, inTurn(spread, rows, set, clean)));
  },
};
