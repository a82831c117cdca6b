import { autoFraction, fitRoughly, fractionOf } from "../blocks/held-out/auto-fraction.ts";
import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { type Dataset, gatherFloats, positionsWhere, selectExamples } from "../core/dataset.ts";
import { type Model, predict } from "../core/learner.ts";
import type { CleaningRepair } from "../core/repair.ts";
import { highest } from "../numeric/orders/ranks.ts";

interface RelabelParams {
  fraction: number | "auto";
}

export const relabel: CleaningRepair<RelabelParams> = {
  kind: "repair",
  stage: "clean",
  id: "relabel",
  title: "Relabel the most suspicious",
  summary: "Gives the most suspicious rows the label that a model trained without them predicts.",
  source: {
    cite: "label sanitization: Paudice, Muñoz-González & Lupu 2018, Label Sanitization against Label Flipping Poisoning Attacks, Nemesis",
    url: "https://arxiv.org/abs/1803.00992",
  },
  params: { fraction: autoFraction("share of the training rows that is looked at") },
  effort: "standard",
  targets: ["classes", "real"],
  async repair(data, scores, context) {
    const rough = fitRoughly(context);
    const fraction = await fractionOf(data, context, async (part, rows, share, before) =>
      rough(await relabelled(part, gatherFloats(scores, rows), share, rough, before), before),
    );
    return relabelled(data, scores, fraction, context.fit);
  },
};

async function relabelled(
  data: Dataset,
  scores: Float64Array,
  fraction: number,
  fit: (data: Dataset, start?: Model | null) => Promise<Model>,
  start: Model | null = null,
): Promise<Dataset> {
  const suspect = new Uint8Array(data.y.length);
  for (const i of highest(scores, Math.floor(fraction * data.y.length))) suspect[i] = 1;
  keepClasses(suspect, data.y, data.target.kind === "classes" ? data.target.names.length : 0);
  const rows = positionsWhere(suspect.length, (i) => suspect[i] === 1);
  if (rows.length === 0) return data;
  const kept = positionsWhere(suspect.length, (i) => suspect[i] === 0);
  const model = await fit(selectExamples(data, kept), start);
  const y = data.y.slice();
  predict(model, selectExamples(data, rows)).forEach((label, p) => (y[rows[p]] = label));
  return { ...data, y };
}
