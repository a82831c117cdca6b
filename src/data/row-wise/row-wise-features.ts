import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeSipHash } from "../../numeric/sip-hash.ts";
import { type Column, type Table, type VectorColumn, columnOf } from "../../core/table.ts";
import { wordsOf } from "../../core/text/words.ts";
import { orientedGradients } from "./oriented-gradients.ts";
import { appendText, makeBytes } from "./row-content.ts";

/**
 * Features of rows, each made from its own row alone: no vocabulary, no scale, no category is learned from other rows, so a row that somebody adds changes the
 * features of no other. Columns decide the map by their kind and width, which the format of the data fixes.
 *
 * - numbers: sign(v) ln(1 + |v|), and whether the cell is missing; to be scaled by whoever learns from them, within the rows that he may use
 * - texts: words and pairs of neighbours hashed into 2^16 places, 1 + ln of their counts; to be weighted and brought to one length by whoever learns from them
 * - categories, tasks: a place of their column by the hash of their name
 * - vectors: of square images of at least 8 × 8 pixels oriented gradients; of others the same of each value as of numbers, unit length
 */
export interface RowWiseFeatures {
  /** Numbers. Shape: [rows, numbers]. */
  readonly numbers: Float64Array;
  readonly numberCount: number;
  /** Words. Shape: [rows, 2^16]. */
  readonly texts: SparseMatrix;
  /** Categories and sparse vectors. Shape: [rows, 2^18]. */
  readonly places: SparseMatrix;
  /** Images. Shape: [rows, gradients]. */
  readonly gradients: Float64Array;
  readonly gradientCount: number;
}

const placeBits = 18;
const textBits = 16;

/** Features of these rows of the table, row by row. */
export function rowWiseFeatures(table: Table, rows: Int32Array): RowWiseFeatures {
  const names = table.roles.task === null ? table.roles.features : [...table.roles.features, table.roles.task];
  const columns = names.map((name) => columnOf(table, name));
  const images = columns.filter(isImage);
  const numeric = columns.filter(({ kind }) => kind === "number");
  const numberCount = 2 * numeric.length;
  const numbers = new Float64Array(rows.length * numberCount);
  numeric.forEach((column, c) => {
    if (column.kind !== "number") return;
    rows.forEach((row, i) => {
      const value = column.values[row];
      if (Number.isNaN(value)) numbers[i * numberCount + 2 * c + 1] = 1;
      else numbers[i * numberCount + 2 * c] = damped(value);
    });
  });
  const { gradients, gradientCount } = gradientsOf(images, rows);
  const texts = columns.filter(({ kind }) => kind === "text");
  const others = columns.filter((column) => column.kind !== "number" && column.kind !== "text" && !isImage(column));
  return {
    ...{ numbers, numberCount, gradients, gradientCount },
    texts: placesOf(texts, rows, textBits),
    places: placesOf(others, rows, placeBits),
  };
}

/** sign(v) ln(1 + |v|) */
function damped(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

/** Told by its width, which every row of a file shares. */
function isImage(column: Column): column is VectorColumn {
  if (column.kind !== "vector" || column.name !== "image") return false;
  const side = Math.sqrt(column.matrix.cols);
  return Number.isInteger(side) && side >= 8;
}

function gradientsOf(images: readonly VectorColumn[], rows: Int32Array): Pick<RowWiseFeatures, "gradients" | "gradientCount"> {
  const maps = images.map(({ matrix }) => orientedGradients(Math.sqrt(matrix.cols)));
  const gradientCount = maps.reduce((sum, { features }) => sum + features, 0);
  const gradients = new Float64Array(rows.length * gradientCount);
  let first = 0;
  images.forEach(({ matrix }, m) => {
    const image = new Float64Array(matrix.cols);
    const { features, mapInto } = maps[m];
    rows.forEach((row, i) => {
      image.fill(0);
      for (let p = matrix.indptr[row]; p < matrix.indptr[row + 1]; p++) image[matrix.indices[p]] = matrix.values[p];
      const at = i * gradientCount + first;
      mapInto(gradients.subarray(at, at + features), image);
    });
    first += features;
  });
  return { gradients, gradientCount };
}

function placesOf(columns: readonly Column[], rows: Int32Array, bits: number): SparseMatrix {
  const indptr = new Int32Array(rows.length + 1);
  const out: Places = { places: new Int32Array(1024), values: new Float64Array(1024), length: 0 };
  const appends = columns.map((column) => appendOf(column));
  rows.forEach((row, i) => {
    const from = out.length;
    for (const append of appends) append(out, row);
    if (appends.length > 1) mergeFrom(out, from);
    indptr[i + 1] = out.length;
  });
  return {
    ...{ kind: "sparse", rows: rows.length, cols: 2 ** bits },
    ...{ indptr, indices: out.places.slice(0, out.length), values: out.values.slice(0, out.length) },
  };
}

/** Entries under construction, places ascending within a row. */
interface Places {
  places: Int32Array;
  values: Float64Array;
  length: number;
}

type Append = (out: Places, row: number) => void;

function push(out: Places, place: number, value: number): void {
  if (out.length === out.places.length) {
    const [places, values] = [new Int32Array(2 * out.length), new Float64Array(2 * out.length)];
    places.set(out.places);
    values.set(out.values);
    out.places = places;
    out.values = values;
  }
  out.places[out.length] = place;
  out.values[out.length++] = value;
}

/** Puts the entries from there on in order, and those of one place together. */
function mergeFrom(out: Places, from: number): void {
  const order = Array.from({ length: out.length - from }, (_, k) => from + k).sort((a, b) => out.places[a] - out.places[b]);
  const [places, values] = [order.map((k) => out.places[k]), order.map((k) => out.values[k])];
  out.length = from;
  places.forEach((place, k) => {
    if (k > 0 && place === places[k - 1]) out.values[out.length - 1] += values[k];
    else push(out, place, values[k]);
  });
}

function appendOf(column: Column): Append {
  if (column.kind === "vector") return (out, row) => appendVector(out, column, row);
  if (column.kind === "number") throw new Error("numbers are not hashed");
  const { codes, names } = column;
  if (column.kind === "text") return appendTexts(column.name, (row) => (codes[row] < 0 ? "" : names[codes[row]]));
  const hash = nameHash(column.name);
  return (out, row) => push(out, hash(codes[row] < 0 ? "" : names[codes[row]]) >>> (32 - placeBits), 1);
}

function appendVector(out: Places, { matrix: { indptr, indices, values } }: VectorColumn, row: number): void {
  let squares = 0;
  for (let p = indptr[row]; p < indptr[row + 1]; p++) squares += damped(values[p]) ** 2;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  const from = out.length;
  let ascends = true;
  for (let p = indptr[row]; p < indptr[row + 1]; p++) {
    const place = indices[p] & (2 ** placeBits - 1);
    if (out.length > from && place <= out.places[out.length - 1]) ascends = false;
    push(out, place, damped(values[p]) * scale);
  }
  if (!ascends) mergeFrom(out, from);
}

/** A pair of words goes by the hashes of both. */
function appendTexts(column: string, textOf: (row: number) => string): Append {
  const hash = nameHash(column);
  let found = new Int32Array(256);
  return (out, row) => {
    const words = wordsOf(textOf(row));
    const count = Math.max(0, 2 * words.length - 1);
    if (found.length < count) found = new Int32Array(2 * count);
    let before = 0;
    for (let k = 0; k < words.length; k++) {
      const own = hash(words[k]);
      found[k] = own >>> (32 - textBits);
      if (k > 0) found[words.length + k - 1] = Math.imul(Math.imul(before, 0x9e3779b1) ^ own, 0x85ebca6b) >>> (32 - textBits);
      before = own;
    }
    const terms = found.subarray(0, count).sort();
    for (let k = 0; k < count;) {
      const start = k;
      while (k < count && terms[k] === terms[start]) k++;
      push(out, terms[start], 1 + Math.log(k - start));
    }
  };
}

/** A hash of names that is the same for everybody: where a word goes is no secret. */
function nameHash(column: string): (name: string) => number {
  const sip = makeSipHash(new Uint32Array([0x7468, 0x6572, 0x6961, 0x63]));
  const bytes = makeBytes();
  const known = new Map<string, number>();
  return (name) => {
    let hash = known.get(name);
    if (hash === undefined) {
      bytes.length = 0;
      appendText(bytes, column);
      appendText(bytes, name);
      sip.hash(bytes.buffer, bytes.length);
      known.set(name, (hash = sip.low));
    }
    return hash;
  };
}
