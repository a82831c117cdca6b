import { isMtrlModel } from "../../blocks/mtrl/model.ts";
import { taskEvidence } from "../../blocks/mtrl/task-evidence.ts";
import { UsageError } from "../../core/errors.ts";
import type { Detector } from "../../core/detector.ts";

/**
 * One training. A score is in robust standard deviations from the median task; above 4 a task stands out. What the relatives say does the work, with or
 * without a trusted relation: on Landmine (29 tasks, five with 30 % optimised rows) attacked tasks have an AUC of 0.999 or more, and 0.15 clean tasks stand
 * out in a run. Lost ties rank as well there, but not where labels are merely flipped (0.76). How far a task turns the others, and how their relations
 * change without it, cost a training for each task and are left out: `node bench/task-contrast.mjs --turn`.
 */
export const taskContrast: Detector = {
  kind: "detector",
  id: "task-contrast",
  title: "Contrast between a task and its relatives",
  summary:
    "How far the rows of a task contradict what its related tasks say, and, against a trusted earlier relation, how many ties it lost.",
  source: {
    cite: "the lead of Zhao, An, Yu, Liu & Pan 2018, AAAI, that attacked tasks show in the learned relation; the scores are Theriac's",
    url: "https://doi.org/10.1609/aaai.v32i1.11838",
  },
  params: {},
  subject: "task",
  targets: ["classes", "real"],
  refuses: ({ learner, sharing }) =>
    learner.relation !== undefined && sharing === "pooled"
      ? null
      : "it compares related tasks: it needs the learner mtrl and one model for all tasks",
  async score(data, { fit, trusted }) {
    const model = await fit(data);
    if (!isMtrlModel(model)) throw new UsageError("task-contrast needs a model that knows how its tasks are related: the learner mtrl");
    return { values: taskEvidence(model, data, trusted?.relation ?? null).score };
  },
};
