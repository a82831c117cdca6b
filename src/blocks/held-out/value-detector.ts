import type { Detector } from "../../core/detector.ts";
import { foldsParam } from "./folds.ts";
import { groupValues } from "./group-value.ts";

export interface ValueParams {
  folds: number;
  refits: number;
  falseAlarm: number;
}

/**
 * What a source, or a task, is worth to the others. The score is by how much the held-out loss of a row falls without it; below 0 it helps. It is flagged
 * where a training without it predicts the rest better by more than ln(subjects / falseAlarm) nats, and by that many standard errors that chance would not do
 * it to any of them. Differs from the paper: held-out rows come from folds instead of a trusted set, and rows are left out by position, where the best-known
 * toolkit leaves out every row that shares a value.
 */
export function valueDetector(
  subject: "source" | "task",
  declared: Pick<Detector<ValueParams>, "id" | "title" | "summary" | "source" | "refuses">,
): Detector<ValueParams> {
  return {
    kind: "detector",
    ...declared,
    params: {
      folds: foldsParam,
      refits: {
        type: "number",
        default: 5,
        min: 0,
        max: 1e6,
        integer: true,
        help: `${subject}s that are left out in trainings of their own`,
      },
      falseAlarm: { type: "number", default: 0.01, min: 0, max: 1, help: `chance that a ${subject} is flagged which harms nobody` },
    },
    effort: "standard",
    scanEffort: "quick",
    subject,
    flags: true,
    targets: ["classes", "real"],
    async score(data, context) {
      const [group, { length }] = subject === "source" ? [data.source, data.sources] : [data.task, data.tasks];
      const { harm, measured, loss } = await groupValues(data, group, length, { ...context, ...context.params });
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
}
