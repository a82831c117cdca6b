import { cleanedSharing } from "../blocks/mtrl/cleaned-sharing.ts";
import { aloneSettings, fitAlone } from "../blocks/mtrl/fit-alone.ts";
import { freshWeights } from "../blocks/mtrl/fresh-weights.ts";
import { relatedModel } from "../blocks/mtrl/model.ts";
import { needsRelation, protectedGroups, protectsParam } from "../blocks/mtrl/protected-tasks.ts";
import { seenShare, trustedRatio } from "../blocks/mtrl/sharing-gate.ts";
import { rowsOfTask } from "../blocks/mtrl/task-flips.ts";
import { agreeingRows, trimmedParam, trimmingDecay } from "../blocks/mtrl/task-lts.ts";
import { joinRows, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { FittingRepair } from "../core/repair.ts";

interface FreshRowsParams {
  protects: string;
  trimmed: number;
}

const id = "fresh-rows";

/**
 * The verified rows join the training, and they alone judge, a fifth left out at a time: rows that an attacker may have seen never do, since he can leave the
 * answers there as they are. Where the gate of clean-sharing closes, or a task has no verified row, it stays alone. Costs two trainings and, for each task in
 * its turn or once for those named, two more and fifteen that start near one of them.
 */
export const freshRows: FittingRepair<FreshRowsParams> = {
  kind: "repair",
  stage: "fit",
  id,
  title: "Fresh rows decide on sharing",
  summary:
    "Lets a few verified rows of each task decide, left out in turn, between learning it alone, with all tasks, and with all tasks but for the rows that agree least with the rest of theirs.",
  source: {
    cite: "exponential weights of a few predictors by held-out loss: Dalalyan & Tsybakov 2008, Machine Learning 72; least trimmed squares: Rousseeuw 1984, JASA 79",
    url: "https://doi.org/10.1007/s10994-008-5051-0",
  },
  params: { protects: protectsParam, trimmed: trimmedParam },
  targets: ["classes", "real"],
  needsTrusted: true,
  refuses: needsRelation,
  async repair(data, { params, fit, rng, signal, progress, trusted }) {
    const all = trusted === null || trusted === undefined ? data : joinRows(data, trusted);
    const isFresh = (row: number): boolean => row >= data.y.length;
    const joint = relatedModel(await fit(all), id);
    const groups = protectedGroups(data, params.protects, id);
    const { bias } = joint.settings;
    const isKept = agreeingRows(data, { trimmed: params.trimmed, weightDecay: trimmingDecay, bias, rng: rng.fork("trim"), signal });
    const theta = joint.parameters.theta.slice();
    const size = all.x.cols + 1;
    for (const [g, group] of groups.entries()) {
      const own = rng.fork("group").fork(group[0]);
      const { evidence } = await cleanedSharing({ data, group, isKept, joint, fit, owner: id }, { rng: own, signal });
      const keeps = Uint8Array.from(all.y, (_, i) => Number(isFresh(i) || isKept[i] === 1 || group.includes(all.task[i])));
      const rows = selectExamples(
        all,
        positionsWhere(keeps.length, (i) => keeps[i] === 1),
      );
      const cleaned = relatedModel(await fit(rows, joint), id);
      if (params.protects !== "") theta.set(cleaned.parameters.theta);
      const alone = await aloneSettings(all, group, bias, { rng: own, signal });
      const weights =
        seenShare(evidence) < trustedRatio
          ? Float64Array.of(1, 0, 0)
          : await freshWeights({ all, group, alone, keeps, isFresh, joint, cleaned, fit }, { rng: own.fork("judge"), signal });
      for (const [k, task] of group.entries()) {
        const single = fitAlone(selectExamples(all, rowsOfTask(all, task)), alone[k]);
        for (let j = 0, p = task * size; j < size; j++, p++)
          theta[p] = weights[0] * single[j] + weights[1] * joint.parameters.theta[p] + weights[2] * cleaned.parameters.theta[p];
      }
      progress?.((g + 1) / groups.length);
    }
    return joint.withParameters(theta);
  },
};
