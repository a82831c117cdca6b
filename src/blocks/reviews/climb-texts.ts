import { toSparse } from "../../numeric/matrices/matrix.ts";
import { selectInPlace } from "../../numeric/orders/select.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { NumericalError } from "../../core/errors.ts";
import type { Model } from "../../core/learner.ts";
import type { Objective } from "../../core/objective.ts";
import type { SparseCell } from "../../core/table.ts";
import type { WordColumn } from "../../core/text/word-column.ts";
import { weightedLoss } from "../injection/attack-aim.ts";
import { withReviews } from "./crafted-reviews.ts";
import { type WantedWords, nearestText } from "./nearest-text.ts";
import type { TextStyle } from "./text-style.ts";
import { type ReviewWords, normOf, reviewAt } from "./word-envelope.ts";
import { type Followers, orderWords } from "./word-order.ts";

/** A text column with what may be written in it. */
export interface WritableColumn extends WordColumn {
  readonly style: TextStyle;
  readonly followers: Followers;
  /** Feature of the column that a pair of words is, by `first * words + second`; null where pairs are no features. */
  readonly pairs: ReadonlyMap<number, number> | null;
}

/** The clean example that a row starts from, and the class that it will claim. */
export interface TextSeed {
  readonly example: number;
  readonly y: number;
}

export interface TextClimb {
  /** Sparse, without weights. */
  readonly clean: Dataset;
  /** One at least. */
  readonly columns: readonly WritableColumn[];
  readonly seeds: readonly TextSeed[];
  /** Rows whose summed, weighted loss is raised. */
  readonly aimedAt: Dataset;
  /** Trained on the clean rows. */
  readonly model: Model;
  fit(data: Dataset, start: Model | null): Promise<Model>;
  objectiveOf(data: Dataset): Objective;
}

/** Of the weights of a text of length 1, how far they move in a step: from the first rate to the last. */
export interface TextClimbSettings {
  readonly steps: number;
  readonly firstRate: number;
  readonly lastRate: number;
}

/** A row whose texts are words in their order; null where a text stays as it is in the example that the row starts from. Shape: texts [columns]. */
export interface WrittenTexts extends TextSeed {
  readonly texts: readonly (readonly number[] | null)[];
}

export interface TextClimbResult {
  readonly rows: readonly WrittenTexts[];
  /** U of these rows. */
  readonly value: number;
}

interface Draft extends TextSeed {
  readonly task: number;
  /** Entries of the example that are not of these columns. */
  readonly rest: SparseCell;
  /** By column: what climbs. */
  readonly wanted: (WantedWords | null)[];
  readonly texts: (readonly number[] | null)[];
}

/** ‖H v − g‖ / ‖g‖ that will do: the words that a row is written of are rounded anyway. */
const solveTolerance = 1e-3;

/**
 * Raises U(θ), where training on clean and written rows together ends, over the words of all rows: weights of words climb along the implicit gradient taken
 * at the texts that are nearest to them (a straight-through step over a rounding, as Bengio, Léonard & Courville 2013 take through thresholds), and only
 * texts are ever trained on or judged. The best texts met are kept.
 */
export async function climbTexts(
  problem: TextClimb,
  { steps, firstRate, lastRate }: TextClimbSettings,
  context: RunContext,
): Promise<TextClimbResult> {
  const { clean, columns, aimedAt } = problem;
  const drafts = problem.seeds.map((seed) => draftOf(seed, problem));
  const gradient = new Float64Array(clean.x.cols);
  const scratch = new Float64Array(clean.x.cols);
  let { model } = problem;
  let best: TextClimbResult | null = null;
  for (let step = 0; ; step++) {
    stopIfCancelled(context.signal);
    context.progress?.(step / steps);
    const rows = drafts.map(({ example, y, texts }) => ({ example, y, texts: [...texts] }));
    const data = withReviews(
      clean,
      drafts.map((draft) => ({ x: featuresOf(draft, columns), y: draft.y, task: draft.task, words: [] })),
    );
    try {
      model = await problem.fit(data, model);
      const value = weightedLoss(model, aimedAt);
      if (best === null || value > best.value) best = { rows, value };
      if (step === steps) return inOrder(best, columns);
      const objective = problem.objectiveOf(data);
      const theta = thetaOf(model);
      const v = objective.solveHessian(theta, lossGradient(objective, theta, aimedAt), solveTolerance);
      const rate = firstRate * (lastRate / firstRate) ** (step / Math.max(1, steps - 1));
      drafts.forEach((draft, i) => {
        objective.rowDerivativeInto(gradient, theta, v, data, clean.y.length + i);
        columns.forEach((column, c) => {
          const own = gradient.subarray(column.first, column.first + column.idf.length);
          draft.wanted[c] = movedUp(draft.wanted[c], own, rate, column.style, scratch);
          write(draft, c, column);
        });
      });
    } catch (error) {
      if (error instanceof NumericalError && best !== null) return inOrder(best, columns);
      throw error;
    }
  }
}

function draftOf({ example, y }: TextSeed, { clean, columns }: TextClimb): Draft {
  const { indptr, indices, values } = toSparse(clean.x);
  const kept: number[] = [];
  for (let p = indptr[example]; p < indptr[example + 1]; p++) {
    const isText = columns.some(({ first, idf }) => indices[p] >= first && indices[p] < first + idf.length);
    if (!isText) kept.push(p);
  }
  const rest = { indices: kept.map((p) => indices[p]), values: kept.map((p) => values[p]) };
  const draft: Draft = { example, y, task: clean.task[example], rest, wanted: columns.map(() => null), texts: columns.map(() => null) };
  columns.forEach((column, c) => {
    draft.wanted[c] = wantedOf(reviewAt(column.counts, example), column);
    write(draft, c, column);
  });
  return draft;
}

function wantedOf({ words, counts }: ReviewWords, { idf, style }: WritableColumn): WantedWords | null {
  const own = words
    .map((word, k) => ({ word, weight: counts[k] * idf[word] }))
    .filter(({ word }) => style.caps[word] > 0)
    .sort((a, b) => b.weight - a.weight || a.word - b.word)
    .slice(0, style.different);
  if (own.length === 0) return null;
  const norm = Math.sqrt(own.reduce((sum, { weight }) => sum + weight * weight, 0));
  return { words: Int32Array.from(own, ({ word }) => word), weights: Float64Array.from(own, ({ weight }) => weight / norm) };
}

/** A step against `slope`, which is used up as `scratch` is; of the weights the largest are kept, as many as a text has different words. */
function movedUp(
  wanted: WantedWords | null,
  slope: Float64Array,
  rate: number,
  { caps, different }: TextStyle,
  scratch: Float64Array,
): WantedWords | null {
  const { length } = slope;
  let squares = 0;
  for (let word = 0; word < length; word++) {
    const own = caps[word] > 0 ? slope[word] : 0;
    slope[word] = own;
    squares += own * own;
  }
  if (squares === 0) return wanted;
  const scale = -rate / Math.sqrt(squares);
  for (let word = 0; word < length; word++) slope[word] *= scale;
  if (wanted !== null) for (let k = 0; k < wanted.words.length; k++) slope[wanted.words[k]] += wanted.weights[k];
  let kept = heavierThan(slope, likelyLeast(slope, different, scratch));
  if (kept.length < different) kept = heavierThan(slope, 0);
  if (kept.length === 0) return wanted;
  kept.sort((a, b) => slope[b] - slope[a] || a - b);
  const words = Int32Array.from(kept.slice(0, different));
  const norm = Math.sqrt(words.reduce((sum, word) => sum + slope[word] * slope[word], 0));
  return { words, weights: Float64Array.from(words, (word) => slope[word] / norm) };
}

/** A weight, 0 or above, that half as many again as `count` words are likely to be above, by every eighth word. */
function likelyLeast(weights: Float64Array, count: number, scratch: Float64Array): number {
  let drawn = 0;
  for (let word = 0; word < weights.length; word += 8) scratch[drawn++] = weights[word];
  const wanted = Math.ceil((1.5 * count) / 8) + 3;
  return wanted >= drawn ? 0 : Math.max(0, selectInPlace(scratch, drawn, drawn - wanted));
}

function heavierThan(weights: Float64Array, least: number): number[] {
  const words: number[] = [];
  for (let word = 0; word < weights.length; word++) if (weights[word] > least) words.push(word);
  return words;
}

/** Where the style allows no text near what is wanted, the one before stays. */
function write({ wanted, texts }: Draft, c: number, { idf, style, followers, pairs }: WritableColumn): void {
  const want = wanted[c];
  const text = want === null ? null : nearestText(want, idf, style);
  if (text === null) return;
  texts[c] = pairs === null ? text.words.flatMap((word, k) => new Array<number>(text.counts[k]).fill(word)) : orderWords(text, followers);
}

/** Where only pairs of words tell one order from another, texts have been written in no order so far. */
function inOrder({ rows, value }: TextClimbResult, columns: readonly WritableColumn[]): TextClimbResult {
  const ordered = (text: readonly number[] | null, c: number): readonly number[] | null =>
    text === null || columns[c].pairs !== null ? text : orderWords(countsOf(text, columns[c]), columns[c].followers);
  return { rows: rows.map((row) => ({ ...row, texts: row.texts.map(ordered) })), value };
}

/** The features of a row as the encoder makes them. */
function featuresOf({ example, rest, texts }: Draft, columns: readonly WritableColumn[]): SparseCell {
  const entries = rest.indices.map((index, k) => ({ index, value: rest.values[k] }));
  columns.forEach((column, c) => {
    const { first, idf, counts } = column;
    const text = texts[c];
    const held = text === null ? reviewAt(counts, example) : countsOf(text, column);
    const norm = normOf(held, idf);
    held.words.forEach((word, k) => entries.push({ index: first + word, value: (held.counts[k] * idf[word]) / norm }));
  });
  entries.sort((a, b) => a.index - b.index);
  return { indices: entries.map(({ index }) => index), values: entries.map(({ value }) => value) };
}

function countsOf(text: readonly number[], { idf, pairs }: WritableColumn): ReviewWords {
  const counts = new Map<number, number>();
  const add = (word: number | undefined): void => {
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  };
  text.forEach(add);
  if (pairs !== null) for (let i = 1; i < text.length; i++) add(pairs.get(text[i - 1] * idf.length + text[i]));
  const words = [...counts.keys()].sort((a, b) => a - b);
  return { words, counts: words.map((word) => counts.get(word) as number) };
}

/** ∇θ of the summed, weighted loss of sparse rows, whose weights are few. */
function lossGradient(objective: Objective, theta: Float64Array, rows: Dataset): Float64Array {
  const weights = rows.weight ?? new Float64Array(rows.y.length).fill(1);
  const sum = new Float64Array(objective.size);
  for (const weight of new Set(weights)) {
    const part = new Float64Array(objective.size);
    for (let k = 0; k < weights.length; k++) if (weights[k] === weight) objective.addRowGradientInto(part, theta, rows, k);
    for (let j = 0; j < sum.length; j++) sum[j] += weight * part[j];
  }
  return sum;
}

function thetaOf({ parameters }: Model): Float64Array {
  if (parameters === null) throw new Error("texts are written for a model with parameters");
  return parameters.theta;
}
