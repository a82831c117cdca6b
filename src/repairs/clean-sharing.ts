import { cleanedSharing } from "../blocks/mtrl/cleaned-sharing.ts";
import { fitAlone } from "../blocks/mtrl/fit-alone.ts";
import { relatedModel } from "../blocks/mtrl/model.ts";
import { needsRelation, protectedGroups, protectsParam } from "../blocks/mtrl/protected-tasks.ts";
import { seenShare, trustedRatio } from "../blocks/mtrl/sharing-gate.ts";
import { meanStep, sharingWeights } from "../blocks/mtrl/sharing-weights.ts";
import { rowsOfTask } from "../blocks/mtrl/task-flips.ts";
import { agreeingRows, trimmedParam, trimmingDecay } from "../blocks/mtrl/task-lts.ts";
import { selectExamples } from "../core/dataset.ts";
import type { FittingRepair } from "../core/repair.ts";

interface CleanSharingParams {
  protects: string;
  trimmed: number;
}

const id = "clean-sharing";

/**
 * Where a task has fewer rows than features, nothing in the data can tell honest sharing from poison that was computed on these rows, so what this repair
 * wins back is measured and not guaranteed (docs/tasks.md). Costs a training and, for each task in its turn or once for those named, one more and five that
 * start near it; trimming takes 40 small fits a task.
 */
export const cleanSharing: FittingRepair<CleanSharingParams> = {
  kind: "repair",
  stage: "fit",
  id,
  title: "Sharing that has to prove itself",
  summary:
    "Leaves out the rows of each task that agree least with the rest of it, and moves a task towards what the others make of it only as far as its own held-out rows pay for the whole move.",
  source: {
    cite: "least trimmed squares: Rousseeuw 1984, JASA 79; exponential weights: Dalalyan & Tsybakov 2008, Machine Learning 72; the gate and the full price are Theriac's",
    url: "https://doi.org/10.1007/s10994-008-5051-0",
  },
  params: { protects: protectsParam, trimmed: trimmedParam },
  targets: ["classes", "real"],
  refuses: needsRelation,
  async repair(data, { params, fit, rng, signal, progress }) {
    const joint = relatedModel(await fit(data), id);
    const groups = protectedGroups(data, params.protects, id);
    const { bias } = joint.settings;
    const isKept = agreeingRows(data, { trimmed: params.trimmed, weightDecay: trimmingDecay, bias, rng: rng.fork("trim"), signal });
    const theta = joint.parameters.theta.slice();
    const size = data.x.cols + 1;
    for (const [g, group] of groups.entries()) {
      const own = rng.fork("group").fork(group[0]);
      const { shared, alone, evidence } = await cleanedSharing({ data, group, isKept, joint, fit, owner: id }, { rng: own, signal });
      const together = shared.parameters.theta;
      if (params.protects !== "") theta.set(together);
      const step = seenShare(evidence) < trustedRatio ? 0 : meanStep(sharingWeights(evidence));
      for (const [k, task] of group.entries()) {
        const single = fitAlone(selectExamples(data, rowsOfTask(data, task)), alone[k]);
        for (let j = 0, p = task * size; j < size; j++, p++) theta[p] = single[j] + step * (together[p] - single[j]);
      }
      progress?.((g + 1) / groups.length);
    }
    return joint.withParameters(theta);
  },
};
