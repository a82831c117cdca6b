import type { CertifiedAnswers } from "./certified-answers.ts";
import { makePartCounter } from "./fewest-parts.ts";
import type { SharedParts } from "./finite-aggregation-radius.ts";
import { type RunOffOptions, gapOf, makeBallot } from "./run-off-radius.ts";

/**
 * Run-Off Election among models that share parts of the rows, and how many parts may be touched (Rezaei et al. 2023, FA+ROE): the two ways of `runOffRadii`, each need counted in the parts that weigh
 * most, as in `finiteAggregationRadii`. Two rivals pass A: the harder of both needs and of the need of g(A, c₁) + g(A, c₂) with weights 1 + 2 [A first] − [c₁ first] − [c₂ first].
 * One does, c: the harder of g(S, c) against the loser S of the run-off, weights 1 + [S first] − [c first], and of 2 #(A over c) − models + [c > A], weights 2 [A over c].
 * A lower bound. Shapes: scores [rows, models, classes].
 */
export function finiteRunOffRadii(
  scores: Float64Array | Float32Array,
  { models, classes, shifts, ties = "smaller" }: SharedParts & Pick<RunOffOptions, "ties">,
): CertifiedAnswers {
  const rows = scores.length / (models * classes);
  const answers = new Int32Array(rows);
  const radii = new Float64Array(rows);
  const ballot = makeBallot(scores, models, classes, ties);
  const { votes, first } = ballot;
  const fewestParts = makePartCounter(models, shifts, 3);
  const weights = new Int32Array(models);
  const passes = new Float64Array(classes);
  for (let i = 0; i < rows; i++) {
    const { winner, loser } = ballot.count(i);
    let least = Infinity;
    for (let c = 0; c < classes; c++) {
      if (c === winner) continue;
      passes[c] = partsToPass(winner, c);
      const total = weighDuel(i, winner, c);
      const duel = fewestParts(weights, 2 * total - models + (c > winner ? 1 : 0));
      if (duel < least) least = Math.min(least, Math.max(duel, c === loser ? 0 : partsToPass(loser, c)));
    }
    for (let c = 0; c < classes; c++)
      for (let other = c + 1; other < classes; other++) {
        if (c === winner || other === winner || Math.max(passes[c], passes[other]) >= least) continue;
        for (let m = 0; m < models; m++) weights[m] = first[m] === winner ? 3 : first[m] === c || first[m] === other ? 0 : 1;
        const both = fewestParts(weights, gapOf(votes, winner, c) + gapOf(votes, winner, other));
        least = Math.min(least, Math.max(both, passes[c], passes[other]));
      }
    answers[i] = winner;
    radii[i] = least - 1;
  }
  return { answers, radii };

  function partsToPass(x: number, c: number): number {
    for (let m = 0; m < models; m++) weights[m] = first[m] === x ? 2 : first[m] === c ? 0 : 1;
    return fewestParts(weights, gapOf(votes, x, c));
  }

  /** Models that prefer the winner to c weigh 2; returns how many. */
  function weighDuel(row: number, winner: number, c: number): number {
    let total = 0;
    for (let m = 0; m < models; m++) {
      const isLoyal = ballot.prefers(row, m, winner, c);
      weights[m] = isLoyal ? 2 : 0;
      total += isLoyal ? 1 : 0;
    }
    return total;
  }
}
