import type { SharingEvidence } from "./sharing-evidence.ts";

/** Below this, sharing is not trusted. Of honest relatives R is .3 to 2 on four sets with 20 rows a task; of poison computed on these rows .06 to .5, but for odd rows. */
export const trustedRatio = 0.25;

/**
 * R = Σ_t mean d² over own held rows ÷ Σ_t mean d² over other inputs, d what sharing adds to a score. Honest relatives move a task alike everywhere, R ≈ 1;
 * poison that was computed on the task's own rows leaves them as they are and turns the task where they do not look, R ≪ 1. 1 where nothing moves.
 */
export function seenShare(tasks: readonly SharingEvidence[]): number {
  const sum = (of: (task: SharingEvidence) => Float64Array): number => tasks.reduce((all, task) => all + meanSquare(of(task)), 0);
  const there = sum(({ shiftElsewhere }) => shiftElsewhere);
  return there > 0 ? sum(({ shift }) => shift) / there : 1;
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length);
}
