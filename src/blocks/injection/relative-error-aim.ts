import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import { multiplyRowsInto } from "../../numeric/matrices/matrix-vector.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { type Aim, lossAim } from "./attack-aim.ts";
import { logisticProbability } from "../linear/margin-losses.ts";

/**
 * The share of these rows that a linear model gets wrong, smoothed and blind to the scale of its scores: Σ_k w_k σ(−m_k / T), m_k by how much the own class
 * outscores its strongest rival and T = `softness` times the mean |m| of the model that is asked. Poisoned models are unsure of everything: at a fixed T the
 * search would go for doubt instead of for errors. The gradient holds T.
 *
 * A real label, and a model whose parameters are laid out otherwise than as [w, b] for each output or each task, have the plain loss as their aim.
 *
 * @param model any model of this training, for the layout of its parameters
 * @param softness above 0
 */
export function relativeErrorAim(rows: Dataset, model: Model, softness: number): Aim {
  const { x, y, task, target } = rows;
  const size = x.cols + 1;
  const blocks = (model.parameters?.theta.length ?? 0) / size;
  const byTask = model.outputs === 1 && blocks === rows.tasks.length;
  if (target.kind === "real" || !(byTask || blocks === model.outputs)) return lossAim(rows);
  const weight = rows.weight ?? new Float64Array(y.length).fill(1);
  const z = new Float64Array(blocks * y.length);

  /** Margins, and the block of each row's strongest rival; −1 where one score speaks for both classes. Shapes: [rows]. */
  function marginsOf(theta: Float64Array): { margin: Float64Array; rival: Int32Array; temperature: number } {
    const margin = new Float64Array(y.length);
    const rival = new Int32Array(y.length).fill(-1);
    for (let k = 0; k < blocks; k++) multiplyRowsInto(z.subarray(k * y.length, (k + 1) * y.length), x, theta, k * size, 0, y.length);
    const scoreOf = (k: number, i: number): number => z[k * y.length + i] + theta[k * size + x.cols];
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      if (model.outputs === 1) margin[i] = (y[i] === 1 ? 1 : -1) * scoreOf(byTask ? task[i] : 0, i);
      else {
        for (let k = 0; k < blocks; k++) if (k !== y[i] && (rival[i] < 0 || scoreOf(k, i) > scoreOf(rival[i], i))) rival[i] = k;
        margin[i] = scoreOf(y[i], i) - scoreOf(rival[i], i);
      }
      sum += Math.abs(margin[i]);
    }
    return { margin, rival, temperature: (softness * sum) / Math.max(1, y.length) };
  }

  return {
    valueOf({ parameters }) {
      if (parameters === null) throw new Error("a linear model has parameters");
      const { margin, temperature } = marginsOf(parameters.theta);
      return margin.reduce((sum, m, i) => sum + weight[i] * (temperature > 0 ? logisticProbability(-m / temperature) : 0.5), 0);
    },
    gradientOf(_, theta) {
      const { margin, rival, temperature } = marginsOf(theta);
      const out = new Float64Array(theta.length);
      if (!(temperature > 0)) return out;
      for (let i = 0; i < y.length; i++) {
        const p = logisticProbability(-margin[i] / temperature);
        const slope = (-weight[i] * p * (1 - p)) / temperature;
        if (model.outputs === 1) addBlock(out, byTask ? task[i] : 0, i, y[i] === 1 ? slope : -slope);
        else {
          addBlock(out, y[i], i, slope);
          addBlock(out, rival[i], i, -slope);
        }
      }
      return out;
    },
  };

  function addBlock(out: Float64Array, block: number, i: number, scale: number): void {
    addScaledRowInto(out, x, i, scale, block * size);
    out[block * size + x.cols] += scale;
  }
}
