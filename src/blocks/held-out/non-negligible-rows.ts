import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import { highest } from "../../numeric/orders/ranks.ts";

/**
 * Rows to judge training rows by where nobody can vouch for any: those that the model, which never saw them, predicts best. At an optimum the mean loss
 * of rows that hold the same share of poison as the training rows do has no slope towards cleaner training, so what surprises the model most must go first.
 *
 * @param left share of the rows that is left out, in [0, 1)
 */
export function nonNegligibleRows(rows: Dataset, model: Model, left: number): Dataset {
  const count = Math.min(Math.round(left * rows.y.length), rows.y.length - 1);
  if (count <= 0) return rows;
  const isOut = new Uint8Array(rows.y.length);
  for (const i of highest(model.losses(rows), count)) isOut[i] = 1;
  return selectExamples(
    rows,
    positionsWhere(isOut.length, (i) => isOut[i] === 0),
  );
}
