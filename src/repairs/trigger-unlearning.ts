import { type ClassTriggerParams, classTriggerParams, classTriggers } from "../blocks/triggers/class-triggers.ts";
import type { InvertedTrigger } from "../blocks/triggers/invert-trigger.ts";
import {
  type TrustedTuningParams,
  cannotTrainOn,
  networkOf,
  trustedTuningParams,
  tuneOnTrusted,
  verifiedRows,
} from "../blocks/network/trusted-tuning.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { FittingRepair } from "../core/repair.ts";
import { denseMatrix, stackRows, toDense } from "../numeric/matrices/matrix.ts";

type TriggerUnlearningParams = TrustedTuningParams & ClassTriggerParams;

/**
 * Differs from the paper in that every verified row of another class bears the trigger once beside its clean form, where there it is a fifth of them, and in
 * more passes over fewer rows. (The best-known toolkit stamps rows of the infected class itself and keeps that label, which unlearns nothing.)
 */
export const triggerUnlearning: FittingRepair<TriggerUnlearningParams> = {
  kind: "repair",
  stage: "fit",
  id: "trigger-unlearning",
  title: "Unlearning of inverted triggers",
  summary:
    "Looks for classes that a small trigger turns any row into, and trains the network on with verified rows that bear that trigger and their true labels.",
  source: {
    cite: "Wang et al. 2019, Neural Cleanse: Identifying and Mitigating Backdoor Attacks in Neural Networks, IEEE S&P, section VI.C",
    url: "https://doi.org/10.1109/SP.2019.00031",
  },
  params: {
    ...classTriggerParams,
    passes: { ...trustedTuningParams.passes, default: 20 },
    rate: { ...trustedTuningParams.rate, default: 0.1 },
    weightDecay: { ...trustedTuningParams.weightDecay, default: 1e-4, help: "λ while training on" },
  },
  effort: "full",
  targets: ["classes"],
  needsTrusted: true,
  refuses: cannotTrainOn,
  async repair(data, context) {
    const trusted = verifiedRows("trigger-unlearning", context.trusted);
    const model = networkOf("trigger-unlearning", await context.fit(data));
    const { signal, progress } = context;
    const suspects = classTriggers(model, data, context.params, { rng: context.rng.fork("triggers"), signal, progress }).filter(
      ({ isSuspect }) => isSuspect,
    );
    if (suspects.length === 0) return model;
    return tuneOnTrusted(model, suspects.reduce(withStamped, trusted), context);
  },
};

/** The rows, and those of other classes again with the trigger in them and their own labels. */
function withStamped(rows: Dataset, trigger: InvertedTrigger): Dataset {
  const others = positionsWhere(rows.y.length, (i) => rows.y[i] !== trigger.label);
  const x = toDense(selectExamples(rows, others).x);
  const stamped = denseMatrix(
    x.rows,
    x.cols,
    x.data.map((value, p) => {
      const j = p % x.cols;
      return value + trigger.mask[j] * (trigger.pattern[j] - value);
    }),
  );
  const both = Int32Array.from([...rows.y.keys(), ...others]);
  return { ...selectExamples(rows, both), x: stackRows(toDense(rows.x), stamped) };
}
