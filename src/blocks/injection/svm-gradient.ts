import type { LinearSettings } from "../../core/learner.ts";
import type { RunContext } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { HingeProblem, HingeSolution } from "../../numeric/solvers/hinge.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { hingeResponse } from "./hinge-response.ts";
import { blockScoresInto, outputsOf, targetOf } from "../linear/layout.ts";
import { linearModel } from "../linear/model.ts";
import { hingeLoss } from "../linear/margin-losses.ts";
import { weightedLoss } from "./attack-aim.ts";
import type { BilevelProblem } from "./bilevel-ascent.ts";
import { hingeProblemOf, solveHinge } from "../linear/solve-hinge.ts";

/**
 * Training with the plain hinge, and the exact derivatives of the weighted hinge loss of `rows` in injected rows: what α is known for comes from the
 * last training, so a gradient is asked for the model just trained.
 */
export function svmGradient(
  rows: Dataset,
  settings: LinearSettings,
  { rng }: RunContext,
): Pick<BilevelProblem, "fit" | "valueOf" | "gradientInto"> {
  let solved: { readonly problem: HingeProblem; readonly solution: HingeSolution }[] = [];
  return {
    fit(data, start) {
      const { features, target } = data;
      const size = features.names.length + 1;
      solved = Array.from({ length: outputsOf(target) }, (_, output) => {
        const problem = hingeProblemOf(data, { ...settings, output });
        const from = start?.parameters?.theta.slice(output * size, (output + 1) * size);
        const options = { tolerance: Math.min(1e-6, settings.tolerance), rng: rng.fork("hinge").fork(output) };
        return { problem, solution: solveHinge(problem, from === undefined ? options : { ...options, start: from }) };
      });
      const theta = new Float64Array(size * solved.length);
      solved.forEach(({ solution }, output) => theta.set(solution.theta, output * size));
      return Promise.resolve(linearModel({ theta, features, target, loss: hingeLoss }));
    },
    valueOf: (model) => weightedLoss(model, rows),
    gradientInto(out, { injected }) {
      const { cols } = injected.x;
      out.x.fill(0);
      solved.forEach(({ problem, solution }, output) => {
        const { v, multiplier } = hingeResponse(problem, solution, hingeGradient(rows, solution.theta, output));
        const first = problem.x.rows - injected.y.length;
        for (let i = 0; i < injected.y.length; i++) {
          const pull = solution.alpha[first + i] * problem.t[first + i];
          for (let j = 0; j < cols; j++) out.x[i * cols + j] += pull * v[j] - multiplier[first + i] * solution.theta[j];
        }
      });
    },
  };
}

/** ∇θ of the weighted hinge losses of these rows at one output. */
function hingeGradient(rows: Dataset, theta: Float64Array, output: number): Float64Array {
  const { x, target, weight } = rows;
  const z = new Float64Array(x.rows);
  blockScoresInto(z, x, theta, 0);
  const g = new Float64Array(theta.length);
  for (let i = 0; i < x.rows; i++) {
    const slope = (weight?.[i] ?? 1) * hingeLoss.slope(z[i], targetOf(target, output, rows.y[i]));
    if (slope === 0) continue;
    addScaledRowInto(g, x, i, slope);
    g[x.cols] += slope;
  }
  return g;
}
