import { groupValues } from "../../blocks/held-out/group-value.ts";
import type { Detector } from "../../core/detector.ts";

interface TaskValueParams {
  folds: number;
  refits: number;
  falseAlarm: number;
}

/**
 * The score is by how much the held-out loss of a row falls; below 0 the task helps the others. A task is flagged where a training without it predicts the rest
 * better by more than ln(tasks / falseAlarm) nats, and by that many standard errors that chance would not do it to any task.
 */
export const taskValue: Detector<TaskValueParams> = {
  kind: "detector",
  id: "task-value",
  title: "What a task is worth to the others",
  summary:
    "How much better models predict the rows of all other tasks when they are trained without one: by influence, and by training again for the worst few.",
  source: {
    cite: "the provenance defence of Baracaldo et al. 2018, ICIOT, with tasks for devices; influence: Koh & Liang 2017",
    url: "https://doi.org/10.1109/ICIOT.2018.00015",
  },
  params: {
    folds: { type: "number", default: 3, min: 2, max: 20, integer: true, help: "parts that the training rows are dealt into" },
    refits: { type: "number", default: 5, min: 0, max: 1e6, integer: true, help: "tasks that are left out in trainings of their own" },
    falseAlarm: { type: "number", default: 0.01, min: 0, max: 1, help: "chance that a task is flagged which harms nobody" },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "task",
  flags: true,
  targets: ["classes", "real"],
  refuses: ({ sharing }) => (sharing === "pooled" ? null : "tasks that are trained apart do nothing to each other"),
  async score(data, context) {
    const { length } = data.tasks;
    const { harm, measured, loss } = await groupValues(data, data.task, length, { ...context, ...context.params });
    const least = Math.log(Math.max(1, length) / context.params.falseAlarm);
    const flagged = new Uint8Array(length);
    for (const [g, { nats, deviations }] of measured)
      if (nats > least && deviations * deviations > 2 * least && deviations > 0) flagged[g] = 1;
    return {
      values: harm,
      flagged,
      reason(g) {
        const gain = measured.get(g);
        if (gain === undefined || !(gain.nats > 0)) return null;
        return `without it the rows of all others are predicted better: held-out loss ${loss.toFixed(4)} → ${(loss - harm[g]).toFixed(4)}`;
      },
    };
  },
};
