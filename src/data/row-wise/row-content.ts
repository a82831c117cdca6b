import { type Column, type Table, columnOf } from "../../core/table.ts";

/** The bytes of a growing record. */
export interface Bytes {
  buffer: Uint8Array;
  length: number;
}

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** What a row holds in these columns, as bytes of which no two different rows have the same; equal whatever else is in the table. */
export function rowContent(table: Table, columns: readonly string[]): (row: number, out: Bytes) => void {
  const found = columns.map((name) => columnOf(table, name));
  return (row, out) => {
    out.length = 0;
    for (const column of found) appendCell(out, column, row);
  };
}

export function makeBytes(): Bytes {
  return { buffer: new Uint8Array(256), length: 0 };
}

/** A text, by its UTF-16 units, with its length before it. */
export function appendText(out: Bytes, text: string): void {
  appendNumber(out, text.length);
  reserve(out, 2 * text.length);
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    out.buffer[out.length++] = unit & 255;
    out.buffer[out.length++] = unit >> 8;
  }
}

function appendCell(out: Bytes, column: Column, row: number): void {
  if (column.kind === "number") return appendNumber(out, column.values[row]);
  if (column.kind === "vector") {
    const { indptr, indices, values } = column.matrix;
    appendNumber(out, indptr[row + 1] - indptr[row]);
    for (let p = indptr[row]; p < indptr[row + 1]; p++) {
      appendNumber(out, indices[p]);
      appendNumber(out, values[p]);
    }
    return;
  }
  const code = column.codes[row];
  if (code < 0) appendNumber(out, -1);
  else appendText(out, column.names[code]);
}

/** One bit pattern for every NaN and for both zeros. */
function appendNumber(out: Bytes, value: number): void {
  reserve(out, 8);
  float[0] = Number.isNaN(value) ? NaN : value + 0;
  for (let k = 0; k < 8; k++) out.buffer[out.length++] = floatBytes[k];
}

function reserve(out: Bytes, more: number): void {
  if (out.length + more <= out.buffer.length) return;
  const larger = new Uint8Array(Math.max(2 * out.buffer.length, out.length + more));
  larger.set(out.buffer.subarray(0, out.length));
  out.buffer = larger;
}
