import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import { blockScoresInto } from "./layout.ts";
import { linearObjective } from "./objective.ts";
import { squareLoss } from "./margin-losses.ts";

/** Keeps the normal equations solvable where features repeat each other; of the sum of squares, as in the code of Jagielski et al. 2018. */
const ridgeOfSum = 0.01;

/** v ↦ Hv, H = X (XᵀX + 0.01 I)⁻¹ Xᵀ the hat matrix of least squares with a free intercept. Shapes: argument and result [rows]. */
export function leastSquaresHat(data: Dataset): (v: Float64Array) => Float64Array {
  const { x } = data;
  const objective = linearObjective(
    { ...data, weight: null, target: { kind: "real" } },
    { loss: squareLoss, weightDecay: ridgeOfSum / Math.max(1, x.rows), bias: "free" },
  );
  const zero = new Float64Array(objective.size);
  return (v) => {
    const moment = new Float64Array(objective.size);
    for (let i = 0; i < x.rows; i++) {
      addScaledRowInto(moment, x, i, v[i] / x.rows);
      moment[x.cols] += v[i] / x.rows;
    }
    const fitted = new Float64Array(x.rows);
    blockScoresInto(fitted, x, objective.solveHessian(zero, moment), 0);
    return fitted;
  };
}
