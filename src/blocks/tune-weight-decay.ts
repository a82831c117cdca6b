import { type RunContext, stopIfCancelled } from "../core/context.ts";
import type { Dataset } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import { stratifiedFolds } from "./folds.ts";
import { splitAtFold } from "./out-of-fold.ts";

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
 * The λ of the grid with the smallest mean loss on held-out rows (ties go to the stronger). The walk goes from strong to weak, every fit starting
 * from the one before, and ends where two steps running were worse than the best by 2 % or, once the loss has come down by 1 %, brought less
 * than 0.01 %.
 */
export async function tuneWeightDecay(data: Dataset, options: TuneOptions): Promise<number> {
  const { rng, signal, progress, foldCount = 3 } = options;
  const folds = stratifiedFolds(data, foldCount, rng);
  if (folds.count < 2) return fallbackWeightDecay;
  const parts = Array.from({ length: folds.count }, (_, f) => {
    const { train, held } = splitAtFold(data, folds, f);
    return { held, fit: options.prepare(train), model: null as Model | null };
  });
  let best = { weightDecay: fallbackWeightDecay, loss: Infinity };
  let first = NaN;
  let turned = 0;
  for (let step = 0; step < weightDecayGrid.length && turned < 2; step++) {
    const weightDecay = weightDecayGrid[step];
    let sum = 0;
    let weights = 0;
    for (const part of parts) {
      stopIfCancelled(signal);
      part.model = await part.fit(weightDecay, part.model);
      const losses = part.model.losses(part.held);
      for (let i = 0; i < losses.length; i++) {
        const weight = part.held.weight === null ? 1 : part.held.weight[i];
        if (weight === 0) continue;
        sum += weight * losses[i];
        weights += weight;
      }
    }
    const loss = sum / weights;
    if (step === 0) first = loss;
    const flat = best.loss < 0.99 * first && loss > 0.9999 * best.loss;
    turned = loss > 1.02 * best.loss || flat ? turned + 1 : 0;
    if (loss < best.loss) best = { weightDecay, loss };
    progress?.((step + 1) / weightDecayGrid.length);
  }
  return best.weightDecay;
}
