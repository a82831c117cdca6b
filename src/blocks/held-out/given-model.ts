import type { Dataset } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";

/** No chance is taken to be smaller, so that a loss is a number. */
const leastChance = 1e-12;

/**
 * A model that answers each row as somebody else's model did that was not trained on it, whatever it is said to be trained on. Of two classes its score is the log-odds of the second.
 *
 * @param chances of each class by the row of the table, summing to 1. Shape: [rows of the table, classes]
 */
export function givenModel(chances: Float64Array, classes: number): Model {
  const isBinary = classes === 2;
  const probabilities = ({ row }: Dataset): Float64Array => {
    const out = new Float64Array(row.length * classes);
    for (let i = 0; i < row.length; i++) out.set(chances.subarray(row[i] * classes, (row[i] + 1) * classes), i * classes);
    return out;
  };
  const logOf = (chance: number): number => Math.log(Math.max(leastChance, chance));
  return {
    outputs: isBinary ? 1 : classes,
    probabilities,
    scores(data) {
      const own = probabilities(data);
      if (!isBinary) return own.map(logOf);
      return Float64Array.from({ length: data.row.length }, (_, i) => logOf(own[2 * i + 1]) - logOf(own[2 * i]));
    },
    losses: ({ row, y }) => Float64Array.from(row, (at, i) => -logOf(chances[at * classes + y[i]])),
    parameters: null,
  };
}
