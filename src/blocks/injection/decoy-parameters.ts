import { type Dataset, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { stackRows } from "../../numeric/matrices/matrix.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { joinFloats, joinIntegers } from "./injected-rows.ts";

/**
 * Where an attacker would like training to end (Koh, Steinhardt & Liang 2018, section 4.1): a model of the clean rows of two classes and, with the other
 * label, `copies` of each of the `share` of them whose loss is then highest.
 */
export function decoyParameters(
  clean: Dataset,
  model: Model,
  { share, copies }: { readonly share: number; readonly copies: number },
  fit: (data: Dataset, start: Model | null) => Promise<Model>,
): Promise<Model> {
  const flipped = { ...clean, y: clean.y.map((y) => 1 - y) };
  const losses = model.losses(flipped);
  const wrong = selectExamples(flipped, highest(losses, Math.max(1, Math.round(share * clean.y.length))));
  const weight = joinFloats(new Float64Array(clean.y.length).fill(1), new Float64Array(wrong.y.length).fill(copies));
  const data: Dataset = {
    ...clean,
    x: stackRows(clean.x, wrong.x),
    y: joinFloats(clean.y, wrong.y),
    weight,
    task: joinIntegers(clean.task, wrong.task),
    source: joinIntegers(clean.source, wrong.source),
    row: joinIntegers(clean.row, wrong.row),
  };
  return fit(data, model);
}
