import type { Dataset } from "../../core/dataset.ts";
import { type Model, classesOfScores } from "../../core/learner.ts";
import type { Measured, Metric } from "../../core/metric.ts";

/** Every metric that is defined on these test examples. */
export function measure(all: readonly Metric[], model: Model, test: Dataset, unit: Float64Array): Record<string, number> {
  const scores = model.scores(test);
  const predictions = test.target.kind === "classes" ? classesOfScores(scores, model.outputs) : scores;
  const measured: Measured = { data: test, scores, outputs: model.outputs, predictions, unit };
  const metrics: Record<string, number> = {};
  for (const metric of all) {
    if (!metric.appliesTo(test.target)) continue;
    const value = metric.measure(measured);
    if (value !== null) metrics[metric.id] = value;
  }
  return metrics;
}
