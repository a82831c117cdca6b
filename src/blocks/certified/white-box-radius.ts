import { type CertifiedAnswers, firstLargest } from "./certified-answers.ts";

export interface WhiteBoxInput {
  /** Class indices; −1 = no vote. Shape: [rows, models]. */
  readonly choices: Int32Array;
  /** A lower bound on the flips in a model's own partition after which it chooses a class; not read for the class that it chooses. Shape: [rows, models, classes]. */
  readonly costs: Float64Array;
}

/**
 * The plurality of models on disjoint partitions whose own flip costs are known, and how many labels may be flipped without changing it. For a rival c, a model that votes A offers 1 towards the gap
 * n_A − n_c + [c > A] at its cheapest flip and 2 at its cost of c; one that votes neither offers 1 at its cost of c; the least total cost is a knapsack over the models. With costs of one
 * it is `pluralityRadii`, and never below it. Ties to the smaller class. Time: classes × models × gap for each row.
 */
export function whiteBoxRadii({ choices, costs }: WhiteBoxInput, models: number, classes: number): CertifiedAnswers {
  const rows = choices.length / models;
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows);
  const votes = new Int32Array(classes);
  // The least cost of each model's cheapest flip, and of gaining 0 … gap together.
  const cheapest = new Float64Array(models);
  const least = new Float64Array(models + 2);
  for (let i = 0; i < rows; i++) {
    votes.fill(0);
    for (let m = 0; m < models; m++) if (choices[i * models + m] >= 0) votes[choices[i * models + m]]++;
    const answer = firstLargest(votes, 0, classes);
    for (let m = 0; m < models; m++) {
      cheapest[m] = Infinity;
      const at = (i * models + m) * classes;
      for (let c = 0; c < classes; c++) if (c !== choices[i * models + m]) cheapest[m] = Math.min(cheapest[m], costs[at + c]);
    }
    let best = Infinity;
    for (let rival = 0; rival < classes; rival++) {
      if (rival === answer) continue;
      const gap = votes[answer] - votes[rival] + (rival > answer ? 1 : 0);
      best = Math.min(best, Math.max(1, costOfGap(i, answer, rival, gap, best)));
    }
    answers[i] = answer;
    radii[i] = best - 1;
  }
  return { answers, radii };

  function costOfGap(row: number, answer: number, rival: number, gap: number, known: number): number {
    const at = row * models;
    let rate = Infinity;
    for (let m = 0; m < models; m++) {
      const choice = choices[at + m];
      const cost = costs[(at + m) * classes + rival];
      if (choice !== rival) rate = Math.min(rate, choice === answer ? Math.min(cheapest[m], cost / 2) : cost);
    }
    if (gap * rate >= known) return known;
    least.fill(Infinity, 1, gap + 1);
    least[0] = 0;
    let reached = 0;
    for (let m = 0; m < models; m++) {
      const choice = choices[at + m];
      if (choice === rival) continue;
      const cost = costs[(at + m) * classes + rival];
      const isOwn = choice === answer;
      const single = isOwn ? cheapest[m] : cost;
      reached = Math.min(gap, reached + (isOwn ? 2 : 1));
      for (let j = reached; j > 0; j--) {
        let value = Math.min(least[j], least[j - 1] + single);
        if (isOwn) value = Math.min(value, (j > 1 ? least[j - 2] : 0) + cost);
        least[j] = value;
      }
    }
    return least[gap];
  }
}
