import { autoFraction, fitRoughly, fractionOf } from "../blocks/held-out/auto-fraction.ts";
import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { highest } from "../numeric/orders/ranks.ts";
import { type Dataset, gatherFloats, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { CleaningRepair } from "../core/repair.ts";

interface DropParams {
  fraction: number | "auto";
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
    fraction: autoFraction("share of the training rows that is left out"),
  },
  targets: ["classes", "real"],
  async repair(data, scores, context) {
    const fit = fitRoughly(context);
    const fraction = await fractionOf(data, context, (part, rows, share, before) =>
      fit(without(part, gatherFloats(scores, rows), share), before),
    );
    return without(data, scores, fraction);
  },
};

function without(data: Dataset, scores: Float64Array, fraction: number): Dataset {
  const dropped = new Uint8Array(data.y.length);
  for (const i of highest(scores, Math.floor(fraction * data.y.length))) dropped[i] = 1;
  keepClasses(dropped, data.y, data.target.kind === "classes" ? data.target.names.length : 0);
  return selectExamples(
    data,
    positionsWhere(data.y.length, (i) => dropped[i] === 0),
  );
}
