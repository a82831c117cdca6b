import { type MtrlModel, relatedModel } from "../blocks/mtrl/model.ts";
import { medianOf } from "../numeric/statistics/robust-spread.ts";
import { relativesTheta, standsOutAbove, taskEvidence } from "../blocks/mtrl/task-evidence.ts";
import { relationCorrelations } from "../blocks/mtrl/task-relation.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import type { FittingRepair } from "../core/repair.ts";

interface CutTiesParams {
  above: number;
  suspects: "relatives" | "apart";
  kept: number;
}

type Fit = (data: Dataset, start?: Model | null) => Promise<Model>;

export const cutTies: FittingRepair<CutTiesParams> = {
  kind: "repair",
  stage: "fit",
  id: "cut-ties",
  title: "Cut the ties to suspect tasks",
  summary:
    "Trains the tasks together, and again without those whose rows contradict their relatives, so that nothing these hold reaches the others.",
  source: {
    cite: "the remedy that task-contrast suggests; leaving the attacked tasks out of the joint training restores most of the gain of sharing",
    url: null,
  },
  params: {
    above: {
      type: "number",
      default: standsOutAbove,
      min: 0,
      max: 1000,
      help: "tasks whose task-contrast score is above this are suspects",
    },
    suspects: {
      type: "choice",
      default: "relatives",
      options: ["relatives", "apart"],
      help: "what a suspect is predicted with: what its relatives say, with none of its own rows, or its own rows alone",
    },
    kept: {
      type: "number",
      default: 0,
      min: 0,
      max: 1,
      help: "0 cuts the ties; otherwise the parameters lie this share of the way back to those of the joint training",
    },
  },
  targets: ["classes", "real"],
  refuses: ({ learner, sharing }) =>
    learner.relation !== undefined && sharing === "pooled"
      ? null
      : "it cuts ties between tasks: it needs the learner mtrl and one model for all tasks",
  async repair(data, { params, fit }) {
    const joint = relatedModel(await fit(data), "cut-ties");
    const { score } = taskEvidence(joint, data, null);
    const isSuspect = Uint8Array.from(score, (value) => Number(value > params.above));
    if (!isSuspect.includes(1)) return joint;
    const without = relatedModel(await fit(rowsOf(data, (task) => isSuspect[task] === 0)), "cut-ties");
    const theta = params.suspects === "apart" ? await apart(data, without, isSuspect, fit) : fromRelatives(data, joint, without, isSuspect);
    return without.withParameters(theta.map((value, j) => value + params.kept * (joint.parameters.theta[j] - value)));
  },
};

function rowsOf(data: Dataset, isWanted: (task: number) => boolean): Dataset {
  return selectExamples(
    data,
    positionsWhere(data.y.length, (i) => isWanted(data.task[i])),
  );
}

/** Each suspect trained on its own rows and nothing else. */
async function apart(data: Dataset, without: MtrlModel, isSuspect: Uint8Array, fit: Fit): Promise<Float64Array> {
  const theta = without.parameters.theta.slice();
  const size = theta.length / isSuspect.length;
  for (let task = 0; task < isSuspect.length; task++) {
    if (isSuspect[task] === 0) continue;
    const alone = relatedModel(await fit(rowsOf(data, (other) => other === task)), "cut-ties");
    theta.set(alone.parameters.theta.subarray(task * size, (task + 1) * size), task * size);
  }
  return theta;
}

/**
 * Each suspect as its unsuspected relatives have it, by the ties that the joint training found. A free bias is theirs for classes; for a number it is the
 * median of what the suspect's labels have beyond their weights, which few rows cannot move.
 */
function fromRelatives(data: Dataset, joint: MtrlModel, without: MtrlModel, isSuspect: Uint8Array): Float64Array {
  const tasks = isSuspect.length;
  const ties = relationCorrelations(joint.relation, tasks, () => true).map((tie, p) => (isSuspect[p % tasks] === 1 ? NaN : tie));
  const said = relativesTheta(without, ties, "theirs");
  const theta = without.parameters.theta.slice();
  const size = theta.length / tasks;
  for (let task = 0; task < tasks; task++) if (isSuspect[task] === 1) theta.set(said.subarray(task * size, (task + 1) * size), task * size);
  if (data.target.kind === "classes" || without.settings.bias === "regularised") return theta;
  const scores = without.withParameters(theta).scores(data);
  for (let task = 0; task < tasks; task++) {
    if (isSuspect[task] === 0) continue;
    const rows = positionsWhere(data.y.length, (i) => data.task[i] === task);
    theta[(task + 1) * size - 1] += medianOf(Float64Array.from(rows, (i) => data.y[i] - scores[i]));
  }
  return theta;
}
