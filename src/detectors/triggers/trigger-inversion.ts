import {
  type ClassTrigger,
  type ClassTriggerParams,
  cellsOf,
  classTriggerParams,
  classTriggers,
} from "../../blocks/triggers/class-triggers.ts";
import { networkOf } from "../../blocks/network/trusted-tuning.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import { addScaledRowInto } from "../../numeric/matrices/matrix.ts";

interface TriggerInversionParams extends ClassTriggerParams {
  carried: number;
}

/** Cells that a finding names. */
const named = 6;

/**
 * A class of which the smallest trigger is far smaller than those of the others has a backdoor. A row scores the anomaly index of its label, 0 at least, times
 * the share of that label's trigger that it carries, 1 − Σ m_j |x_j − p_j| / Σ m_j (high_j − low_j), 0 at least; it is flagged where the class is suspect and it carries more than `carried`.
 * Differs from the paper in naming rows, in asking for half the median mask besides an index above 2, and in the size of the search, which suits networks of
 * fully connected layers.
 */
export const triggerInversion: Detector<TriggerInversionParams> = {
  kind: "detector",
  id: "trigger-inversion",
  title: "Trigger inversion",
  summary:
    "Finds for each class the smallest change that turns any row into it: a class that needs far less than the others has a backdoor.",
  source: {
    cite: "Wang et al. 2019, Neural Cleanse: Identifying and Mitigating Backdoor Attacks in Neural Networks, IEEE S&P",
    url: "https://doi.org/10.1109/SP.2019.00031",
  },
  params: {
    ...classTriggerParams,
    carried: {
      type: "number",
      default: 0.5,
      min: 0,
      max: 1,
      help: "rows of a suspect class that carry more than this of its trigger are flagged",
    },
  },
  effort: "full",
  subject: "row",
  flags: true,
  targets: ["classes"],
  refuses: ({ learner, sharing }) =>
    learner.learnsFeatures === true && sharing === "pooled"
      ? null
      : "it looks for triggers through the slopes of a network: it needs mlp or encoder-head, and one model for all tasks",
  async score(data, { params, rng, fit, signal, progress }) {
    const model = networkOf("trigger-inversion", await fit(data));
    const triggers = classTriggers(model, data, params, { rng: rng.fork("triggers"), signal, progress });
    const byLabel = new Map(triggers.map((trigger) => [trigger.label, trigger]));
    const values = new Float64Array(data.y.length);
    const flagged = new Uint8Array(data.y.length);
    for (const trigger of triggers) {
      const carriedBy = shareCarried(data, trigger);
      data.y.forEach((label, i) => {
        if (label !== trigger.label) return;
        const share = carriedBy(i);
        values[i] = Math.max(0, trigger.index) * share;
        if (trigger.isSuspect && share > params.carried) flagged[i] = 1;
      });
    }
    const words = (trigger: ClassTrigger): string => findingOf(trigger, data);
    return {
      values,
      flagged,
      findings: triggers.filter(({ isSuspect }) => isSuspect).map(words),
      reason(row) {
        const trigger = byLabel.get(data.y[row]);
        return flagged[row] === 1 && trigger !== undefined ? `carries what turns rows into its label: ${words(trigger)}` : null;
      },
    };
  },
};

function shareCarried({ x }: Dataset, { mask, pattern, width }: ClassTrigger): (row: number) => number {
  const row = new Float64Array(x.cols);
  const all = mask.reduce((sum, m, j) => sum + m * width[j], 0);
  return (i) => {
    row.fill(0);
    addScaledRowInto(row, x, i, 1);
    let missing = 0;
    for (let j = 0; j < row.length; j++) missing += mask[j] * Math.abs(row[j] - pattern[j]);
    return all > 0 ? Math.max(0, 1 - missing / all) : 0;
  };
}

function findingOf(trigger: ClassTrigger, { features, target }: Dataset): string {
  const cells = cellsOf(trigger);
  const { pattern, low, width } = trigger;
  const shown = cells.slice(0, named).map((j) => `${features.names[j]} ${pattern[j] > low[j] + width[j] / 2 ? "high" : "low"}`);
  const more = cells.length > named ? ` and ${cells.length - named} more` : "";
  const label = target.kind === "classes" ? target.names[trigger.label] : "";
  const size = `${trigger.size.toFixed(1)} cells do where the median class needs ${trigger.usualSize.toFixed(1)}`;
  return `any row becomes "${label}" with ${shown.join(", ") || "a faint change all over"}${more} (${size}, anomaly index ${trigger.index.toFixed(1)})`;
}
