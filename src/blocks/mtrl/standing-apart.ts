import { medianOf, spreadOf } from "../../numeric/statistics/robust-spread.ts";
import type { PooledMisfit } from "./pooled-misfit.ts";

export interface StandingApart {
  /** Deviations above the median task; 0 where nothing is known. Shape: [tasks] */
  readonly scores: Float64Array;
  /** Shape: [tasks] */
  readonly flagged: Uint8Array;
  /** A few are flagged, or half stand apart and none is, or none. */
  readonly verdict: "minority" | "halves" | "none";
}

/** Two even halves of a normal sample are 2.7 apart in the measure of `halvesApart`, of a uniform one 3.5. */
const apart = 6;

/**
 * Which losses are far above the rest. A deviation is √(spread² + error²), spread the robust one over tasks, so that tasks with few rows do not stand out by
 * chance; a task is flagged above 2.5 + 3 / tasks of them, as a spread of few tasks is uncertain itself. Losses that fall into two halves say no more than that.
 */
export function standingApart({ loss, error }: PooledMisfit): StandingApart {
  const isKnown = (t: number): boolean => Number.isFinite(loss[t]) && Number.isFinite(error[t]);
  const known = loss.filter((_, t) => isKnown(t));
  const [centre, spread] = [medianOf(known), spreadOf(known)];
  const scores = loss.map((value, t) => {
    const unit = Math.hypot(spread, error[t]);
    const score = (value - centre) / unit;
    return isKnown(t) && Number.isFinite(score) ? score : 0;
  });
  const nobody = new Uint8Array(loss.length);
  if (halvesApart(known)) return { scores, flagged: nobody, verdict: "halves" };
  const cut = 2.5 + 3 / Math.max(1, known.length);
  const flagged = known.length < 4 ? nobody : Uint8Array.from(scores, (score) => Number(score > cut));
  return { scores, flagged, verdict: flagged.includes(1) ? "minority" : "none" };
}

/** Whether some split into two parts of 40 % or more leaves their means farther apart than 6 √(sum of variances) / √2 (Ashman's D, 1994). */
function halvesApart(values: Float64Array): boolean {
  const sorted = values.slice().sort();
  const least = Math.max(2, Math.ceil(0.4 * sorted.length));
  for (let k = least; k <= sorted.length - least; k++) {
    const low = momentsOf(sorted.subarray(0, k));
    const high = momentsOf(sorted.subarray(k));
    const variance = low.variance + high.variance;
    if (Math.SQRT2 * (high.mean - low.mean) > apart * Math.sqrt(variance) && high.mean > low.mean) return true;
  }
  return false;
}

function momentsOf(values: Float64Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}
