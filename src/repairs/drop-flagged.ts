import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { positionsWhere, selectExamples } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import type { CleaningRepair } from "../core/repair.ts";

/** Differs from the paper in whose cut it is: there always that of activation clustering, here that of the detector beside it. */
export const dropFlagged: CleaningRepair<Record<string, never>> = {
  kind: "repair",
  stage: "clean",
  id: "drop-flagged",
  title: "Drop what a detector flags",
  summary: "Leaves out exactly the rows that a detector's own rule flags, be they none or many, and trains without them.",
  source: {
    cite: "removal and retraining: Chen et al. 2018, Detecting Backdoor Attacks on Deep Neural Networks by Activation Clustering, SafeAI, section 5",
    url: "https://arxiv.org/abs/1811.03728",
  },
  params: {},
  effort: "standard",
  targets: ["classes", "real"],
  needsFlags: true,
  repair(data, _scores, { flagged }) {
    if (!flagged) throw new UsageError("drop-flagged goes by what a detector flags, and this one only ranks: name another");
    const dropped = flagged.slice();
    keepClasses(dropped, data.y, data.target.kind === "classes" ? data.target.names.length : 0);
    return Promise.resolve(
      selectExamples(
        data,
        positionsWhere(data.y.length, (i) => dropped[i] === 0),
      ),
    );
  },
};
