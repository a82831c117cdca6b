import { pooledMisfit } from "../../blocks/mtrl/pooled-misfit.ts";
import { standingApart } from "../../blocks/mtrl/standing-apart.ts";
import { trimmingDecay } from "../../blocks/mtrl/task-lts.ts";
import type { Detector } from "../../core/detector.ts";

/**
 * A fit a task. A score is how many deviations the loss of a task's rows is above that of the median task, a deviation being both the robust spread over
 * tasks and the task's own standard error. Attacked tasks are a minority or cannot be told: at half of them the ranking still holds, the flags do not.
 */
export const taskMisfit: Detector = {
  kind: "detector",
  id: "task-misfit",
  title: "Misfit of a task to the others",
  summary: "How badly one model of all other tasks fits the rows of a task, and which ties should be cut for it.",
  source: {
    cite: "leaving a device out, as Baracaldo et al. 2018, ICIOT; robust deviations: Rousseeuw & Croux 1993, JASA 88; the score is Theriac's",
    url: "https://doi.org/10.1109/ICIOT.2018.00015",
  },
  params: {},
  subject: "task",
  targets: ["classes", "real"],
  flags: true,
  refuses: ({ sharing }) => (sharing === "pooled" ? null : "tasks that are trained apart do nothing to each other"),
  score(data, { signal }) {
    if (data.target.kind === "classes" && data.target.names.length > 2)
      return Promise.resolve({
        values: new Float64Array(data.tasks.length),
        flagged: new Uint8Array(data.tasks.length),
        findings: ["tasks were not compared: that takes a label of two classes or a number"],
      });
    const misfit = pooledMisfit(data, { weightDecay: trimmingDecay, bias: "regularised", signal });
    const { scores, flagged, verdict } = standingApart(misfit);
    const names = (wanted: Uint8Array): string => data.tasks.filter((_, t) => wanted[t] === 1).join(", ");
    const said = {
      minority: `cut the ties to ${names(flagged)}: a model of all other tasks fits their rows far worse than those of any usual task, so learn the others without them`,
      halves:
        "half of the tasks stand apart: which half is honest cannot be told, and cutting ties between the halves protects either only from the other",
      none: "no task stands apart from the others: nothing here says that cutting ties would help, and poison in half of the tasks or more would not show",
    };
    return Promise.resolve({
      values: scores,
      flagged,
      findings: data.tasks.length < 3 ? [] : [said[verdict]],
      reason: (task) =>
        flagged[task] === 1
          ? `fits a model of the other tasks badly, ${scores[task].toFixed(1)} deviations worse than usual: cut its ties`
          : null,
    });
  },
};
