import type { RunContext, Signal } from "../../core/context.ts";
import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { BiasKind } from "../linear/layout.ts";
import { logisticLoss, squareLoss } from "../linear/margin-losses.ts";
import { minimise } from "../linear/minimise.ts";
import { linearModel } from "../linear/model.ts";
import { linearObjective } from "../linear/objective.ts";
import { tuneWeightDecay } from "../linear/tune-weight-decay.ts";
import { rowsOfTask } from "./task-flips.ts";

export interface AloneSettings {
  /** λ in mean loss + (λ/2)‖w‖². */
  readonly weightDecay: number;
  /** Whether b joins the penalty. */
  readonly bias: BiasKind;
  readonly signal?: Signal | undefined;
}

/**
 * One linear model of these rows, whatever their tasks: ridge regression for numbers, logistic regression for two classes. Returns [w, b].
 * Shapes: start, result [features + 1].
 */
export function fitAlone(data: Dataset, settings: AloneSettings, start: Float64Array | null = null): Float64Array {
  const { weightDecay, bias, signal } = settings;
  const objective = linearObjective(data, { loss: lossOfRows(data), weightDecay, bias });
  return minimise(objective, start ?? new Float64Array(data.x.cols + 1), { tolerance: 1e-6, signal });
}

/** The λ that predicts held-out rows of these best. */
export function tuneAlone(data: Dataset, bias: BiasKind, context: RunContext): Promise<number> {
  const { features, target } = data;
  return tuneWeightDecay(data, {
    ...context,
    progress: undefined,
    prepare: (part) => (weightDecay, start) =>
      linearModel({
        theta: fitAlone(part, { weightDecay, bias, signal: context.signal }, start?.parameters?.theta ?? null),
        features,
        target,
        loss: lossOfRows(data),
      }),
  });
}

/** How each of these tasks is trained alone, in their order: with the λ that `tuneAlone` finds on its rows. */
export async function aloneSettings(
  data: Dataset,
  group: readonly number[],
  bias: BiasKind,
  context: RunContext,
): Promise<AloneSettings[]> {
  const found: AloneSettings[] = [];
  for (const task of group) {
    const rng = context.rng.fork("alone").fork(task);
    const weightDecay = await tuneAlone(selectExamples(data, rowsOfTask(data, task)), bias, { rng, signal: context.signal });
    found.push({ weightDecay, bias, signal: context.signal });
  }
  return found;
}

export function lossOfRows({ target }: Pick<Dataset, "target">): typeof squareLoss {
  return target.kind === "real" ? squareLoss : logisticLoss;
}
