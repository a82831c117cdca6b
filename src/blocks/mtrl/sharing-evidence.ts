import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { blockScoresInto, targetsOf } from "../linear/layout.ts";
import { stratifiedFolds } from "../held-out/folds.ts";
import { type AloneSettings, fitAlone, lossOfRows } from "./fit-alone.ts";

/** What sharing does to the scores of one task, where the task's own rows look and where they do not. */
export interface SharingEvidence {
  /** Scores of own rows by the task alone, trained without them. Shape: [own rows] */
  readonly alone: Float64Array;
  /** What sharing adds to them, trained without these rows too. Shape: [own rows] */
  readonly shift: Float64Array;
  /** What is added to the score where the loss falls fastest, −∂ℓ/∂z: y − z, or y − probability. Shape: [own rows] */
  readonly residual: Float64Array;
  /** The same of inputs that carry no label here, by the models of every fold. Shape: [folds × inputs] */
  readonly aloneElsewhere: Float64Array;
  readonly shiftElsewhere: Float64Array;
  readonly loss: "square" | "logistic";
}

export interface EvidenceRequest {
  /** The targets' own rows and, of the other tasks, those to learn from. */
  readonly data: Dataset;
  readonly targets: readonly number[];
  /** Of these inputs the labels and tasks are not looked at. */
  readonly inputs: Dataset;
  /** How each target is trained alone, in the order of the targets. */
  readonly alone: readonly AloneSettings[];
  /** Trained on all of `data`. */
  readonly shared: Model;
  fit(data: Dataset, start: Model): Promise<Model>;
}

const foldCount = 5;

/**
 * Cross-fitting: five times a fifth of the targets' rows is left out of both the task alone and the joint training, and scored. Costs five trainings from
 * a near start. An entry a target, in their order.
 */
export async function sharingEvidence(request: EvidenceRequest, { rng, signal }: RunContext): Promise<SharingEvidence[]> {
  const { data, targets, inputs } = request;
  const loss = data.target.kind === "real" ? ("square" as const) : ("logistic" as const);
  const place = Int32Array.from(data.tasks, (_, task) => targets.indexOf(task));
  const own = positionsWhere(data.y.length, (i) => place[data.task[i]] >= 0);
  const folds = stratifiedFolds(selectExamples(data, own), foldCount, rng.fork("folds"));
  const fold = new Int32Array(data.y.length).fill(-1);
  own.forEach((row, k) => (fold[row] = folds.fold[k]));
  const parts = targets.map(() => ({ alone: [] as number[], shift: [] as number[], residual: [] as number[] }));
  const elsewhere = targets.map(() => ({
    alone: new Float64Array(folds.count * inputs.y.length),
    shift: new Float64Array(folds.count * inputs.y.length),
  }));
  const { slope } = lossOfRows(data);
  for (let f = 0; f < folds.count; f++) {
    stopIfCancelled(signal);
    const rest = selectExamples(
      data,
      positionsWhere(data.y.length, (i) => fold[i] !== f),
    );
    const shared = thetaOf(await request.fit(rest, request.shared));
    targets.forEach((task, k) => {
      const size = data.x.cols + 1;
      const together = shared.subarray(task * size, (task + 1) * size);
      const mine = selectExamples(
        rest,
        positionsWhere(rest.y.length, (i) => rest.task[i] === task),
      );
      const alone = fitAlone(mine, request.alone[k]);
      const held = selectExamples(
        data,
        positionsWhere(data.y.length, (i) => fold[i] === f && data.task[i] === task),
      );
      const t = targetsOf(held, 0);
      const z = scoresBy(held, alone);
      scoresBy(held, together).forEach((score, i) => {
        parts[k].alone.push(z[i]);
        parts[k].shift.push(score - z[i]);
        parts[k].residual.push(-slope(z[i], t[i]));
      });
      const there = scoresBy(inputs, alone);
      elsewhere[k].alone.set(there, f * there.length);
      elsewhere[k].shift.set(
        scoresBy(inputs, together).map((score, i) => score - there[i]),
        f * there.length,
      );
    });
  }
  return parts.map(({ alone, shift, residual }, k) => ({
    alone: Float64Array.from(alone),
    shift: Float64Array.from(shift),
    residual: Float64Array.from(residual),
    aloneElsewhere: elsewhere[k].alone,
    shiftElsewhere: elsewhere[k].shift,
    loss,
  }));
}

function scoresBy({ x }: Dataset, theta: Float64Array): Float64Array {
  const out = new Float64Array(x.rows);
  blockScoresInto(out, x, theta, 0);
  return out;
}

export function thetaOf({ parameters }: Model): Float64Array {
  if (parameters === null) throw new Error("a model of tasks has parameters");
  return parameters.theta;
}
