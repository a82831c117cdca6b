import type { Certificate } from "../core/certificate.ts";
import { type SmootherParams, labelSmoother, refusesSmoother, smootherParams } from "../blocks/certified/label-smoother.ts";
import { linearFlipRadii } from "../blocks/certified/linear-flip-radius.ts";

interface LinearParams extends SmootherParams {
  reach: "anywhere" | "own" | "others";
}

/** Differs from the paper in that no noise is needed: what flips do to a model that is linear in its labels is known exactly. */
export const linearLabelFlips: Certificate<LinearParams> = {
  kind: "certificate",
  id: "linear-label-flips",
  title: "Exact label flips",
  summary:
    "Kernel ridge weighs the training labels by features alone, so the fewest flipped labels that change an answer can be counted exactly: the largest weights first.",
  source: {
    cite: "The model of Rosenfeld, Winston, Ravikumar & Kolter 2020, Certified Robustness to Label-Flipping Attacks via Randomized Smoothing, ICML, §4, without its noise",
    url: "https://arxiv.org/abs/2002.03018",
  },
  params: {
    ...smootherParams,
    reach: {
      type: "choice",
      default: "anywhere",
      options: ["anywhere", "own", "others"],
      help: "with a task column: whose labels may be flipped, those of all rows, of the task that is asked about, or of the other tasks",
    },
  },
  effort: "standard",
  targets: ["classes"],
  unit: "label-flips",
  refuses(input, { reach, mostRows }) {
    if (reach !== "anywhere" && input.table.roles.task === null) return `reach=${reach} needs a task column: name it with --task`;
    return refusesSmoother(input, mostRows);
  },
  certify(input, { params, ...context }) {
    const { reach, width, decay, sharing } = params;
    const { classes, labels, trainTask, testTask, forEachBlock } = labelSmoother(input, params);
    const answers = new Float64Array(testTask.length);
    const radii = new Float64Array(testTask.length).fill(Infinity);
    const masks = new Map<number, Uint8Array>();
    forEachBlock(context, (alpha, from, rows) => {
      if (reach === "anywhere") {
        const found = linearFlipRadii(alpha, labels, classes);
        answers.set(found.answers, from);
        radii.set(found.radii, from);
        return;
      }
      for (let i = 0; i < rows; i++) {
        const own = alpha.subarray(i * labels.length, (i + 1) * labels.length);
        const found = linearFlipRadii(own, labels, classes, { flippable: maskOf(testTask[from + i]) });
        answers[from + i] = found.answers[0];
        radii[from + i] = found.radii[0];
      }
    });
    const isShared = input.table.roles.task !== null;
    return Promise.resolve({
      ...{ kind: "answers", answers, radii, unit: "label-flips", costs: { "label-flips": 1 }, confidence: null, settled: { ...params } },
      ...(reach === "anywhere" ? {} : { reach }),
      assumes: [
        "the answers are those of this model, whose kernel and ridge parameter no label chose",
        "labels are flipped to known classes, and rows stay what they are",
        ...(reach === "own" ? ["labels of other tasks are right"] : reach === "others" ? ["labels of the own task are right"] : []),
      ],
      made: `kernel ridge (width ${width}, decay ${decay}${isShared ? `, sharing ${sharing}` : ""}) on ${labels.length} rows, exact`,
    });

    function maskOf(task: number): Uint8Array {
      let mask = masks.get(task);
      if (mask === undefined) {
        mask = Uint8Array.from(trainTask, (other) => ((other === task) === (reach === "own") ? 1 : 0));
        masks.set(task, mask);
      }
      return mask;
    }
  },
};
