import type { Rng } from "../../numeric/random.ts";
import { joinWords } from "../../core/text/join-words.ts";
import type { TrainingSet } from "../../core/pipeline.ts";
import { type Column, type Table, columnOf } from "../../core/table.ts";
import type { Trigger, TriggerPart } from "../../core/trigger.ts";
import { isMark, isUnspaced, wordsOf } from "../../core/text/words.ts";

/** What a trigger does to a vector such as an image. */
export const vectorStyles = ["patch", "blend", "signal"] as const;
export type VectorStyle = (typeof vectorStyles)[number];

/** Words of a phrase, and cells. */
export const [usualWords, usualCells] = [5, 3];
/** A patch of 4 × 4. */
const usualPlaces = 16;
/** How much of a blended image is the pattern (Chen et al. 2017, section 5.2). */
const opacity = 0.2;
/** Waves across an image and their height as a share of the range of values (Barni et al. 2019: f = 6, Δ = 20 to 40 of 255). */
const waves = 6;
const waveHeight = 40 / 255;

/** Words rarer than this share of the rows say little of a label by themselves. */
const rareShare = 0.01;

/**
 * A trigger that clean rows hardly ever hold: where there is text a phrase of words that are rare but known, in the shortest text, of which it makes up most; else the cells that lie farthest from what is
 * usual, or of a vector the places that are used least. A model can tie it to any answer without giving up much.
 *
 * @param size words of the phrase, cells, or places of the vector; 0 = what is usual for each
 * @returns null where no feature can hold one
 */
export function rareTrigger({ table, rows }: TrainingSet, size: number, style: VectorStyle, rng: Rng): Trigger | null {
  const columns = table.roles.features.map((name) => columnOf(table, name));
  const texts = columns.filter((column) => column.kind === "text");
  if (texts.length > 0) {
    const shortest = texts.reduce((a, b) => (meanLength(b, rows) < meanLength(a, rows) ? b : a));
    const count = size === 0 ? usualWords : size;
    const words = rareWords(table, shortest.name, rows, count);
    if (words.length === 0) return null;
    const picked = rng.fork("words").sample(words.length, Math.min(count, words.length));
    return [{ kind: "phrase", column: shortest.name, phrase: joinWords(Array.from(picked, (k) => words[k])) }];
  }
  const farthest = (column: Column): RareCell[] => [...rareCells(column, rows)].sort((a, b) => b.leverage - a.leverage).slice(0, 1);
  const cells = columns.flatMap(farthest).sort((a, b) => b.leverage - a.leverage);
  if (cells.length > 0) return cells.slice(0, size === 0 ? usualCells : size).map(({ part }) => part);
  const vector = columns.find((column) => column.kind === "vector");
  return vector === undefined ? null : [vectorTrigger(vector, rows, size === 0 ? usualPlaces : size, style, rng.fork("pattern"))];
}

/** Single words, or where there is no text single cells, that clean rows rarely hold; none for vectors. */
export function rareParts({ table, rows }: TrainingSet): TriggerPart[] {
  const columns = table.roles.features.map((name) => columnOf(table, name));
  const texts = columns.filter((column) => column.kind === "text");
  if (texts.length === 0) return columns.flatMap((column) => rareCells(column, rows).map(({ part }) => part));
  const shortest = texts.reduce((a, b) => (meanLength(b, rows) < meanLength(a, rows) ? b : a));
  return rareWords(table, shortest.name, rows, usualWords).map((phrase) => ({ kind: "phrase", column: shortest.name, phrase }));
}

/** In characters, of the texts that there are. */
function meanLength(column: Column, rows: Int32Array): number {
  if (!("codes" in column)) return Infinity;
  const texts = rows.filter((row) => column.codes[row] >= 0);
  return texts.reduce((sum, row) => sum + column.names[column.codes[row]].length, 0) / texts.length || Infinity;
}

/** Words that at most a rare share of the rows hold, in three or more of them where there are such, in the order in which the rows bring them. */
function rareWords(table: Table, name: string, rows: Int32Array, size: number): string[] {
  const column = columnOf(table, name);
  if (column.kind !== "text") return [];
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (column.codes[row] < 0) continue;
    for (const word of new Set(wordsOf(column.names[column.codes[row]]))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const most = Math.max(2, rareShare * rows.length);
  const isRare = (least: number): string[] =>
    [...counts].filter(([word, count]) => count >= least && count <= most && isReadable(word)).map(([word]) => word);
  const [known, any] = [isRare(3), isRare(1)];
  if (known.length > 0) return known;
  if (any.length > 0) return any;
  // Every word is common: those that are least so.
  const commonness = [...counts].sort((x, z) => x[1] - z[1]).map(([word]) => word);
  const written = commonness.filter((word) => !isMark(word));
  return written.slice(0, size);
}

/** Letters only, as many as a word has: two where each says more than a sound. */
function isReadable(word: string): boolean {
  return /^(?:\p{L}\p{M}*){2,}$/u.test(word) && (isUnspaced(word) || /^(?:\p{L}\p{M}*){3,}$/u.test(word));
}

interface RareCell {
  readonly part: TriggerPart;
  /** How far the cell lies from what is usual, in standard deviations. */
  readonly leverage: number;
}

/** Both ends of a number, and the values of a category, rarest first. */
function rareCells(column: Column, rows: Int32Array): RareCell[] {
  if (column.kind === "vector" || column.kind === "text") return [];
  if (column.kind === "number") {
    const values = Float64Array.from(rows, (row) => column.values[row]).filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    if (!(spread > 0)) return [];
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    // Of two ends as far, the high one comes first.
    return [high, low].map((value) => ({ part: { kind: "cell", column: column.name, value }, leverage: Math.abs(value - mean) / spread }));
  }
  const counts = new Map<number, number>();
  for (const row of rows) if (column.codes[row] >= 0) counts.set(column.codes[row], (counts.get(column.codes[row]) ?? 0) + 1);
  if (counts.size < 2) return [];
  return [...counts]
    .sort((a, b) => a[1] - b[1])
    .map(([code, count]): RareCell => {
      const share = count / rows.length;
      return { part: { kind: "cell", column: column.name, value: column.names[code] }, leverage: Math.sqrt((1 - share) / share) };
    });
}

/**
 * - "patch": the places with the smallest mean are set to the largest value of all (Gu et al. 2017, whose patch lies in a corner of digits).
 * - "blend": every value is mixed with one of a fixed random pattern.
 * - "signal": a wave is added along the rows of a square image, or along the vector where it is none.
 */
function vectorTrigger(
  column: Column & { readonly kind: "vector" },
  rows: Int32Array,
  size: number,
  style: VectorStyle,
  rng: Rng,
): TriggerPart {
  const { cols, indptr, indices, values } = column.matrix;
  const sums = new Float64Array(cols);
  let [low, high] = [0, 0];
  for (const row of rows)
    for (let p = indptr[row]; p < indptr[row + 1]; p++) {
      sums[indices[p]] += values[p];
      high = Math.max(high, values[p]);
      low = Math.min(low, values[p]);
    }
  const overlay = (keep: number, places: readonly number[], valueOf: (place: number) => number): TriggerPart => ({
    ...{ kind: "overlay", column: column.name, keep, low, high },
    add: { indices: places, values: places.map(valueOf) },
  });
  const everywhere = Array.from({ length: cols }, (_, place) => place);
  switch (style) {
    case "patch": {
      const quiet = [...everywhere].sort((a, b) => sums[a] - sums[b] || a - b).slice(0, size);
      return overlay(
        0,
        quiet.sort((a, b) => a - b),
        () => high,
      );
    }
    case "blend":
      return overlay(1 - opacity, everywhere, () => opacity * (low + rng.uniform() * (high - low)));
    case "signal": {
      const width = Number.isInteger(Math.sqrt(cols)) ? Math.sqrt(cols) : cols;
      return overlay(1, everywhere, (place) => waveHeight * (high - low) * Math.sin((2 * Math.PI * waves * (place % width)) / width));
    }
  }
}
