import { attackTask } from "../src/blocks/mtrl/task-attack.ts";
import { mtrlObjective } from "../src/blocks/mtrl/objective.ts";
import { type Dataset, positionsWhere, selectExamples } from "../src/core/dataset.ts";
import type { Model } from "../src/core/learner.ts";
import { resolveParams } from "../src/core/params.ts";
import { mtrl, type MtrlParams } from "../src/learners/mtrl.ts";
import { denseMatrix } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";
import { datasetOf } from "./small-data.ts";

export const poorParams = {
  ...resolveParams<MtrlParams>("mtrl", mtrl.params),
  relationDecay: 0.03,
  tolerance: 1e-6,
};
export const poorFit = (data: Dataset, start: Model | null = null): Promise<Model> =>
  mtrl.fit(data, { rng: makeRng(0), params: poorParams, start });

const tasks = 6;
const cols = 14;
const rowsEach = { train: 60, fresh: 10, test: 300 };

/** Six tasks of numbers that follow nearly one rule; task 0 has twenty training rows for fourteen features. */
export function poorTask(seed: number, part: keyof typeof rowsEach): Dataset {
  const rng = makeRng(seed);
  const rule = Float64Array.from({ length: cols }, () => rng.normal() / 2);
  const own = Array.from({ length: tasks }, () => rule.map((value) => value + 0.05 * rng.normal()));
  const draw = rng.fork(part);
  const counts = Array.from({ length: tasks }, (_, t) =>
    part === "train" ? (t === 0 ? 20 : rowsEach.train) : t === 0 ? rowsEach[part] : 0,
  );
  const task = Int32Array.from(counts.flatMap((count, t) => new Array<number>(count).fill(t)));
  const x = denseMatrix(task.length, cols);
  const y = Float64Array.from(task, (t, i) => {
    let score = 0.5 * draw.normal();
    for (let j = 0; j < cols; j++) score += (x.data[i * cols + j] = draw.normal()) * own[t][j];
    return score;
  });
  return { ...datasetOf(x, y, { kind: "real" }), task, tasks: Array.from({ length: tasks }, (_, t) => `task ${t}`) };
}

/** The training rows with poison in all other tasks, computed on the poor task's own rows. */
export async function poorAttacked(clean: Dataset, seed: number): Promise<Dataset> {
  const climbingParams = { ...poorParams, epsilon: 1e-3 };
  const { poisoned } = await attackTask(
    {
      clean,
      model: await poorFit(clean),
      attackTasks: [1, 2, 3, 4, 5],
      targets: [0],
      budgetFraction: 0.3,
      learner: mtrl,
      params: poorParams,
      climbingParams,
      objectiveOf: (data) => mtrlObjective(data, climbingParams, { relation: "exact", solveTolerance: 1e-6 }),
      steps: 12,
    },
    { rng: makeRng(seed) },
  );
  return poisoned;
}

/** Mean loss of the poor task's rows. */
export function poorLoss(model: Model, test: Dataset): number {
  const own = selectExamples(
    test,
    positionsWhere(test.y.length, (i) => test.task[i] === 0),
  );
  return model.losses(own).reduce((sum, loss) => sum + loss, 0) / own.y.length;
}
