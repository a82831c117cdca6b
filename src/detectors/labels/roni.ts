import { nonNegligibleRows } from "../../blocks/held-out/non-negligible-rows.ts";
import { stratifiedFolds } from "../../blocks/held-out/folds.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere, selectExamples } from "../../core/dataset.ts";
import type { Detector } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Rng } from "../../numeric/random.ts";

interface RoniParams {
  rounds: number;
  groups: number;
  doubted: number;
}

/**
 * Each round deals the rows into four parts, sources undivided. The rows of a part are tried in groups: by how much does the mean loss of the
 * credible rows of the next part rise when the group joins the training on the other two? That is the score of its rows, averaged over the rounds; above 0 a row does harm. The groups of a
 * round are drawn anew, a source always whole, so that rounds tell a row's part from its neighbours'.
 *
 * Differs from the paper in trying groups, and in measuring the loss, which says more than the accuracy of the same rows. The sign is the paper's: what makes
 * the model worse is suspicious.
 */
export const roni: Detector<RoniParams> = {
  kind: "detector",
  id: "roni",
  title: "Reject on negative impact",
  summary: "Trains with and without a row, its source or a group of rows: does the model get worse on other rows?",
  source: {
    cite: "Nelson et al. 2009, Misleading Learners: Co-opting Your Spam Filter, in Machine Learning in Cyber Trust, section 4.1",
    url: "https://doi.org/10.1007/978-0-387-88735-7_2",
  },
  params: {
    rounds: { type: "number", default: 4, min: 1, max: 100, integer: true, help: "times that every row is tried, each in another group" },
    groups: {
      type: "number",
      default: 48,
      min: 4,
      max: 1_000_000,
      integer: true,
      help: "groups in a round; each costs one training on half of the rows",
    },
    doubted: {
      type: "number",
      default: 0.1,
      min: 0,
      max: 0.5,
      help: "share of the rows that are measured on, the worst predicted before, by which nothing is judged",
    },
  },
  effort: "full",
  subject: "row",
  targets: ["classes", "real"],
  async score(data, { params, rng, fit, signal, progress }) {
    const values = new Float64Array(data.y.length);
    const ownGroup = new Int32Array(data.y.length);
    for (let round = 0; round < params.rounds; round++) {
      const draw = rng.fork(round);
      const folds = stratifiedFolds(data, 4, draw);
      if (folds.count < 3) throw new NumericalError("roni needs rows of at least three sources: to train on, to try, and to measure on");
      for (let part = 0; part < folds.count; part++) {
        const quizPart = (part + 1) % folds.count;
        const baseRows = positionsWhere(data.y.length, (i) => folds.fold[i] !== part && folds.fold[i] !== quizPart);
        const before = await fit(selectExamples(data, baseRows));
        const quizRows = positionsWhere(data.y.length, (i) => folds.fold[i] === quizPart);
        const quiz = nonNegligibleRows(selectExamples(data, quizRows), before, params.doubted);
        const lossBefore = meanLoss(before, quiz);
        const tried = positionsWhere(data.y.length, (i) => folds.fold[i] === part);
        for (const group of dealt(data, tried, Math.ceil(params.groups / folds.count), draw.fork("groups").fork(part))) {
          stopIfCancelled(signal);
          const after = await fit(selectExamples(data, Int32Array.from([...baseRows, ...group]).sort()), before);
          const harm = meanLoss(after, quiz) - lossBefore;
          for (const row of group) {
            values[row] += harm / params.rounds;
            ownGroup[row] += group.length;
          }
        }
        progress?.((round + (part + 1) / folds.count) / params.rounds);
      }
    }
    return {
      values,
      reason(row) {
        if (!(values[row] > 0)) return null;
        const source = data.source[row];
        const size = Math.round(ownGroup[row] / params.rounds);
        const whose =
          source >= 0 && isAlone(data, row, size) ? `the rows of "${data.sources[source]}"` : size > 1 ? `it and ${size - 1} others` : "it";
        return `models trained with ${whose} predict other rows worse`;
      },
    };
  },
};

/** Whether a group of this size is the source of the row and nothing else. */
function isAlone(data: Dataset, row: number, size: number): boolean {
  let own = 0;
  for (const source of data.source) if (source === data.source[row]) own++;
  return own === size;
}

/** Weighted mean of the losses; 0 for no rows. */
function meanLoss(model: Model, rows: Dataset): number {
  let [sum, total] = [0, 0];
  model.losses(rows).forEach((loss, i) => {
    const weight = rows.weight?.[i] ?? 1;
    sum += weight * loss;
    total += weight;
  });
  return total > 0 ? sum / total : 0;
}

/** The rows in at most `count` groups of about equal size; rows of one source stay together. */
function dealt(data: Dataset, rows: Int32Array, count: number, rng: Rng): number[][] {
  const bySource = new Map<string, number[]>();
  for (const row of rows) {
    const key = data.source[row] < 0 ? `row ${row}` : `source ${data.source[row]}`;
    const known = bySource.get(key);
    if (known === undefined) bySource.set(key, [row]);
    else known.push(row);
  }
  const units = [...bySource.values()];
  const order = Array.from(rng.sample(units.length, units.length), (at) => units[at]).sort((a, b) => b.length - a.length);
  const groups: number[][] = Array.from({ length: Math.min(count, units.length) }, () => []);
  for (const unit of order) {
    let smallest = 0;
    for (let g = 1; g < groups.length; g++) if (groups[g].length < groups[smallest].length) smallest = g;
    groups[smallest].push(...unit);
  }
  return groups;
}
