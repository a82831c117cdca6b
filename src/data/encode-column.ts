import type { FeatureKind } from "../core/dataset.ts";
import type { Cell, Column, NamedColumn, NumberColumn, VectorColumn } from "../core/table.ts";
import type { RowBuilder } from "./row-builder.ts";
import { appendTfIdf, fitTfIdf, knownWords } from "./tf-idf.ts";
import type { Tokenizer } from "./tokens.ts";

/** One raw column turned into `names.length` features, as fitted on training rows. */
export interface ColumnEncoder {
  readonly names: readonly string[];
  readonly kinds: readonly FeatureKind[];
  /** Most entries that a row can have. */
  entries(column: Column, row: number): number;
  /** Appends the entries of a row, features ascending from `firstFeature`. `column` may be that of another table (poisoned, test). */
  append(out: RowBuilder, column: Column, row: number, firstFeature: number): void;
  /** The cell that is encoded as these features from `first` on, a number within what was seen in training; absent where features stand for no cell that could be any. */
  decode?(x: Float64Array, first: number): Cell;
  /** What the counts of words are weighed by, where the features are words; absent elsewhere. */
  readonly words?: TextWords;
  /** The first feature of this number, whether or not it was seen; absent where cells are no numbers. */
  encode?(value: number): number;
}

/** The words of a fitted text column. */
export interface TextWords {
  /** Shape: [features of the column]. */
  readonly idf: Float64Array;
  /** Features (from 0 in the column) of the words of a row that are in the vocabulary, ascending, with how often each stands there. */
  countsOf(column: Column, row: number): { readonly features: Int32Array; readonly counts: Float64Array };
}

export interface TextSettings {
  readonly tokenizer: Tokenizer;
  readonly minDocuments: number;
  /** Tokenizer ids from here on were not in the clean table. */
  readonly firstNew: number;
}

export function fitColumn(column: Column, rows: Int32Array, text: TextSettings): ColumnEncoder {
  switch (column.kind) {
    case "number":
      return fitNumber(column, rows);
    case "category":
      return fitCategory(column, rows);
    case "text":
      return fitText(column, rows, text);
    case "vector":
      return fitVector(column);
    case "date":
      throw new Error(`column "${column.name}" is a date; dates are not features`);
  }
}

/**
 * Standardised by the mean and standard deviation (n in the divisor) of the training rows; missing → the mean, with an indicator if there was any.
 * All is computed in units of a power of two, which is 1 but for numbers whose squares no double holds.
 */
function fitNumber(column: NumberColumn, rows: Int32Array): ColumnEncoder {
  const unit = unitOf(column.values, rows);
  let count = 0;
  let mean = 0;
  let squares = 0;
  let [low, high] = [Infinity, -Infinity];
  for (const row of rows) {
    const value = column.values[row] / unit;
    if (Number.isNaN(value)) continue;
    count++;
    if (value < low) low = value;
    if (value > high) high = value;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  // A spread of rounding errors alone is a constant.
  const scale = deviation > 1e-12 * Math.abs(mean) ? 1 / deviation : 0;
  const hasMissing = count < rows.length;
  return {
    names: hasMissing ? [column.name, `${column.name} is missing`] : [column.name],
    kinds: hasMissing ? ["real", "indicator"] : ["real"],
    entries: () => 1,
    append(out, given, row, firstFeature) {
      const value = (given as NumberColumn).values[row];
      const isMissing = Number.isNaN(value);
      if (isMissing && !hasMissing) return;
      out.indices[out.length] = isMissing ? firstFeature + 1 : firstFeature;
      out.values[out.length++] = isMissing ? 1 : (value / unit - mean) * scale;
    },
    encode: (value) => (scale === 0 ? Math.sign(value / unit - low) : (value / unit - mean) * scale),
    decode: (x, first) => unit * (scale === 0 ? low : Math.min(high, Math.max(low, mean + x[first] / scale))),
  };
}

/** 1, or about the largest number where its square would overflow or vanish. */
function unitOf(values: Float64Array, rows: Int32Array): number {
  let largest = 0;
  for (const row of rows) {
    const size = Math.abs(values[row]);
    if (size > largest) largest = size;
  }
  return largest > 1e100 || (largest > 0 && largest < 1e-100) ? 2 ** Math.max(-1022, Math.floor(Math.log2(largest))) : 1;
}

/** One indicator for each value seen in training, and one for missing if it was seen; a value never seen has none. */
function fitCategory(column: NamedColumn, rows: Int32Array): ColumnEncoder {
  const seen = new Uint8Array(column.names.length);
  let hasMissing = false;
  for (const row of rows) {
    if (column.codes[row] < 0) hasMissing = true;
    else seen[column.codes[row]] = 1;
  }
  const featureOf = new Int32Array(column.names.length).fill(-1);
  const names: string[] = [];
  column.names.forEach((name, code) => {
    if (seen[code] === 1) featureOf[code] = names.push(`${column.name}=${name}`) - 1;
  });
  const missing = hasMissing ? names.push(`${column.name} is missing`) - 1 : -1;
  return {
    names,
    kinds: names.map(() => "indicator"),
    entries: () => 1,
    append(out, given, row, firstFeature) {
      const code = (given as NamedColumn).codes[row];
      const feature = code < 0 ? missing : code < featureOf.length ? featureOf[code] : -1;
      if (feature < 0) return;
      out.indices[out.length] = firstFeature + feature;
      out.values[out.length++] = 1;
    },
  };
}

function fitText(column: NamedColumn, rows: Int32Array, { tokenizer, minDocuments, firstNew }: TextSettings): ColumnEncoder {
  const textOf = (given: Column, row: number): string => {
    const { codes, names } = given as NamedColumn;
    return codes[row] < 0 ? "" : names[codes[row]];
  };
  const documents = Array.from(rows, (row) => tokenizer.countTerms(textOf(column, row)));
  const fitted = fitTfIdf(documents, tokenizer, { minDocuments, firstNew });
  return {
    names: fitted.terms.map((term) => `${column.name}: ${term}`),
    kinds: fitted.terms.map(() => "count"),
    entries: (given, row) => tokenizer.countTerms(textOf(given, row)).ids.length,
    append: (out, given, row, firstFeature) => appendTfIdf(out, tokenizer.countTerms(textOf(given, row)), fitted, firstFeature),
    words: { idf: fitted.idf, countsOf: (given, row) => knownWords(tokenizer.countTerms(textOf(given, row)), fitted) },
  };
}

/** Sparse vectors go in as they are: scaling by spread would not keep their zeros. */
function fitVector(column: VectorColumn): ColumnEncoder {
  const names = Array.from({ length: column.matrix.cols }, (_, j) => `${column.name} ${j + 1}`);
  return {
    names,
    kinds: names.map(() => "count"),
    entries: (given, row) => {
      const { indptr } = (given as VectorColumn).matrix;
      return indptr[row + 1] - indptr[row];
    },
    append(out, given, row, firstFeature) {
      const { indptr, indices, values } = (given as VectorColumn).matrix;
      for (let p = indptr[row]; p < indptr[row + 1]; p++) {
        out.indices[out.length] = firstFeature + indices[p];
        out.values[out.length++] = values[p];
      }
    },
    decode(x, first) {
      const indices = names.flatMap((_, j) => (x[first + j] === 0 ? [] : [j]));
      return { indices, values: indices.map((j) => x[first + j]) };
    },
  };
}
