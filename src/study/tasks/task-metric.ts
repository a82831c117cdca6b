import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { type Model, classesOfScores } from "../../core/learner.ts";
import type { Metric } from "../../core/metric.ts";

/**
 * The metric of a model on test rows of several tasks; null where it is not defined. The AUC is the mean over tasks of the AUC within each task that has
 * both classes: ranking rows of different tasks against each other is no part of the problem. The others are over all rows; R² is
 * against the mean of each task.
 */
export function measureTasks(metric: Metric, model: Model, test: Dataset, labelUnit: number): number | null {
  if (test.y.length === 0) return null;
  if (metric.id !== "auc") return measureRows(metric, model, test, labelUnit);
  const areas = test.tasks.flatMap((_, task) => measureTask(metric, model, test, task, labelUnit) ?? []);
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** On the test rows of one task. */
export function measureTask(metric: Metric, model: Model, test: Dataset, task: number, labelUnit: number): number | null {
  const rows = positionsWhere(test.y.length, (i) => test.task[i] === task);
  return rows.length === 0 ? null : measureRows(metric, model, selectExamples(test, rows), labelUnit);
}

function measureRows(metric: Metric, model: Model, test: Dataset, labelUnit: number): number | null {
  const scores = model.scores(test);
  const predictions = test.target.kind === "classes" ? classesOfScores(scores, model.outputs) : scores;
  const unit = new Float64Array(test.tasks.length).fill(1 / labelUnit);
  return metric.measure({ data: test, scores, outputs: model.outputs, predictions, unit, ownLabels: true });
}

/** How much worse, positive where it is worse, in the unit of the metric. */
export function worsening(metric: Metric, before: number, after: number): number {
  return metric.better === "higher" ? before - after : after - before;
}

/** As the damage of that metric is told: a drop, or a ratio. */
export function damageOf(metric: Metric, before: number, after: number): number {
  return metric.damage.as === "drop" ? before - after : after / before;
}
