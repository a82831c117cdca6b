import { groupValues } from "../../blocks/held-out/group-value.ts";
import type { Detector } from "../../core/detector.ts";

interface SourceValueParams {
  folds: number;
  refits: number;
  falseAlarm: number;
}

/**
 * The score is by how much the held-out loss of a row falls; below 0 the source helps. A source is flagged where a training without it predicts the rest
 * better by more than ln(sources / falseAlarm) nats, and by that many standard errors that chance would not do it to any source. Differs from the paper: held-out
 * rows come from folds instead of a trusted set, and rows are left out by position, where the best-known toolkit leaves out every row that shares a value.
 */
export const sourceValue: Detector<SourceValueParams> = {
  kind: "detector",
  id: "source-value",
  title: "What a source is worth",
  summary:
    "How much better models predict everybody else's rows when they are trained without one source: by influence, and by training again for the worst few.",
  source: {
    cite: "provenance defence: Baracaldo, Chen, Ludwig, Safavi & Zhang 2018, Detecting Poisoning Attacks on Machine Learning in IoT Environments, ICIOT; influence: Koh & Liang 2017",
    url: "https://doi.org/10.1109/ICIOT.2018.00015",
  },
  params: {
    folds: { type: "number", default: 3, min: 2, max: 20, integer: true, help: "parts that the training rows are dealt into" },
    refits: { type: "number", default: 5, min: 0, max: 1e6, integer: true, help: "sources that are left out in trainings of their own" },
    falseAlarm: { type: "number", default: 0.01, min: 0, max: 1, help: "chance that a source is flagged which harms nobody" },
  },
  effort: "standard",
  scanEffort: "quick",
  subject: "source",
  flags: true,
  targets: ["classes", "real"],
  async score(data, context) {
    const { length } = data.sources;
    const { harm, measured, loss } = await groupValues(data, data.source, length, { ...context, ...context.params });
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
