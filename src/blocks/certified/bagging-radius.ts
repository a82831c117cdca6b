import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";
import { makeShareBounds } from "./share-bounds.ts";

export type BaggingAttack = "insert" | "delete" | "change";

export interface BaggingOptions {
  /** Whose votes are counted; those that do not vote count too. */
  readonly models: number;
  readonly trainRows: number;
  /** Rows that each model is trained on, drawn with replacement. */
  readonly draws: number;
  readonly attack: BaggingAttack;
  /** The chance that any radius of the batch is claimed wrongly. */
  readonly risk: number;
}

/**
 * Bagging (Jia et al. 2021, Intrinsic Certified Robustness of Bagging against Data Poisoning Attacks, AAAI): the votes of models, each on `draws` rows drawn with replacement, and how many rows may be
 * inserted, deleted, or changed in any way (inserted, deleted and replaced together) without changing what the vote of infinitely many such models is. From the votes come a lower bound of Clopper and Pearson
 * on the share of the answer and upper ones on the others, whose risk is shared by all rows, classes and sides (Bonferroni; the paper
 * does not count sides, but which side is read rests on the votes); the draws must be secret until the data are fixed. −1 = abstains.
 * Shapes: votes [rows, classes] counts.
 */
export function baggingRadii(votes: Int32Array, classes: number, { risk, models, ...options }: BaggingOptions): CertifiedAnswers {
  const rows = votes.length / classes;
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows).fill(Infinity);
  const radiusOfLead = makeBaggingRadius(options);
  const boundsOf = makeShareBounds(models, risk / (2 * rows * classes));
  for (let i = 0; i < rows; i++) {
    const at = i * classes;
    const answer = firstLargest(votes, at, classes);
    answers[i] = answer;
    if (classes === 1) continue;
    const own = boundsOf(votes[at + answer]).low;
    let rival = 0;
    for (let c = 0; c < classes; c++) if (c !== answer) rival = Math.max(rival, boundsOf(votes[at + c]).high);
    radii[i] = radiusOfLead(own - Math.min(rival, 1 - own));
  }
  return { answers, radii };
}

/**
 * The largest radius that a lead p_A − p_B of the ideal vote outlasts; −1 for none. With n rows before and n' after of which `common` stayed, a draw of all s rows among those has a chance of
 * (common / n)^s and (common / n')^s, and the lead must exceed 1 + (n' / n)^s − 2 (common / n)^s: for insertions (1 + r / n)^s − 1, for deletions 1 − (1 − r / n)^s, and for any change
 * the most over n' = n … n + r with common = n' − r, as it only grows towards n from below.
 */
export function makeBaggingRadius({ trainRows, draws, attack }: Omit<BaggingOptions, "models" | "risk">): (lead: number) => number {
  const needs = new Map<number, number>();

  function needOf(radius: number): number {
    let need = needs.get(radius);
    if (need !== undefined) return need;
    if (attack === "insert") need = (1 + radius / trainRows) ** draws - 1;
    else if (attack === "delete") need = 1 - Math.max(0, 1 - radius / trainRows) ** draws;
    else {
      need = 0;
      for (let after = trainRows; after <= trainRows + radius; after++)
        need = Math.max(need, 1 + (after / trainRows) ** draws - 2 * (Math.max(0, after - radius) / trainRows) ** draws);
    }
    needs.set(radius, need);
    return need;
  }

  return (lead) => {
    // Equal but for rounding is not more.
    const safe = lead - 1e-12;
    if (!(safe > 0)) return -1;
    let low = 0;
    let high = 1;
    while (safe > needOf(high)) {
      low = high;
      high *= 2;
    }
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (safe > needOf(middle)) low = middle;
      else high = middle;
    }
    return low;
  };
}
