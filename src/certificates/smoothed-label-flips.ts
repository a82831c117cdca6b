import type { Certificate } from "../core/certificate.ts";
import { type SmootherParams, labelSmoother, refusesSmoother, smootherParams } from "../blocks/certified/label-smoother.ts";
import { chernoffMiss, smoothingRadii } from "../blocks/certified/smoothing-radius.ts";

interface SmoothedParams extends SmootherParams {
  noise: number;
  bound: "neyman-pearson" | "kl";
}

/** Differs from the paper in its radius, the exact worst case by the lemma of Neyman and Pearson, which is about twice that of the paper (bound=kl), and in its kernel. */
export const smoothedLabelFlips: Certificate<SmoothedParams> = {
  kind: "certificate",
  id: "smoothed-label-flips",
  title: "Smoothed label flips",
  summary:
    "The same kernel ridge under labels that are flipped by chance: what most such models answer, and how many flips cannot change it. Published; linear-label-flips certifies more of the same model.",
  source: {
    cite: "Rosenfeld, Winston, Ravikumar & Kolter 2020, Certified Robustness to Label-Flipping Attacks via Randomized Smoothing, ICML, §4",
    url: "https://arxiv.org/abs/2002.03018",
  },
  params: {
    ...smootherParams,
    noise: { type: "number", default: 0.1, min: 0.001, max: 0.49, help: "chance that a label is replaced by another one" },
    bound: {
      type: "choice",
      default: "neyman-pearson",
      options: ["neyman-pearson", "kl"],
      help: "how the radius follows from the chance: by the worst case itself, or by the paper's bound on it",
    },
  },
  effort: "full",
  targets: ["classes"],
  unit: "label-flips",
  refuses: (input, { mostRows }) => refusesSmoother(input, mostRows),
  certify(input, { params, ...context }) {
    const { classes, labels, testTask, forEachBlock } = labelSmoother(input, params);
    const answers = new Float64Array(testTask.length);
    const radii = new Float64Array(testTask.length).fill(Infinity);
    const noise = { noise: params.noise, classes };
    if (classes > 1)
      forEachBlock(context, (alpha, from) => {
        const found = chernoffMiss(alpha, labels, noise);
        answers.set(found.answers, from);
        radii.set(smoothingRadii(found.logMiss, noise, params.bound), from);
      });
    return Promise.resolve({
      ...{ kind: "answers", answers, radii, unit: "label-flips", costs: { "label-flips": 1 }, confidence: null, settled: { ...params } },
      assumes: [
        "the answers are those of this model under noise, whose kernel, ridge parameter and noise no label chose",
        "labels are flipped to known classes, and rows stay what they are",
      ],
      made: `kernel ridge (width ${params.width}, decay ${params.decay}) on ${labels.length} rows, each label replaced with chance ${params.noise}; no sampling`,
    });
  },
};
