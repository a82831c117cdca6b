import { nelderMead, type SimplexMinimum } from "../../numeric/solvers/nelder-mead.ts";
import { logGamma } from "../../numeric/statistics/intervals.ts";

/** Tails heavier than this many degrees of freedom are not called honest. */
const leastFreedom = 1.5;
/** Beyond, a t is a normal law. */
const mostLogFreedom = 5;

/**
 * −ln likelihood of residuals that are all honest: a two-piece t whose mode, scales and degrees of freedom on each side suit them best.
 *
 * @param z residuals, median 0, in median errors. Shape: [rows]
 */
export function honestLoss(z: Float64Array): number {
  const starts = [1, 3].map((freedom) => Float64Array.of(0.3, 0, 0, freedom, freedom));
  const search = (start: Float64Array): SimplexMinimum => nelderMead(lossAt, start, Float64Array.of(0.3, 0.5, 0.3, 1, 1), 300);
  return Math.min(...starts.map((start) => search(search(start).at).value));

  /** At ln scale, lean, mode, and ln of the degrees of freedom beyond the least, above and below. */
  function lossAt(at: Float64Array): number {
    const lean = Math.exp(Math.tanh(at[1]));
    const scale = Math.exp(at[0]);
    const above = leastFreedom + Math.exp(Math.min(mostLogFreedom, at[3]));
    const below = leastFreedom + Math.exp(Math.min(mostLogFreedom, at[4]));
    const mean = Math.log((scale * (lean + 1 / lean)) / 2);
    const ofAbove = logFactor(above) - mean;
    const ofBelow = logFactor(below) - mean;
    let loss = 0;
    for (let i = 0; i < z.length; i++) {
      const isAbove = z[i] > at[2];
      const t = (z[i] - at[2]) / (isAbove ? scale * lean : scale / lean);
      loss -= isAbove
        ? ofAbove - ((above + 1) / 2) * Math.log1p((t * t) / above)
        : ofBelow - ((below + 1) / 2) * Math.log1p((t * t) / below);
    }
    return loss + 0.05 * (at[1] * at[1] + at[2] * at[2]);
  }
}

/** ln of Student's density at 0. */
function logFactor(freedom: number): number {
  return logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - 0.5 * Math.log(freedom * Math.PI);
}
