import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { FitOptions, Learner, Model } from "../../core/learner.ts";

interface SeparateParams {
  /** Parameters of the inner learner: one for all tasks, or one for each once tuned. */
  readonly byTask: readonly unknown[];
}

/** Trains one model for each task and sends every row to the model of its task. */
export function separateTasks(inner: Learner, params: unknown, tasks: number): { learner: Learner; params: unknown } {
  const rowsOf = (data: Dataset, task: number): Int32Array => positionsWhere(data.y.length, (i) => data.task[i] === task);
  // The parameters of the inner learner are what a user sees; their being one set for each task stays in here.
  const learner: Learner = {
    ...inner,
    async fit(data, options: FitOptions<SeparateParams>) {
      const models: Model[] = [];
      for (let task = 0; task < tasks; task++) {
        const rows = rowsOf(data, task);
        if (rows.length === 0) throw new NumericalError(`task "${data.tasks[task]}" has no training rows`);
        const rng = options.rng.fork("task").fork(task);
        models.push(
          await inner.fit(selectExamples(data, rows), {
            ...options,
            params: options.params.byTask[task],
            start: startOf(options.start, task),
            rng,
          }),
        );
      }
      return modelByTask(models);
    },
    async tune(data, options: FitOptions<SeparateParams>): Promise<SeparateParams> {
      const byTask: unknown[] = [];
      for (let task = 0; task < tasks; task++) {
        const rng = options.rng.fork("task").fork(task);
        byTask.push(
          await inner.tune(selectExamples(data, rowsOf(data, task)), { ...options, params: options.params.byTask[task], start: null, rng }),
        );
      }
      return { byTask };
    },
  };
  delete learner.objective;
  // What a unit stands for differs from one network to the next.
  delete (learner as { learnsFeatures?: boolean }).learnsFeatures;
  const perTask: SeparateParams = { byTask: Array.from({ length: tasks }, () => params) };
  return { learner, params: perTask };
}

interface ModelByTask extends Model {
  readonly models: readonly Model[];
}

function startOf(start: Model | null | undefined, task: number): Model | null {
  return start !== null && start !== undefined && "models" in start ? (start as ModelByTask).models[task] : null;
}

function modelByTask(models: readonly Model[]): ModelByTask {
  const { outputs } = models[0];

  /** Runs each task's rows through its model and puts the answers back in place. */
  function gather(data: Dataset, width: number, answer: (model: Model, rows: Dataset) => Float64Array | null): Float64Array | null {
    const out = new Float64Array(data.y.length * width);
    for (let task = 0; task < models.length; task++) {
      const rows = positionsWhere(data.y.length, (i) => data.task[i] === task);
      if (rows.length === 0) continue;
      const values = answer(models[task], selectExamples(data, rows));
      if (values === null) return null;
      rows.forEach((row, i) => {
        for (let k = 0; k < width; k++) out[row * width + k] = values[i * width + k];
      });
    }
    return out;
  }

  return {
    outputs,
    models,
    parameters: null,
    scores: (data) => gather(data, outputs, (model, rows) => model.scores(rows)) as Float64Array,
    probabilities: (data) =>
      gather(data, data.target.kind === "classes" ? data.target.names.length : 1, (model, rows) => model.probabilities(rows)),
    losses: (data) => gather(data, 1, (model, rows) => model.losses(rows)) as Float64Array,
    ...(models.every((model) => model.lossSlopes !== undefined) && {
      lossSlopes: (data: Dataset) => gather(data, outputs, (model, rows) => model.lossSlopes?.(rows) ?? null) as Float64Array,
    }),
  };
}
