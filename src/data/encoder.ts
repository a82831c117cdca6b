import { type Matrix, type SparseMatrix, selectRows, toDense } from "../numeric/matrices/matrix.ts";
import type { Dataset, FeatureKind, Features } from "../core/dataset.ts";
import { listExamples, targetOf, taskNames } from "../core/examples.ts";
import { type ParamSpecs } from "../core/params.ts";
import { type Cell, type Column, type Table, columnOf } from "../core/table.ts";
import type { WordColumn } from "../core/text/word-column.ts";
import { type ColumnEncoder, fitColumn } from "./encode-column.ts";
import { makeTokenizer } from "./tokens.ts";

export interface EncoderParams {
  bigrams: boolean;
  minDocuments: number;
  /** "poisoned": fitted anew on whatever the model is trained on; "frozen": always on the clean training rows. */
  fittedOn: "poisoned" | "frozen";
}

export const encoderParams: ParamSpecs<EncoderParams> = {
  bigrams: { type: "boolean", default: false, help: "count pairs of neighbouring words too" },
  minDocuments: { type: "number", default: 2, min: 1, max: 1e9, integer: true, help: "leave out words that fewer training texts hold" },
  fittedOn: {
    type: "choice",
    default: "poisoned",
    options: ["poisoned", "frozen"],
    help: "rows that scaling, categories, vocabulary and IDF come from: the training rows as attacked, or always the clean ones",
  },
};

export interface FittedEncoder {
  readonly features: Features;
  /** Encodes the examples of these rows. */
  encode(table: Table, rows: Int32Array): Dataset;
  /** Cells that are encoded as these features, within what was seen in training; null where some feature comes from no cell (words, indicators). */
  decode(x: Float64Array): Record<string, Cell> | null;
  /** The same of the columns that have such cells, numbers and vectors; the others are left out. */
  decodePart(x: Float64Array): Record<string, Cell>;
  /** The counts behind the features of each text column, for the examples of these rows; none where no column is text. */
  words(table: Table, rows: Int32Array): WordColumn[];
  /** What a number of this column is encoded as; a constant column encodes its constant as 0, and what is smaller or larger as −1 or 1. */
  encodeNumber(column: string, value: number): number;
}

/** Turns raw rows into numbers; everything that it learns, it learns from the rows that it is fitted on. */
export interface Encoder {
  fit(table: Table, rows: Int32Array): FittedEncoder;
}

/** @param clean the table that later ones are poisoned copies of; its words get their numbers first, so that results do not depend on order */
export function makeEncoder(params: EncoderParams, clean: Table): Encoder {
  const tokenizer = makeTokenizer({ bigrams: params.bigrams });
  for (const name of clean.roles.features) {
    const column = columnOf(clean, name);
    if (column.kind === "text") for (const code of column.codes) if (code >= 0) tokenizer.countTerms(column.names[code]);
  }
  const text = { tokenizer, minDocuments: params.minDocuments, firstNew: tokenizer.terms.length };

  return {
    fit(table, rows) {
      const columns = table.roles.features.map((name) => columnOf(table, name));
      const encoders = columns.map((column) => fitColumn(column, rows, text));
      const features = joinFeatures(columns, encoders);
      const sparse = isSparse(columns, features.names.length);
      return {
        features,
        encode: (given, picked) => encodeExamples(given, picked, encoders, features, sparse),
        decode: (x) => (encoders.every(({ decode }) => decode !== undefined) ? decodeRow(x, columns, encoders) : null),
        decodePart: (x) => decodeRow(x, columns, encoders),
        words: (given, picked) => countWords(given, picked, encoders),
        encodeNumber(name, value) {
          const encode = encoders[columns.findIndex((column) => column.name === name)]?.encode;
          if (encode === undefined) throw new Error(`"${name}" is no feature of numbers`);
          return encode(value);
        },
      };
    },
  };
}

/** Cells of the columns that can be decoded. */
function decodeRow(x: Float64Array, columns: readonly Column[], encoders: readonly ColumnEncoder[]): Record<string, Cell> {
  const cells: [string, Cell][] = [];
  let first = 0;
  encoders.forEach(({ decode, names }, c) => {
    if (decode !== undefined) cells.push([columns[c].name, decode(x, first)]);
    first += names.length;
  });
  return Object.fromEntries(cells);
}

function countWords(table: Table, rows: Int32Array, encoders: readonly ColumnEncoder[]): WordColumn[] {
  const examples = listExamples(table, rows).row;
  const found: WordColumn[] = [];
  let first = 0;
  encoders.forEach(({ words, names }, c) => {
    if (words !== undefined) {
      const name = table.roles.features[c];
      const column = columnOf(table, name);
      const documents = Array.from(examples, (row) => words.countsOf(column, row));
      found.push({ name, first, idf: words.idf, counts: sparseRows(documents, names.length) });
    }
    first += names.length;
  });
  return found;
}

function sparseRows(rows: readonly { readonly features: Int32Array; readonly counts: Float64Array }[], cols: number): SparseMatrix {
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach(({ features }, i) => (indptr[i + 1] = indptr[i] + features.length));
  const [indices, values] = [new Int32Array(indptr[rows.length]), new Float64Array(indptr[rows.length])];
  rows.forEach(({ features, counts }, i) => {
    indices.set(features, indptr[i]);
    values.set(counts, indptr[i]);
  });
  return { kind: "sparse", rows: rows.length, cols, indptr, indices, values };
}

function joinFeatures(columns: readonly Column[], encoders: readonly ColumnEncoder[]): Features {
  const names: string[] = [];
  const kinds: FeatureKind[] = [];
  const groups: string[] = [];
  encoders.forEach((encoder, i) => {
    for (const name of encoder.names) names.push(name);
    for (const kind of encoder.kinds) {
      kinds.push(kind);
      groups.push(columns[i].name);
    }
  });
  return { names, kinds, groups };
}

/** Words and wide one-hot columns are mostly zeros; a row of a table has one entry for each of its columns. */
function isSparse(columns: readonly Column[], features: number): boolean {
  return columns.some((column) => column.kind === "text" || column.kind === "vector") || columns.length < 0.2 * features;
}

function encodeExamples(table: Table, rows: Int32Array, encoders: readonly ColumnEncoder[], features: Features, sparse: boolean): Dataset {
  const examples = listExamples(table, rows);
  const distinct = Int32Array.from(new Set(examples.row));
  const encoded = encodeRows(table, distinct, encoders, features.names.length);
  const x: Matrix = sparse ? encoded : toDense(encoded);
  const source = table.roles.source === null ? null : columnOf(table, table.roles.source);
  const codes = source !== null && "codes" in source ? source : null;
  return {
    x: distinct.length === examples.row.length ? x : selectRows(x, positionsOf(examples.row, distinct)),
    y: examples.y,
    weight: null,
    target: targetOf(table),
    task: examples.task,
    tasks: taskNames(table),
    source: codes === null ? new Int32Array(examples.row.length).fill(-1) : Int32Array.from(examples.row, (row) => codes.codes[row]),
    sources: codes === null ? [] : codes.names,
    row: examples.row,
    features,
  };
}

function encodeRows(table: Table, rows: Int32Array, encoders: readonly ColumnEncoder[], cols: number): SparseMatrix {
  const columns = table.roles.features.map((name) => columnOf(table, name));
  let capacity = 0;
  for (let c = 0; c < columns.length; c++) for (const row of rows) capacity += encoders[c].entries(columns[c], row);
  const out = { indices: new Int32Array(capacity), values: new Float64Array(capacity), length: 0 };
  const indptr = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    let firstFeature = 0;
    for (let c = 0; c < columns.length; c++) {
      encoders[c].append(out, columns[c], rows[i], firstFeature);
      firstFeature += encoders[c].names.length;
    }
    indptr[i + 1] = out.length;
  }
  return {
    kind: "sparse",
    rows: rows.length,
    cols,
    indptr,
    indices: out.indices.slice(0, out.length),
    values: out.values.slice(0, out.length),
  };
}

function positionsOf(rows: Int32Array, distinct: Int32Array): Int32Array {
  const position = new Map<number, number>();
  distinct.forEach((row, i) => position.set(row, i));
  return rows.map((row) => position.get(row) as number);
}
