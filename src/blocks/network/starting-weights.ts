import type { Rng } from "../../numeric/random.ts";
import { type NetworkShape, parameterCount } from "./relu-network.ts";

/** Weights uniform with variance 2 / inputs below a relu and 1 / inputs below the answer; biases 0. */
export function startingWeights(shape: NetworkShape, rng: Rng): Float64Array {
  const theta = new Float64Array(parameterCount(shape));
  const { sizes } = shape;
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    const own = rng.fork(l);
    const most = Math.sqrt((l === sizes.length - 1 ? 3 : 6) / Math.max(1, sizes[l - 1]));
    for (let k = 0; k < sizes[l]; k++, at++)
      for (let j = 0; j < sizes[l - 1]; j++) theta[at++] = Math.fround(most * (2 * own.uniform() - 1));
  }
  return theta;
}
