import type { Attack } from "../../core/attack.ts";
import { partOf } from "../../core/context.ts";
import { decoyParameters } from "../../blocks/injection/decoy-parameters.ts";
import { inTurn, worstFeasible } from "../../blocks/injection/feasible-starts.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { type InjectedRows, withInjected } from "../../blocks/injection/injected-rows.ts";
import { filterByLoss } from "../../blocks/linear/loss-filter.ts";
import { type ExchangeResult, type Judgement, exchangeRows, rowsOf } from "../../blocks/injection/coordinate-exchange.ts";
import { sanitisedParams } from "../../blocks/injection/sanitised-params.ts";
import {
  type SanitisedParams,
  type SanitisedScene,
  cannotBeSanitised,
  setSanitisedScene,
  thetaOf,
} from "../../blocks/injection/sanitised-training.ts";
import { dot } from "../../numeric/matrices/vector.ts";

interface KktInjectionParams extends SanitisedParams {
  steps: number;
}

/** Shares of the clean rows that decoys flip, and how much each counts beside a clean row. */
const decoys = [0.05, 0.1, 0.2].map((share) => ({ share, copies: 0.5 }));

export const kktInjection: Attack<KktInjectionParams> = {
  kind: "attack",
  id: "kkt-injection",
  title: "Injection towards decoy parameters",
  summary:
    "Picks parameters that an attacker would like, from training with flipped rows, and inserts rows within what clean rows look like that make training end there.",
  source: {
    cite: "the KKT attack of Koh, Steinhardt & Liang 2018, Stronger Data Poisoning Attacks Break Data Sanitization Defenses; by exchange of whole rows in place of a grid over two points",
    url: "https://arxiv.org/abs/1811.00741",
  },
  params: {
    ...sanitisedParams,
    steps: { type: "number", default: 15, min: 1, max: 10_000, integer: true, help: "exchanges tried for each decoy" },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  effort: "full",
  refuses: cannotBeSanitised,
  async poison(input, { params, ...context }) {
    const scene = await setSanitisedScene(input, params, context);
    const { clean, set, victim } = scene;
    const judge = scene.judgeWith(params.removed);
    const seeds = inTurn(worstFeasible(set, clean, thetaOf(victim.model)), input.budget.rows, set, clean);
    let best: ExchangeResult = { atoms: seeds, value: (await judge(rowsOf(clean, seeds), null)).value };
    for (const [k, decoy] of decoys.entries()) {
      const theta = thetaOf(await decoyParameters(clean, victim.model, decoy, scene.fit));
      const seeds = inTurn(
        worstFeasible(
          set,
          clean,
          theta.map((value) => -value),
        ),
        input.budget.rows,
        set,
        clean,
      );
      const { atoms } = await exchangeRows(
        { clean, set, judge: nearness(scene, theta, params.removed) },
        seeds,
        params,
        partOf(context, k, decoys.length),
      );
      const { value } = await judge(rowsOf(clean, atoms), null);
      if (value > best.value) best = { atoms, value };
    }
    return injectedPatch(input.clean.table, victim, rowsOf(clean, best.atoms));
  },
};

/**
 * Training on clean and inserted rows ends at θ exactly where ∇F(θ) = 0 (the condition of Karush, Kuhn and Tucker). How far F(θ) is above its minimum is
 * ½ ∇Fᵀ H⁻¹ ∇F to second order, which is lowered, over rows that would outlive a filter by loss at θ. Koh et al. lower ‖∇F‖², which on raw counts is
 * ruled by a few features of great spread.
 */
function nearness({ clean, objectiveOf, victim }: SanitisedScene, theta: Float64Array, removed: number) {
  const scores = victim.model.withParameters?.(theta).scores(clean);
  const filter = removed > 0 && scores !== undefined ? { theta, floor: filterByLoss(clean, scores, removed, clean.y.length).floor } : null;
  return (rows: InjectedRows): Promise<Judgement> => {
    const objective = objectiveOf(withInjected(clean, rows));
    const gradient = new Float64Array(objective.size);
    objective.gradientInto(gradient, theta);
    const v = objective.solveHessian(theta, gradient);
    return Promise.resolve({ value: -0.5 * dot(gradient, v), objective, theta, v, lost: Array.from(rows.y, () => false), filter });
  };
}
