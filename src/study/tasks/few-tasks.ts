import { studentQuantile } from "../../numeric/statistics/intervals.ts";
import type { SearchFindings } from "./findings.ts";

/** That the first order is left for another set where all sets do alike. */
const falseAlarm = 0.05;

/** More tasks than are wanted by so many are attacked for real, in all ways to take as many as are wanted. */
const spare = 2;

/** The tasks through which these could be hurt, the worst to first order first; each task's damage adds to that of others. Shape: matrix [tasks, tasks], NaN = not defined. */
export function attackTasksInOrder(matrix: Float64Array, count: number, targets: readonly number[]): number[] {
  const harms = Array.from({ length: count }, (_, from) =>
    targets.includes(from) ? NaN : targets.reduce((sum, to) => sum + matrix[from * count + to], 0),
  );
  return [...harms.keys()].filter((task) => harms[task] > 0).sort((a, b) => harms[b] - harms[a] || a - b);
}

/** The sets of so many attack tasks that are attacked for real, in the first order's own order; none where there is nothing to choose. */
export function setsToTry(ordered: readonly number[], wanted: number): number[][] {
  if (ordered.length <= wanted) return [];
  const places = subsets(Math.min(ordered.length, wanted + spare), wanted);
  return places.sort((a, b) => sumOf(a) - sumOf(b)).map((set) => set.map((place) => ordered[place]));
}

/** All sets of so many of the first `from` integers, each ascending. */
function subsets(from: number, count: number): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: from }, (_, last) => last).flatMap((last) => subsets(last, count - 1).map((set) => [...set, last]));
}

const fewestSplits = 5;

/**
 * The set that is the worst to first order, or where real attacks say otherwise beyond doubt, the one that hurt most in them. What one split tells of a set
 * is mostly the luck of an ascent, so that sets are ranked within each split, and the mean rank must lead by Student's t for the paired difference, with the level shared
 * among all sets that could have led (Bonferroni).
 */
export function chooseSet(sets: readonly (readonly number[])[], tried: readonly SearchFindings["tried"][]): readonly number[] {
  const ranks = tried
    .filter((seed) => seed.length === sets.length)
    .map((seed) => seed.map(({ harm }) => seed.filter((other) => other.harm < harm).length));
  // Ranks are few and whole: of fewer splits a lead that chance makes once in ten looks certain.
  if (ranks.length < fewestSplits) return sets[0];
  const means = sets.map((_, s) => meanOf(ranks.map((seed) => seed[s])));
  const best = means.reduce((top, mean, s) => (mean > means[top] ? s : top), 0);
  const leads = ranks.map((seed) => seed[best] - seed[0]);
  const lead = meanOf(leads);
  const variance = leads.reduce((sum, one) => sum + (one - lead) ** 2, 0) / (leads.length - 1);
  const bar = studentQuantile(1 - falseAlarm / Math.max(1, sets.length - 1), leads.length - 1);
  return lead > bar * Math.sqrt(variance / leads.length) ? sets[best] : sets[0];
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
