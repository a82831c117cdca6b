import { logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import type { SharingEvidence } from "./sharing-evidence.ts";

/** How far a task goes from what it is alone towards what sharing makes of it. */
export const sharingSteps: readonly number[] = [0.25, 0.5, 0.75, 1];

/**
 * What going α of the way is proven to gain a row, against the full price of the move. The change of the loss is exactly −r αd + B(z, αd), r = −∂ℓ/∂z and
 * B the rest of the loss beyond its tangent, which holds no label. The first part is believed of own held rows only; the second is charged where inputs are
 * at large, so that a move is paid for where own rows do not look. In units of the task's own mean square error alone, or in nats for classes.
 */
export function provenGain(tasks: readonly SharingEvidence[], step: number): number {
  const rows = rowsOf(tasks);
  let [earned, charged, inputs, squares] = [0, 0, 0, 0];
  for (const { shift, residual, aloneElsewhere, shiftElsewhere, loss } of tasks) {
    const { value, slope } = loss === "square" ? squareLoss : logisticLoss;
    for (let i = 0; i < shift.length; i++) {
      earned += step * residual[i] * shift[i];
      squares += residual[i] * residual[i];
    }
    for (let i = 0; i < shiftElsewhere.length; i++) {
      const z = aloneElsewhere[i];
      const move = step * shiftElsewhere[i];
      charged += value(z + move, 1) - value(z, 1) - slope(z, 1) * move;
    }
    inputs += shiftElsewhere.length;
  }
  if (rows === 0 || inputs === 0) return 0;
  const unit = tasks[0].loss === "square" ? squares / rows : 1;
  return unit > 0 ? (earned / rows - charged / inputs) / unit : 0;
}

/** Half for staying alone and an eighth for each step, each times e^(rows × gain), to sum 1. Shape: [1 + steps], alone first. */
export function sharingWeights(tasks: readonly SharingEvidence[]): Float64Array {
  const rows = rowsOf(tasks);
  const prior = 0.5 / sharingSteps.length;
  return normalised(Float64Array.from([Math.log(0.5), ...sharingSteps.map((step) => Math.log(prior) + rows * provenGain(tasks, step))]));
}

/** e^log, to sum 1. */
export function normalised(logs: Float64Array): Float64Array {
  const top = logs.reduce((best, log) => Math.max(best, log), -Infinity);
  const weights = logs.map((log) => Math.exp(log - top));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** How far to go in all: Σ weight × step, in [0, 1]. */
export function meanStep(weights: Float64Array): number {
  return sharingSteps.reduce((sum, step, k) => sum + step * weights[k + 1], 0);
}

function rowsOf(tasks: readonly SharingEvidence[]): number {
  return tasks.reduce((sum, { shift }) => sum + shift.length, 0);
}
