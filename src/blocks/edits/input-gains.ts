import { toDense } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Objective } from "../../core/objective.ts";
import { type InputRegionParams, boxAroundRows } from "../feasible/perturbation-domain.ts";

/**
 * What moving each of these training rows could add to U at most, to first order: with H v = ∇U and g_i = −c_i ∂/∂x [v·∇θ ℓ(x_i, y_i; θ)], the most that
 * g_i · (x − x_i) reaches where a dense row may go, and the length of g_i for a sparse one.
 *
 * Shapes: positions, result [positions].
 */
export function inputGains(
  objective: Objective,
  theta: Float64Array,
  v: Float64Array,
  data: Dataset,
  { positions, params }: { readonly positions: Int32Array; readonly params: InputRegionParams },
): Float64Array {
  const { cols } = data.x;
  const slope = new Float64Array(cols);
  const dense = data.x.kind === "dense" ? toDense(data.x) : null;
  const box = dense === null ? null : boxAroundRows(data, params);
  return Float64Array.from(positions, (i) => {
    objective.rowDerivativeInto(slope, theta, v, data, i);
    const share = objective.rowShare(data.task[i]);
    let gain = 0;
    if (dense === null || box === null) {
      for (let j = 0; j < cols; j++) gain += slope[j] * slope[j];
      return share * Math.sqrt(gain);
    }
    for (let j = 0; j < cols; j++) {
      if (!(box.scale[j] > 0)) continue;
      const at = dense.data[i * cols + j];
      const wanted = slope[j] < 0 ? Infinity : -Infinity;
      gain -= slope[j] === 0 ? 0 : slope[j] * (box.within(wanted, j, at) - at);
    }
    return share * gain;
  });
}
