import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";
import { makePartCounter } from "./fewest-parts.ts";
import type { PluralityOptions } from "./plurality-radius.ts";

export interface SharedParts {
  readonly models: number;
  readonly classes: number;
  /** Part h of the rows goes to the models (h + shift) mod `models`; drawn without the data. Distinct, in [0, models). */
  readonly shifts: Int32Array;
}

/**
 * The plurality of models that share parts of the rows, and how many parts may be touched without changing it (Wang et al. 2022, Improved Certified Defenses against
 * Data Poisoning with (Deterministic) Finite Aggregation, ICML): for each rival c the fewest parts with Σ over their models of 1 + [votes A] − [votes c] ≥ n_A − n_c + [c > A]. A model
 * touched twice counts twice, so that this is a lower bound; no enumeration at small sizes showed a difference. Ties to the smaller class.
 * Shapes: choices [rows, models] class indices, −1 = no vote.
 */
export function finiteAggregationRadii(
  choices: Int32Array,
  { models, classes, shifts }: SharedParts,
  { unseenClass = false }: PluralityOptions = {},
): CertifiedAnswers {
  const rows = choices.length / models;
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows);
  const votes = new Int32Array(classes);
  const weights = new Int32Array(models);
  const fewestParts = makePartCounter(models, shifts, 2);
  for (let i = 0; i < rows; i++) {
    const at = i * models;
    votes.fill(0);
    for (let m = 0; m < models; m++) if (choices[at + m] >= 0) votes[choices[at + m]]++;
    const answer = firstLargest(votes, 0, classes);
    let least = Infinity;
    for (let rival = unseenClass ? -1 : 0; rival < classes; rival++) {
      if (rival === answer) continue;
      const gap = votes[answer] - (rival < 0 ? 0 : votes[rival]) + (rival > answer ? 1 : 0);
      if (Math.ceil(gap / (2 * shifts.length)) >= least) continue;
      for (let m = 0; m < models; m++) {
        const choice = choices[at + m];
        weights[m] = choice === answer ? 2 : choice === rival && rival >= 0 ? 0 : 1;
      }
      // An answer without votes has a gap of 0 to start from, and still takes one part to change.
      least = Math.min(least, Math.max(1, fewestParts(weights, gap)));
    }
    answers[i] = answer;
    radii[i] = least - 1;
  }
  return { answers, radii };
}
