import { autoFraction, fitRoughly, fractionOf } from "../blocks/held-out/auto-fraction.ts";
import { type Dataset, gatherFloats } from "../core/dataset.ts";
import { orderBy } from "../numeric/orders/ranks.ts";
import type { CleaningRepair } from "../core/repair.ts";

interface ReweightParams {
  fraction: number | "auto";
  least: number;
}

export const reweight: CleaningRepair<ReweightParams> = {
  kind: "repair",
  stage: "clean",
  givesWeights: true,
  id: "reweight",
  title: "Down-weight the suspicious",
  summary: "Lets the most suspicious rows count less, the less the higher they rank; an innocent row is not lost whole.",
  source: {
    cite: "the soft form of sanitization: Cretu et al. 2008, Casting out Demons, IEEE S&P",
    url: "https://doi.org/10.1109/SP.2008.11",
  },
  params: {
    fraction: autoFraction("share of the training rows that counts less", 1),
    least: { type: "number", default: 0, min: 0, max: 1, help: "weight of the most suspicious row; it rises evenly to 1" },
  },
  effort: "standard",
  targets: ["classes", "real"],
  async repair(data, scores, context) {
    const { least } = context.params;
    const fit = fitRoughly(context);
    const fraction = await fractionOf(data, context, (part, rows, share, before) =>
      fit(reweighted(part, gatherFloats(scores, rows), share, least), before),
    );
    return reweighted(data, scores, fraction, least);
  },
};

function reweighted(data: Dataset, scores: Float64Array, fraction: number, least: number): Dataset {
  const weight = data.weight?.slice() ?? new Float64Array(data.y.length).fill(1);
  const count = Math.floor(fraction * weight.length);
  const order = orderBy(scores).reverse();
  for (let rank = 0; rank < count; rank++) weight[order[rank]] *= least + (1 - least) * ((rank + 0.5) / count);
  return { ...data, weight };
}
