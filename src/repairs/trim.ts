import { autoFraction, fractionOf } from "../blocks/held-out/auto-fraction.ts";
import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import type { FittingRepair, RepairContext } from "../core/repair.ts";
import { highest } from "../numeric/orders/ranks.ts";

interface TrimParams {
  fraction: number | "auto";
  strongest: number;
  rounds: number;
}

/** Of one strength of regularisation; the sets settle after a few. */
const mostTurns = 20;

/**
 * Differs from the paper in its start: from all rows at a strong regularisation, where a model is too stiff to follow the poison, and then down to the one
 * asked for, each stage from the rows of the one before. From random rows at the last strength alone it ends in poor places.
 */
export const trim: FittingRepair<TrimParams> = {
  kind: "repair",
  stage: "fit",
  id: "trim",
  title: "TRIM with continuation",
  summary:
    "Trains on the rows that fit best, finds them anew, and goes on until they stay; from a strong regularisation down to the one asked for.",
  source: {
    cite: "Jagielski et al. 2018, Manipulating Machine Learning: Poisoning Attacks and Countermeasures for Regression Learning, IEEE S&P, §V",
    url: "https://arxiv.org/abs/1804.00308",
  },
  params: {
    fraction: autoFraction("share of the training rows that is left out"),
    strongest: {
      type: "number",
      default: 1000,
      min: 1,
      max: 1e9,
      help: "what weightDecay is multiplied by in the first stage; it falls to 1",
    },
    rounds: { type: "number", default: 4, min: 1, max: 50, integer: true, help: "stages on the way down" },
  },
  effort: "standard",
  targets: ["classes", "real"],
  async repair(data, context) {
    const fraction = await fractionOf(data, context, (part, _, share) => trimmed(part, share, context));
    return trimmed(data, fraction, context, context.progress);
  },
};

async function trimmed(
  data: Dataset,
  fraction: number,
  { params, learnerParams, fit }: RepairContext<TrimParams>,
  progress?: (done: number) => void,
): Promise<Model> {
  const decay = (learnerParams as { weightDecay?: unknown }).weightDecay;
  if (fraction === 0) return fit(data);
  const count = Math.floor(fraction * data.y.length);
  const classes = data.target.kind === "real" ? 0 : data.target.names.length;
  const stages = typeof decay === "number" && decay > 0 && params.strongest > 1 ? params.rounds : 1;
  let dropped = new Uint8Array(data.y.length);
  let model: Model | null = null;
  for (let stage = 0; stage < stages; stage++) {
    const factor = stages === 1 ? 1 : params.strongest ** (1 - stage / (stages - 1));
    const replaced = stages === 1 ? {} : { weightDecay: (decay as number) * factor };
    for (let turn = 0; turn < mostTurns; turn++) {
      const before: Uint8Array = dropped;
      model = await fit(
        selectExamples(
          data,
          positionsWhere(before.length, (i) => before[i] === 0),
        ),
        model,
        replaced,
      );
      dropped = new Uint8Array(before.length);
      for (const i of highest(model.losses(data), count)) dropped[i] = 1;
      keepClasses(dropped, data.y, classes);
      if (dropped.every((is, i) => is === before[i])) break;
    }
    progress?.((stage + 1) / (stages + 1));
  }
  const last = dropped;
  return fit(
    selectExamples(
      data,
      positionsWhere(last.length, (i) => last[i] === 0),
    ),
    model,
  );
}
