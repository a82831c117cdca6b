import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { splitAtFold } from "../held-out/out-of-fold.ts";

/** Trains on one training part with any λ, starting from a neighbour's model. */
export type FitAtWeightDecay = (weightDecay: number, start: Model | null) => Model | Promise<Model>;

export interface TuneOptions extends RunContext {
  readonly foldCount?: number;
  /** Called once for each fold; what does not depend on λ is computed here. */
  prepare(train: Dataset): FitAtWeightDecay;
}

/** 10, 10^0.5, 1, … 10^−6: from strong to weak, in half decades. */
export const weightDecayGrid: readonly number[] = Array.from({ length: 15 }, (_, step) => Number((10 ** (1 - step / 2)).toPrecision(3)));

/** Where there is too little data to cross-validate. */
export const fallbackWeightDecay = 0.01;

/**
 * The λ of the grid with the smallest mean loss on held-out rows (ties go to the stronger). The walk goes from strong to weak by whole decades, every
 * fit starting from the one before, and ends where a step was worse than the best by 2 % or, once the loss has come down by 1 %, brought less than
 * 0.01 %; then the half decades beside the best are tried.
 */
export async function tuneWeightDecay(data: Dataset, options: TuneOptions): Promise<number> {
  const { rng, signal, progress, foldCount = 3 } = options;
  const folds = stratifiedFolds(data, foldCount, rng);
  if (folds.count < 2) return fallbackWeightDecay;
  const parts = Array.from({ length: folds.count }, (_, f) => {
    const { train, held } = splitAtFold(data, folds, f);
    return { held, fit: options.prepare(train), models: new Map<number, Model>() };
  });

  async function heldOutLoss(step: number, from: number | null): Promise<number> {
    let sum = 0;
    let weights = 0;
    for (const part of parts) {
      stopIfCancelled(signal);
      const model = await part.fit(weightDecayGrid[step], from === null ? null : (part.models.get(from) ?? null));
      part.models.set(step, model);
      const losses = model.losses(part.held);
      for (let i = 0; i < losses.length; i++) {
        const weight = part.held.weight === null ? 1 : part.held.weight[i];
        if (weight === 0) continue;
        sum += weight * losses[i];
        weights += weight;
      }
    }
    return sum / weights;
  }

  const losses = new Map<number, number>();
  let best = 0;
  for (let step = 0; step < weightDecayGrid.length; step += 2) {
    const loss = await heldOutLoss(step, step === 0 ? null : step - 2);
    losses.set(step, loss);
    progress?.((step + 1) / weightDecayGrid.length);
    const lowest = losses.get(best) as number;
    const isFlat = lowest < 0.99 * (losses.get(0) as number) && loss > 0.9999 * lowest;
    if (loss < lowest) best = step;
    if (loss > 1.02 * lowest || (step > 0 && isFlat)) break;
  }
  for (const step of [best - 1, best + 1]) {
    if (step < 0 || step >= weightDecayGrid.length) continue;
    losses.set(step, await heldOutLoss(step, best));
  }
  const finite = [...losses].filter(([, loss]) => Number.isFinite(loss)).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  return finite.length === 0 ? fallbackWeightDecay : weightDecayGrid[finite[0][0]];
}
