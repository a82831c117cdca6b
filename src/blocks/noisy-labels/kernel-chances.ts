import type { Signal } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type DenseMatrix, selectRows } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { linearModel } from "../linear/model.ts";
import { linearObjective } from "../linear/objective.ts";
import { logisticLoss } from "../linear/margin-losses.ts";
import { minimise } from "../linear/minimise.ts";
import { softmaxObjective } from "../linear/softmax-objective.ts";
import type { CompactRows } from "./compact-rows.ts";
import { randomFeatures } from "./random-features.ts";

const width = 300;
/** scikit-learn's C. */
const inversePenalty = 0.1;
const tolerance = 1e-2;
const chunk = 10_000;

export interface KernelRows {
  readonly compact: CompactRows;
  /** Shape: [rows]. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Rows that models may learn from, rising. */
  readonly known: Int32Array;
  /** Shape: [rows], in [0, folds). */
  readonly fold: Int32Array;
  readonly folds: number;
  readonly rng: Rng;
  readonly signal?: Signal | undefined;
}

/** Chances of each class by logistic regression on random features of a Gaussian kernel that never saw the row's fold. Shape: [rows, classes]. */
export function kernelChances({ compact, labels, classes, known, fold, folds, rng, signal }: KernelRows): Float64Array {
  const rows = compact.of(known);
  const featuresOf = randomFeatures(rows, width, rng);
  const all = featuresOf(rows);
  const out = new Float64Array(labels.length * classes);
  let theta = new Float64Array(0);
  for (let f = 0; f < folds; f++) {
    const train = Int32Array.from(known.keys()).filter((i) => fold[known[i]] !== f);
    const data = asDataset(
      selectRows(all, train) as DenseMatrix,
      Float64Array.from(train, (i) => labels[known[i]]),
      classes,
    );
    const weightDecay = 1 / (inversePenalty * Math.max(1, train.length));
    const objective =
      classes === 2
        ? linearObjective(data, { loss: logisticLoss, weightDecay, bias: "free" })
        : softmaxObjective(data, { weightDecay, bias: "free" });
    if (theta.length === 0) theta = new Float64Array(objective.size);
    theta = Float64Array.from(minimise(objective, theta, { tolerance, signal }));
    const model = linearModel({ theta, features: data.features, target: data.target, loss: classes === 2 ? logisticLoss : "softmax" });
    const held = Int32Array.from(labels.keys()).filter((i) => fold[i] === f);
    for (let from = 0; from < held.length; from += chunk) {
      const asked = held.subarray(from, from + chunk);
      const x = known.length === labels.length ? (selectRows(all, asked) as DenseMatrix) : featuresOf(compact.of(asked));
      const theirs = asDataset(x, new Float64Array(asked.length), classes);
      const chances = model.probabilities(theirs) as Float64Array;
      for (let i = 0; i < asked.length; i++) out.set(chances.subarray(i * classes, (i + 1) * classes), asked[i] * classes);
    }
  }
  return out;
}

function asDataset(x: DenseMatrix, y: Float64Array, classes: number): Dataset {
  const names = Array.from({ length: x.cols }, (_, j) => `random feature ${j + 1}`);
  return {
    x,
    y,
    weight: null,
    target: { kind: "classes", names: Array.from({ length: classes }, (_, k) => String(k)) },
    task: new Int32Array(x.rows),
    tasks: ["all"],
    source: new Int32Array(x.rows).fill(-1),
    sources: [],
    row: Int32Array.from({ length: x.rows }, (_, i) => i),
    features: { names, kinds: names.map(() => "real"), groups: names },
  };
}
