import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";

export interface PluralityOptions {
  /** The attacker may bring in a class that nobody votes for yet, and it may stand first in the order of classes. */
  readonly unseenClass?: boolean;
}

/**
 * The plurality of votes, ties to the smaller class, and how many voters may turn to any class without changing it:
 * min over c ≠ A of ⌊(n_A − n_c − [c < A]) / 2⌋. Exact for voters that may turn at will. Where each row reaches one voter only, by a hash of itself, the unit is rows inserted
 * or deleted (Levine & Feizi 2021, Deep Partition Aggregation, ICLR, Theorem 1); where the hash leaves the label out, flipped labels too (SS-DPA, ibid.).
 * Shapes: votes [rows, classes] counts.
 */
export function pluralityRadii(votes: Int32Array, classes: number, { unseenClass = false }: PluralityOptions = {}): CertifiedAnswers {
  const rows = votes.length / classes;
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    const answer = firstLargest(votes, at, classes);
    const own = votes[at + answer];
    let gap = unseenClass ? own - 1 : Infinity;
    for (let c = 0; c < classes; c++) if (c !== answer) gap = Math.min(gap, own - votes[at + c] - (c < answer ? 1 : 0));
    answers[i] = answer;
    radii[i] = Math.max(0, Math.floor(gap / 2));
  }
  return { answers, radii };
}

/** How many voters choose each class; −1 = no vote. Shapes: choices [rows, voters], result [rows, classes]. */
export function countVotes(choices: Int32Array, voters: number, classes: number): Int32Array {
  const rows = choices.length / voters;
  const votes = new Int32Array(rows * classes);
  for (let i = 0; i < rows; i++) for (let m = i * voters; m < (i + 1) * voters; m++) if (choices[m] >= 0) votes[i * classes + choices[m]]++;
  return votes;
}
