import { minimiseMtrl } from "../blocks/mtrl/minimise.ts";
import { type MtrlModel, isMtrlModel, mtrlModel } from "../blocks/mtrl/model.ts";
import { medianOf, spreadOf } from "../numeric/statistics/robust-spread.ts";
import { type Dataset, gatherFloats, positionsWhere, selectExamples } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { FittingRepair } from "../core/repair.ts";
import { highest, orderBy } from "../numeric/orders/ranks.ts";

interface TaskTrimParams {
  fraction: number;
  trims: "excess" | "always";
  strongest: number;
  rounds: number;
}

/** A task is trimmed where it has more badly fitted rows than the median task, by more than this many robust deviations. */
const excessDeviations = 2;

/** Differs from least trimmed squares in the path of regularisation: where tasks share most, a task's poisoned rows are outvoted by its relatives. */
export const taskTrim: FittingRepair<TaskTrimParams> = {
  kind: "repair",
  stage: "fit",
  id: "task-trim",
  title: "Trimmed training of each task",
  summary:
    "Trains in rounds, each without the worst-fitted rows of each task, from a strong regularisation, where tasks agree, to the one asked for.",
  source: {
    cite: "least trimmed squares: Rousseeuw 1984, Least Median of Squares Regression, JASA 79; against poisoning, Jagielski et al. 2018, IEEE S&P",
    url: "https://doi.org/10.1080/01621459.1984.10477105",
  },
  params: {
    fraction: { type: "number", default: 0.25, min: 0, max: 0.5, help: "most that is left out, as a share of the rows of each task" },
    trims: {
      type: "choice",
      default: "excess",
      options: ["excess", "always"],
      help: "whether a task loses only the badly fitted rows that it has beyond what is usual among the tasks, or always the whole fraction",
    },
    strongest: { type: "number", default: 100, min: 1, max: 1e6, help: "what λ₂ is multiplied by in the first round; it falls to 1" },
    rounds: { type: "number", default: 5, min: 1, max: 100, integer: true, help: "trainings on the way down" },
  },
  targets: ["classes", "real"],
  refuses: ({ learner, sharing }) =>
    learner.relation !== undefined && sharing === "pooled"
      ? null
      : "it trims where tasks agree: it needs the learner mtrl and one model for all tasks",
  async repair(data, { params, fit, signal, progress }) {
    const plain = await fit(data);
    if (!isMtrlModel(plain)) throw new UsageError("task-trim needs a model that knows how its tasks are related: the learner mtrl");
    const { features, target, tasks } = data;
    let model: MtrlModel = plain;
    for (let round = 0; round < params.rounds; round++) {
      const factor = params.strongest ** (1 - round / params.rounds);
      const settings = { ...plain.settings, relationDecay: plain.settings.relationDecay * factor };
      const rows = round === 0 ? data : trimmed(data, model.losses(data), params);
      const { point } = minimiseMtrl(rows, settings, model.parameters.theta, { tolerance: 1e-4, signal });
      model = mtrlModel({ theta: point.theta, features, target, tasks, settings });
      progress?.((round + 1) / (params.rounds + 1));
    }
    return fit(trimmed(data, model.losses(data), params), model);
  },
};

/** Without the rows of highest loss in each task. A class that a task would lose whole keeps its best-fitted row there. */
function trimmed(data: Dataset, losses: Float64Array, { fraction, trims }: TaskTrimParams): Dataset {
  const rowsOf = data.tasks.map((_, task) => positionsWhere(losses.length, (i) => data.task[i] === task));
  const counts = trims === "always" ? rowsOf.map((rows) => Math.floor(fraction * rows.length)) : excessCounts(rowsOf, losses, fraction);
  const dropped = new Uint8Array(losses.length);
  rowsOf.forEach((rows, task) => {
    for (const p of highest(gatherFloats(losses, rows), counts[task])) dropped[rows[p]] = 1;
    if (data.target.kind === "classes") keepOneOfEach(dropped, data.y, rows, losses);
  });
  return selectExamples(
    data,
    positionsWhere(losses.length, (i) => dropped[i] === 0),
  );
}

/** How many badly fitted rows (those of the highest `fraction` over all tasks) each task has beyond the usual share; at most `fraction` of its rows. */
function excessCounts(rowsOf: readonly Int32Array[], losses: Float64Array, fraction: number): number[] {
  const bad = new Uint8Array(losses.length);
  for (const i of highest(losses, Math.floor(fraction * losses.length))) bad[i] = 1;
  const shares = rowsOf.map((rows) => (rows.length === 0 ? 0 : rows.reduce((sum, i) => sum + bad[i], 0) / rows.length));
  const known = Float64Array.from(shares.filter((_, task) => rowsOf[task].length > 0));
  const usual = medianOf(known) + excessDeviations * spreadOf(known);
  return rowsOf.map((rows, task) => Math.floor(Math.min(fraction, Math.max(0, shares[task] - usual)) * rows.length));
}

function keepOneOfEach(dropped: Uint8Array, y: Float64Array, rows: Int32Array, losses: Float64Array): void {
  const kept = new Set<number>();
  for (const i of rows) if (dropped[i] === 0) kept.add(y[i]);
  for (const p of orderBy(gatherFloats(losses, rows))) {
    const i = rows[p];
    if (kept.has(y[i])) continue;
    dropped[i] = 0;
    kept.add(y[i]);
  }
}
