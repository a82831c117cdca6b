import type { Attack, AttackSetting } from "../../core/attack.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { columnOf } from "../../core/table.ts";
import { injectedPatch } from "../../blocks/injection/injected-patch.ts";
import { sanitisedParams } from "../../blocks/injection/sanitised-params.ts";
import { cannotBeSanitised } from "../../blocks/injection/sanitised-training.ts";
import { feasibleSetOf } from "../../blocks/feasible/feasible-set.ts";
import { type SphereAndSlab, hingeBound } from "../../blocks/feasible/hinge-bound.ts";
import { type DenseMatrix, rowSquaredNorm, toDense } from "../../numeric/matrices/matrix.ts";

interface MinMaxParams {
  percentile: number;
  decay: number;
  steps: number;
}

const mostFeatures = 150;

/**
 * Of all that pass the sphere and the slab of their class, rows that raise the least hinge loss of a linear model as far as a game of attacker and learner brings it:
 * the candidate attack of `hinge-loss-bound`. Differs from the paper in that rows are then brought within what each feature was seen to be.
 *
 * It climbs the loss of training and not the error on clean rows, and is the strongest injection nowhere that was looked at: on a fifth of spambase (three splits,
 * linear-svm) it lowers accuracy by .006, .011 and .016 at 1, 3 and 5 %, svm-injection by .040, .130 and .159, influence-injection by .016, .035 and .033.
 */
export const minMaxInjection: Attack<MinMaxParams> = {
  kind: "attack",
  id: "min-max-injection",
  title: "Min-max injection",
  summary:
    "Inserts rows that pass a sphere and a slab around their class and raise the training loss of the best linear model, found by a game of attacker and learner: the candidate attack of hinge-loss-bound.",
  source: {
    cite: "Steinhardt, Koh & Liang 2017, Certified Defenses for Data Poisoning Attacks, NeurIPS, Algorithm 1",
    url: "https://arxiv.org/abs/1706.03691",
  },
  params: {
    percentile: sanitisedParams.percentile,
    decay: {
      type: "number",
      default: 0.001,
      min: 1e-6,
      max: 10,
      help: "weight decay of the model of the game; its features have about unit length together",
    },
    steps: { type: "number", default: 30, min: 2, max: 1000, integer: true, help: "answers of the attacker to the best model, at most" },
  },
  data: "table",
  targets: ["classes"],
  threat: { access: "inject", goal: "availability", knowledge: "white-box", labelling: "attacker" },
  movesFeatures: true,
  effort: "full",
  refuses: (setting) => cannotBeSanitised(setting) ?? refusesFeatures(setting),
  async poison(input, { params, signal, progress }) {
    const victim = await input.victim();
    const { training } = victim;
    const set = feasibleSetOf(training, params.percentile);
    const dense = toDense(training.x);
    const unit = unitOf(dense);
    const filters = set.balls.map((ball): SphereAndSlab => ({
      centre: ball === null ? new Float64Array(dense.cols) : ball.centre.map((value) => value / unit),
      radius: ball === null ? 0 : ball.radius / unit,
      direction: ball === null ? new Float64Array(dense.cols) : ball.direction,
      halfWidth: ball === null ? 0 : ball.halfWidth / unit,
    }));
    const x: DenseMatrix = { ...dense, data: dense.data.map((value) => value / unit) };
    const t = training.y.map((label) => 2 * label - 1);
    let done = 0;
    const stop = (): void => {
      stopIfCancelled(signal);
      progress?.(Math.min(1, done++ / params.steps));
    };
    const game = { x, t, decay: params.decay, filters: [filters[0], filters[1]] as const };
    const { attack } = hingeBound(game, input.budget.rows, { steps: params.steps, stop });
    progress?.(1);
    const y = attack.t.map((sign) => (sign > 0 ? 1 : 0));
    const data = attack.x.data.map((value, p) => {
      const j = p % dense.cols;
      const ball = set.balls[y[(p - j) / dense.cols]];
      const seen = ball === null ? value * unit : Math.min(ball.high[j], Math.max(ball.low[j], value * unit));
      return set.whole ? Math.round(seen) : seen;
    });
    return injectedPatch(input.clean.table, victim, { x: { ...attack.x, data }, y, task: new Int32Array(y.length) });
  },
};

function refusesFeatures({ table }: AttackSetting): string | null {
  const { features } = table.roles;
  const other = features.find((name) => columnOf(table, name).kind !== "number");
  if (other !== undefined) return `it solves for numbers alone, and "${other}" holds none`;
  return features.length > mostFeatures ? `it solves for at most ${mostFeatures} numbers, and there are ${features.length}` : null;
}

/** Root mean squared length of the rows; 1 where all are zero. */
function unitOf(x: DenseMatrix): number {
  let squares = 0;
  for (let i = 0; i < x.rows; i++) squares += rowSquaredNorm(x, i);
  return Math.sqrt(squares / Math.max(1, x.rows)) || 1;
}
