import type { Attack } from "../core/attack.ts";
import { inTurn, worstFeasible } from "../blocks/feasible-seeds.ts";
import { injectedPatch } from "../blocks/injected-patch.ts";
import { exchangeRows, rowsOf } from "../blocks/row-exchange.ts";
import { sanitisedParams } from "../blocks/sanitised-params.ts";
import { type SanitisedParams, cannotBeSanitised, setSanitisedScene, thetaOf } from "../blocks/sanitised-training.ts";

interface InfluenceInjectionParams extends SanitisedParams {
  steps: number;
}

export const influenceInjection: Attack<InfluenceInjectionParams> = {
  kind: "attack",
  id: "influence-injection",
  title: "Influence injection past sanitisation",
  summary:
    "Inserts few distinct rows many times, each within what clean rows of its class look like, exchanged for those of the greatest influence until they raise the error most even after a filter by loss.",
  source: {
    cite: "the influence attack of Koh, Steinhardt & Liang 2018, Stronger Data Poisoning Attacks Break Data Sanitization Defenses; by exchange of whole rows in place of gradient steps, and with the filter in the loop",
    url: "https://arxiv.org/abs/1811.00741",
  },
  params: {
    ...sanitisedParams,
    steps: {
      type: "number",
      default: 40,
      min: 1,
      max: 10_000,
      integer: true,
      help: "exchanges tried, before and again after the filter is put in the loop",
    },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  effort: "full",
  refuses: cannotBeSanitised,
  async poison(input, { params, ...context }) {
    const scene = await setSanitisedScene(input, params, context);
    const { clean, set, victim } = scene;
    const seeds = inTurn(worstFeasible(set, clean, thetaOf(victim.model)), input.budget.rows, set, clean);
    let { atoms } = await exchangeRows({ clean, set, judge: scene.judgeWith(0) }, seeds, params, context);
    if (params.removed > 0)
      ({ atoms } = await exchangeRows({ clean, set, judge: scene.judgeWith(params.removed) }, atoms, params, context));
    return injectedPatch(input.clean.table, victim, rowsOf(clean, atoms));
  },
};
