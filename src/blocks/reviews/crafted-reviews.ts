import { type SparseMatrix, selectRows, stackRows, toSparse } from "../../numeric/matrices/matrix.ts";
import type { Rng } from "../../numeric/random.ts";
import { highest } from "../../numeric/orders/ranks.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type Dataset, positionsWhere } from "../../core/dataset.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { SparseCell } from "../../core/table.ts";
import type { WordColumn } from "../../core/text/word-column.ts";
import { utilityGradient, weightedLoss } from "../injection/attack-aim.ts";
import { type ReviewWords, type WordEnvelope, normOf, reviewAt, wordEnvelope } from "./word-envelope.ts";
import { type ReviewAim, gainOf, writeReview } from "./write-review.ts";

export interface CraftProblem {
  /** Sparse, without weights; two classes. */
  readonly clean: Dataset;
  /** Its text columns, one at least. */
  readonly words: readonly WordColumn[];
  /** Reviews to be written in each task. Shape: [tasks]. */
  readonly counts: Int32Array;
  /** Rows whose summed, weighted loss the attacker raises. */
  readonly utility: Dataset;
  /** Trained on the clean rows. */
  readonly model: Model;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  objectiveOf(data: Dataset): Objective;
}

export interface CraftSettings {
  /** Steps, each with one training; the reviews are written in that many parts. */
  readonly steps: number;
  /** Most often that a word may stand in one review. */
  readonly mostRepeats: number;
}

/** A written review: its features, label and task, and the words that they stand for, by text column. */
export interface CraftedReview {
  readonly x: SparseCell;
  readonly y: number;
  readonly task: number;
  readonly words: readonly ReviewWords[];
}

export interface CraftResult {
  readonly reviews: readonly CraftedReview[];
  readonly utility: number;
  /** U after each step. */
  readonly trace: readonly number[];
}

/**
 * A review is written of words of the genuine one that it starts from and of `drawnWords`, drawn from the `candidateWords` of the strongest pull: written
 * of the same few words, the reviews of a step would all say the same, and the second would bring little.
 */
const [candidateWords, drawnWords] = [300, 60];
/** The writing passes over all reviews: the first writes them, the others write again those of the least gain left. */
const passes = 2;

/**
 * Reviews of whole words for a learner of two classes, each inside the envelope of its task (see word-envelope.ts), with the label that contradicts the
 * genuine review it starts from. What a review does to the attacker's utility U at the optimum θ of clean and written rows is, with H v = ∇U and c the
 * share of one row, −c v·∇θ ℓ(x, y; θ) to first order; for a margin loss that depends on two inner products of x alone, so a word can be tried in a
 * few operations. v follows the training from step to step. A rewriting that lowers U is taken back.
 */
export async function craftReviews(problem: CraftProblem, settings: CraftSettings, context: RunContext): Promise<CraftResult> {
  const { clean, utility } = problem;
  const slots = openSlots(problem, settings.mostRepeats, context);
  const perStep = Math.max(1, Math.ceil((passes * slots.length) / settings.steps));
  let reviews: (CraftedReview | null)[] = slots.map(() => null);
  let { model } = problem;
  let data = clean;
  let best = -Infinity;
  const trace: number[] = [];
  for (let step = 0; step * perStep < passes * slots.length; step++) {
    stopIfCancelled(context.signal);
    context.progress?.((step * perStep) / (passes * slots.length));
    const objective = problem.objectiveOf(data);
    const theta = thetaOf(model);
    const v = objective.solveHessian(theta, utilityGradient(objective, theta, utility));
    const isFirstPass = step * perStep < slots.length;
    const chosen = isFirstPass
      ? range(step * perStep, Math.min(slots.length, (step + 1) * perStep))
      : leastGain(reviews, clean, theta, v, perStep);
    const aims = new Map<string, Aims>();
    const written = [...reviews];
    for (const s of chosen) {
      const { task, y } = slots[s];
      const key = `${task} ${y}`;
      let aim = aims.get(key);
      if (aim === undefined) aims.set(key, (aim = aimsOf(problem, theta, v, task, y)));
      written[s] = write(slots[s], aim, problem, context.rng.fork("words").fork(step).fork(s)) ?? reviews[s];
    }
    const nextData = withReviews(clean, written);
    const nextModel = await problem.fit(nextData, model);
    const value = weightedLoss(nextModel, utility);
    trace.push(value);
    if (!isFirstPass && value < best) continue;
    [reviews, data, model, best] = [written, nextData, nextModel, value];
  }
  return { reviews: reviews.filter((review) => review !== null), utility: best, trace };
}

/** A review to be written: where it starts from and what it must keep to. */
interface Slot {
  readonly task: number;
  readonly y: number;
  /** Row of the clean data. */
  readonly genuine: number;
  /** By text column. */
  readonly envelopes: readonly WordEnvelope[];
}

/** Genuine reviews of each task that the clean model is surest of, half of each class, for as many reviews as are to be written. */
function openSlots({ clean, words, counts, model }: CraftProblem, mostRepeats: number, { rng }: RunContext): Slot[] {
  const losses = model.losses(clean);
  const slots: Slot[] = [];
  counts.forEach((count, task) => {
    if (count === 0) return;
    const rows = positionsWhere(clean.y.length, (i) => clean.task[i] === task);
    const envelopes = words.map((column) => wordEnvelope(selectRows(column.counts, rows) as SparseMatrix, column.idf, mostRepeats));
    const byClass = [0, 1].map((k) => [...rows].filter((row) => clean.y[row] === k));
    const draw = rng.fork("genuine").fork(task);
    for (let k = 0; k < count; k++) {
      const own = byClass[k % 2].length > 0 ? byClass[k % 2] : byClass[1 - (k % 2)];
      // The surer half, so that a start is clear about its class.
      const sure = highest(
        Float64Array.from(own, (row) => -losses[row]),
        Math.ceil(own.length / 2),
      );
      const genuine = own[sure[draw.integer(sure.length)]];
      slots.push({ task, y: 1 - clean.y[genuine], genuine, envelopes });
    }
  });
  return slots;
}

/** What reviews of one task and label aim at, by text column, and the words that pull most. */
interface Aims {
  readonly theta: Float64Array;
  readonly v: Float64Array;
  readonly offset: number;
  readonly sign: 1 | -1;
  readonly candidates: readonly (readonly number[])[];
}

function aimsOf({ clean, words }: CraftProblem, theta: Float64Array, v: Float64Array, task: number, y: number): Aims {
  const offset = task * (clean.x.cols + 1);
  const sign = y === 1 ? 1 : -1;
  const candidates = words.map(({ first, idf }) => {
    const pull = Float64Array.from(idf, (_, word) => sign * v[offset + first + word]);
    return [...highest(pull, Math.min(candidateWords, idf.length))];
  });
  return { theta, v, offset, sign, candidates };
}

/** One review, its text columns one after another; each sees what the others hold by then. Null where no column's envelope could be met. */
function write(
  slot: Slot,
  { theta, v, offset, sign, candidates }: Aims,
  { clean, words: columns }: CraftProblem,
  rng: Rng,
): CraftedReview | null {
  const { cols } = clean.x;
  const given = toSparse(clean.x);
  const rest = new Map<number, number>();
  for (let p = given.indptr[slot.genuine]; p < given.indptr[slot.genuine + 1]; p++) rest.set(given.indices[p], given.values[p]);
  const words = columns.map(({ counts }) => reviewAt(counts, slot.genuine));
  for (const [c, { first, idf }] of columns.entries()) {
    for (const word of words[c].words) rest.delete(first + word);
    const aim: ReviewAim = {
      score: theta.subarray(offset + first, offset + first + idf.length),
      pull: v.subarray(offset + first, offset + first + idf.length),
      scoreBase: dotWith(rest, theta, offset) + theta[offset + cols],
      pullBase: dotWith(rest, v, offset) + v[offset + cols],
      sign,
    };
    const drawn = rng.fork(c).sample(candidates[c].length, Math.min(drawnWords, candidates[c].length));
    const written = writeReview(
      words[c],
      aim,
      Array.from(drawn, (k) => candidates[c][k]),
      slot.envelopes[c],
    );
    if (written === null) return null;
    words[c] = written.review;
    const norm = normOf(written.review, idf);
    written.review.words.forEach((word, k) => rest.set(first + word, (written.review.counts[k] * idf[word]) / norm));
  }
  const indices = [...rest.keys()].sort((a, b) => a - b);
  return { x: { indices, values: indices.map((j) => rest.get(j) as number) }, y: slot.y, task: slot.task, words };
}

/** Of the written reviews, those that would gain least now. */
function leastGain(
  reviews: readonly (CraftedReview | null)[],
  clean: Dataset,
  theta: Float64Array,
  v: Float64Array,
  count: number,
): number[] {
  const block = clean.x.cols + 1;
  const gains = Float64Array.from(reviews, (review) => {
    if (review === null) return -Infinity;
    const row = new Map(review.x.indices.map((j, p) => [j, review.x.values[p]]));
    const offset = review.task * block;
    const aim = { sign: review.y === 1 ? 1 : -1 } as ReviewAim;
    return gainOf(aim, dotWith(row, theta, offset) + theta[offset + block - 1], dotWith(row, v, offset) + v[offset + block - 1]);
  });
  return [...gains.keys()].sort((a, b) => gains[a] - gains[b] || a - b).slice(0, count);
}

function dotWith(row: ReadonlyMap<number, number>, vector: Float64Array, offset: number): number {
  let sum = 0;
  for (const [j, value] of row) sum += value * vector[offset + j];
  return sum;
}

/** The clean rows and below them the written ones. */
export function withReviews(clean: Dataset, reviews: readonly (CraftedReview | null)[]): Dataset {
  const written = reviews.filter((review) => review !== null);
  const nobody = written.map(() => -1);
  return {
    ...clean,
    x: stackRows(clean.x, sparseOf(written, clean.x.cols)),
    y: Float64Array.from([...clean.y, ...written.map(({ y }) => y)]),
    task: Int32Array.from([...clean.task, ...written.map(({ task }) => task)]),
    source: Int32Array.from([...clean.source, ...nobody]),
    row: Int32Array.from([...clean.row, ...nobody]),
  };
}

function sparseOf(reviews: readonly CraftedReview[], cols: number): SparseMatrix {
  const indptr = Int32Array.from([0, ...reviews.map(({ x }) => x.indices.length)]);
  for (let i = 0; i < reviews.length; i++) indptr[i + 1] += indptr[i];
  return {
    kind: "sparse",
    rows: reviews.length,
    cols,
    indptr,
    indices: Int32Array.from(reviews.flatMap(({ x }) => [...x.indices])),
    values: Float64Array.from(reviews.flatMap(({ x }) => [...x.values])),
  };
}

function thetaOf({ parameters }: Model): Float64Array {
  if (parameters === null) throw new Error("reviews are written for a model with parameters");
  return parameters.theta;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k);
}
