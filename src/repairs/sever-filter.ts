import { strengthsAround } from "../blocks/held-out/auto-fraction.ts";
import { chooseStrength } from "../blocks/held-out/choose-strength.ts";
import { haveCopies } from "../blocks/copies/copies-among.ts";
import { keepClasses } from "../blocks/relabel/keep-classes.ts";
import { severScores } from "../blocks/outliers/sever-scores.ts";
import { type Dataset, positionsWhere, selectExamples } from "../core/dataset.ts";
import type { Model } from "../core/learner.ts";
import type { FittingRepair, RepairContext } from "../core/repair.ts";
import { highest } from "../numeric/orders/ranks.ts";

interface SeverFilterParams {
  fraction: number | "auto";
  rounds: number;
  pardon: number;
  directions: number;
  copies: number;
}

const usual = 0.02;
const shares = [0.01, usual, 0.04, 0.08];

/**
 * Differs from the paper in its last step: rows that the filtered model finds no worse than `pardon` times as bad as knowing nothing come back, because on
 * clean data the largest gradients are those of long, odd and honest rows.
 */
export const severFilter: FittingRepair<SeverFilterParams> = {
  kind: "repair",
  stage: "fit",
  id: "sever-filter",
  title: "Sever",
  summary:
    "Trains, takes out the rows whose gradients pull furthest along one direction, trains again, and takes back those that the result agrees with.",
  source: {
    cite: "Diakonikolas et al. 2019, Sever: A Robust Meta-Algorithm for Stochastic Optimization, ICML",
    url: "https://proceedings.mlr.press/v97/diakonikolas19a.html",
  },
  effort: "standard",
  params: {
    fraction: {
      type: "number-or-auto",
      default: "auto",
      min: 0,
      max: 0.25,
      help: "share of the training rows that goes from each class in each round; auto = 0.02, unless held-out parts of the training rows speak for another",
    },
    rounds: { type: "number", default: 2, min: 1, max: 20, integer: true, help: "trainings after which rows go" },
    pardon: {
      type: "number",
      default: 2,
      min: 0,
      max: 1e6,
      help: "rows come back whose loss is at most so many times that of a model of zeros; 0 = none",
    },
    directions: {
      type: "number",
      default: 1,
      min: 1,
      max: 20,
      integer: true,
      help: "directions along which gradients are looked at, the paper's being the first; poison that does not all pull one way needs more",
    },
    copies: {
      type: "number",
      default: 1,
      min: 0,
      max: 1,
      help: "of the rows that went, those do not come back that are as near as this cosine to another of their class that went; 1 = all may",
    },
  },
  targets: ["classes", "real"],
  refuses: ({ learner, sharing }) =>
    learner.linear !== undefined && sharing === "pooled"
      ? null
      : "it looks at the gradients of one linear model: it needs logistic, ridge or linear-svm, and one model for all tasks",
  async repair(data, context) {
    return filtered(data, await strengthOf(data, context), context, null, context.progress);
  },
};

async function strengthOf(data: Dataset, context: RepairContext<SeverFilterParams>): Promise<number> {
  const { fraction, rounds } = context.params;
  if (fraction !== "auto") return fraction;
  const suspected = (await context.suspected?.())?.share ?? null;
  const strengths = strengthsAround(shares, suspected === null ? null : suspected / rounds, 0.25);
  const train = (part: Dataset, _: Int32Array, share: number, before: Model | null): Promise<Model> =>
    filtered(part, share, context, before);
  return chooseStrength(data, { strengths, start: usual, train }, context);
}

/** @param first the model of all rows, where there is one already */
async function filtered(
  data: Dataset,
  fraction: number,
  { params, rng, fit }: RepairContext<SeverFilterParams>,
  first: Model | null,
  progress?: (done: number) => void,
): Promise<Model> {
  const gone = new Uint8Array(data.y.length);
  const classes = data.target.kind === "real" ? 0 : data.target.names.length;
  const left = () => positionsWhere(gone.length, (i) => gone[i] === 0);
  let model = first ?? (await fit(data));
  if (fraction === 0) return model;
  const naive = model.withParameters?.(new Float64Array(model.parameters?.theta.length ?? 0)) ?? null;
  for (let round = 0; round < params.rounds; round++) {
    const rows = left();
    const kept = selectExamples(data, rows);
    const scores = severScores(kept, model, rng.fork("sever").fork(round), params.directions);
    const count = Math.round(fraction * rows.length);
    for (let k = 0; k < Math.max(1, classes); k++) {
      const own = rows.filter((i) => classes === 0 || data.y[i] === k);
      const place = positionsWhere(rows.length, (p) => classes === 0 || kept.y[p] === k);
      for (const p of highest(
        Float64Array.from(place, (at) => scores[at]),
        Math.min(count, own.length - 1),
      ))
        gone[own[p]] = 1;
    }
    keepClasses(gone, data.y, classes);
    model = await fit(selectExamples(data, left()), model);
    progress?.((round + 1) / (params.rounds + 1));
  }
  if (params.pardon === 0 || naive === null) return model;
  const [losses, none] = [model.losses(data), naive.losses(data)];
  const out = positionsWhere(gone.length, (i) => gone[i] === 1);
  const repeated = params.copies < 1 ? haveCopies(data, out, params.copies) : null;
  out.forEach((i, k) => {
    if (losses[i] <= params.pardon * none[i] && repeated?.[k] !== 1) gone[i] = 0;
  });
  return fit(selectExamples(data, left()), model);
}
