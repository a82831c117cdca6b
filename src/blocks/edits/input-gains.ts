import type { Dataset } from "../../core/dataset.ts";
import type { Objective } from "../../core/objective.ts";
import { type Domain, placesOf } from "../feasible/domain.ts";
import { pickRows } from "./input-edits.ts";

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
  { positions, domain }: { readonly positions: Int32Array; readonly domain: Domain },
): Float64Array {
  const { rows } = pickRows(data, positions);
  const slope = new Float64Array(data.x.cols);
  const farthest = new Float64Array(data.x.cols);
  return Float64Array.from(placesOf(rows), (place, k) => {
    objective.rowDerivativeInto(slope, theta, v, data, positions[k]);
    const share = objective.rowShare(place.task);
    let gain = 0;
    if (data.x.kind === "sparse") {
      for (let j = 0; j < slope.length; j++) gain += slope[j] * slope[j];
      return share * Math.sqrt(gain);
    }
    for (let j = 0; j < slope.length; j++) farthest[j] = domain.scale[j] > 0 ? (slope[j] < 0 ? Infinity : -Infinity) : place.home[j];
    domain.projectInPlace(farthest, place);
    for (let j = 0; j < slope.length; j++) if (slope[j] !== 0) gain -= slope[j] * (farthest[j] - place.home[j]);
    return share * gain;
  });
}
