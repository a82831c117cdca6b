import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import { type Model, predict } from "../../core/learner.ts";
import { stratifiedFolds } from "./folds.ts";

export interface StrengthChoice {
  /** Rising, 0 = no repair among them; all are tried up to one that is hopeless. */
  readonly strengths: readonly number[];
  /** What is taken where nothing speaks for another; one of `strengths`. */
  readonly start: number;
  /** Trains on a part of the rows, repaired with each of the strengths in turn. `rows` are its positions in the data. */
  train(part: Dataset, rows: Int32Array, strength: number, before: Model | null): Promise<Model>;
}

const parts = 2;
/** The choice is made on so many rows at most, drawn at random: more would tell little more and cost as much as the repair itself many times over. */
const mostRows = 2000;
const leastRows = 30;
/** Of the squared errors of a real label, those above this quantile count as that: poison is among the rows that judge, and must not. */
const countedWhole = 0.85;
/** Standard errors of the paired difference: by how much another must be better than the start, and by how much worse than the best one gives up hope. */
const told = 1;
const hopeless = 2;

/**
 * How strong a repair should be, from the training rows alone: each strength repairs and trains on one half of them and is judged on the other, and the other way
 * round. The start is left only for a strength that is better by a standard error, and then for the one nearest to it that is as good as the best. On clean data a
 * repair takes good rows away and shows it; under an attack on availability the rows that are not poison, which are most of those that judge, are told better by the
 * repaired model. It sees only what moves errors everywhere: a backdoor, or harm to a few rows, leaves it at its start.
 *
 * Cost: at most 2 × `strengths` repairs of 1,000 rows, whatever the size of the data.
 *
 * Differs from the paper's rule of one standard error (Breiman et al. 1984, Classification and Regression Trees, §3.4.3) in the error of differences on the same rows.
 */
export async function chooseStrength(
  data: Dataset,
  { strengths, start, train }: StrengthChoice,
  { rng, signal }: Pick<RunContext, "rng" | "signal">,
): Promise<number> {
  const own = rng.fork("strength");
  const rows = own.fork("rows").sample(data.y.length, Math.min(data.y.length, mostRows)).sort();
  if (rows.length < leastRows) return start;
  const sample = selectExamples(data, rows);
  const folds = stratifiedFolds(sample, parts, own);
  if (folds.count < 2) return start;
  const splits = Array.from({ length: folds.count }, (_, f) => {
    const held = positionsWhere(rows.length, (i) => folds.fold[i] === f);
    const kept = positionsWhere(rows.length, (i) => folds.fold[i] !== f);
    return { held, test: selectExamples(sample, held), part: selectExamples(sample, kept), rows: kept.map((i) => rows[i]) };
  });
  const before: (Model | null)[] = splits.map(() => null);
  const errors: Float64Array[] = [];
  for (const strength of strengths) {
    const found = new Float64Array(rows.length);
    try {
      for (const [f, { held, test, part, rows: places }] of splits.entries()) {
        stopIfCancelled(signal);
        const model = await train(part, places, strength, before[f]);
        before[f] ??= model;
        const answers = predict(model, test);
        for (let i = 0; i < held.length; i++)
          found[held[i]] = data.target.kind === "real" ? (answers[i] - test.y[i]) ** 2 : Number(answers[i] !== test.y[i]);
      }
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      break;
    }
    errors.push(found);
    if (strength > start && isHopeless(judge(errors, sample))) break;
  }
  return strengths[pick(judge(errors, sample), Math.min(strengths.indexOf(start), errors.length - 1))] ?? start;
}

/** What a strength loses against another: mean of the paired difference, in its standard errors. */
interface Judged {
  readonly mean: Float64Array;
  standardErrors(a: number, b: number): number;
}

function judge(errors: readonly Float64Array[], { target, task, tasks }: Dataset): Judged {
  const counted = target.kind === "real" ? clipped(errors, task, tasks.length) : errors;
  const mean = Float64Array.from(counted, (each) => each.reduce((sum, value) => sum + value, 0) / each.length);
  return {
    mean,
    standardErrors(a, b) {
      const n = counted[a].length;
      const difference = mean[a] - mean[b];
      // One row more than there is: a single one tells nothing.
      let squares = 1;
      for (let i = 0; i < n; i++) squares += (counted[a][i] - counted[b][i] - difference) ** 2;
      return (difference * n) / Math.sqrt(squares);
    },
  };
}

/** In each task relative to what counts whole there, at most 1: the least quantile that some strength reaches. */
function clipped(errors: readonly Float64Array[], task: Int32Array, tasks: number): Float64Array[] {
  const limits = Array.from({ length: tasks }, (_, t) => {
    const own = positionsWhere(task.length, (i) => task[i] === t);
    const at = Math.min(own.length - 1, Math.floor(countedWhole * own.length));
    return Math.min(...errors.map((each) => Float64Array.from(own, (i) => each[i]).sort()[at] ?? 0));
  });
  return errors.map((each) => each.map((value, i) => (limits[task[i]] > 0 ? Math.min(1, value / limits[task[i]]) : Number(value > 0))));
}

function lowest({ mean }: Judged, from: number, to: number): number {
  let best = from;
  for (let k = from + 1; k < to; k++) if (mean[k] < mean[best]) best = k;
  return best;
}

/** Whether the last strength is so much worse than the best that stronger ones need not be tried. */
function isHopeless(judged: Judged): boolean {
  const last = judged.mean.length - 1;
  return judged.standardErrors(last, lowest(judged, 0, last)) > hopeless;
}

function pick(judged: Judged, start: number): number {
  const count = judged.mean.length;
  const [weaker, stronger] = [lowest(judged, 0, start), lowest(judged, Math.min(start + 1, count - 1), count)];
  const goal = judged.standardErrors(start, stronger) > told ? stronger : judged.standardErrors(start, weaker) > told ? weaker : start;
  const step = Math.sign(goal - start);
  let at = start;
  while (at !== goal && judged.standardErrors(at, goal) > told) at += step;
  return at;
}
