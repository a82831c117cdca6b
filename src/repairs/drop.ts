import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { highest } from "../numeric/orders/ranks.ts";
import { positionsWhere, selectExamples } from "../core/dataset.ts";
import type { CleaningRepair } from "../core/repair.ts";

interface DropParams {
  fraction: number;
}

export const drop: CleaningRepair<DropParams> = {
  kind: "repair",
  stage: "clean",
  id: "drop",
  title: "Drop the most suspicious",
  summary:
    "Leaves out the share of training rows that a detector ranks highest; what that costs on clean data stands beside what it wins back.",
  source: { cite: "the sanitization scheme of Cretu et al. 2008, Casting out Demons, IEEE S&P", url: "https://doi.org/10.1109/SP.2008.11" },
  params: {
    fraction: { type: "number", default: 0.05, min: 0, max: 0.5, help: "share of the training rows that is left out" },
  },
  targets: ["classes", "real"],
  async repair(data, scores, { params }) {
    const dropped = new Uint8Array(data.y.length);
    for (const i of highest(scores, Math.floor(params.fraction * data.y.length))) dropped[i] = 1;
    keepClasses(dropped, data.y, data.target.kind === "classes" ? data.target.names.length : 0);
    return selectExamples(
      data,
      positionsWhere(data.y.length, (i) => dropped[i] === 0),
    );
  },
};
