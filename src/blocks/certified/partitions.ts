import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { type SipHash, makeSipHash } from "../../numeric/sip-hash.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { appendText, makeBytes, rowContent } from "../../data/row-wise/row-content.ts";

/** What decides where a row goes: its own features, or whoever it is from. */
export type PartitionKey = "row" | "source";

/**
 * The part of each of these rows, in [0, parts): a keyed hash of its features without its label, so that a row that comes or goes touches one part and so does
 * a label that is flipped; or of its source, so that an account touches one part whatever it writes. A row without source goes by its features. Position in
 * the file, other rows and their number play no role.
 *
 * @param seed of the key
 */
export function partsOfRows(table: Table, rows: Int32Array, parts: number, { by, seed }: { by: PartitionKey; seed: string }): Int32Array {
  const hash = contentHash(table, { by, seed });
  return rows.map((row) => {
    hash.ofRow(row);
    // The upper half picks the part; 2^32 is no multiple of most numbers of parts, which makes some likelier by less than one in a million.
    return hash.found.high % parts;
  });
}

/** The part of each of these names, in [0, parts): what `partsOfRows` makes of rows by source. */
export function partsOfNames(names: readonly string[], parts: number, seed: string): Int32Array {
  const sip = keyedHash(seed);
  const bytes = makeBytes();
  return Int32Array.from(names, (name) => {
    bytes.length = 0;
    appendText(bytes, name);
    sip.hash(bytes.buffer, bytes.length);
    return sip.high % parts;
  });
}

/** The same of encoded rows, by what they hold to the last bit, zeros left out, so that dense and sparse ones go alike. Shape: [rows]. */
export function partsOfEncoded(x: Matrix, parts: number, seed: string): Int32Array {
  const sip = keyedHash(seed);
  const bytes = new Uint8Array(12 * x.cols);
  const view = new DataView(bytes.buffer);
  let length = 0;
  const append = (column: number, value: number): void => {
    if (value === 0) return;
    view.setUint32(length, column);
    view.setFloat64(length + 4, value);
    length += 12;
  };
  return Int32Array.from({ length: x.rows }, (_, i) => {
    length = 0;
    if (x.kind === "dense") for (let j = 0; j < x.cols; j++) append(j, x.data[i * x.cols + j]);
    else for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) append(x.indices[p], x.values[p]);
    sip.hash(bytes, length);
    return sip.high % parts;
  });
}

/** The rows that each model learns from, in their order: part h goes to the models (h + s) mod `models` for the shifts s. Shape: [models] of positions. */
export function dealParts(part: Int32Array, models: number, shifts: Int32Array = Int32Array.of(0)): Int32Array[] {
  const rowsOf: number[][] = Array.from({ length: models }, () => []);
  part.forEach((own, position) => {
    for (const shift of shifts) rowsOf[(own + shift) % models].push(position);
  });
  return rowsOf.map((rows) => Int32Array.from(rows));
}

function keyedHash(seed: string): SipHash {
  const rng = makeRng(seed);
  return makeSipHash(Uint32Array.from({ length: 4 }, () => rng.integer(2 ** 32)));
}

/** Rows in an order that their contents alone decide: by hash, then as they stand, which sets only rows with equal contents in order. */
export function inContentOrder(table: Table, rows: Int32Array, label: (row: number) => number, seed: string): Int32Array {
  const hash = contentHash(table, { by: "row", seed });
  const keys = Array.from(rows, (row) => {
    hash.ofRow(row);
    return { row, high: hash.found.high, low: hash.found.low, y: label(row) };
  });
  keys.sort((a, b) => a.high - b.high || a.low - b.low || a.y - b.y);
  return Int32Array.from(keys, ({ row }) => row);
}

function contentHash(
  table: Table,
  { by, seed }: { by: PartitionKey; seed: string },
): { ofRow(row: number): void; readonly found: { low: number; high: number } } {
  const sip = keyedHash(seed);
  const { features, task, source } = table.roles;
  const content = rowContent(table, task === null ? features : [...features, task]);
  const who = by === "source" && source !== null ? columnOf(table, source) : null;
  const sources = who !== null && "codes" in who ? who : null;
  const bytes = makeBytes();
  return {
    found: sip,
    ofRow(row) {
      if (sources !== null && sources.codes[row] >= 0) {
        bytes.length = 0;
        appendText(bytes, sources.names[sources.codes[row]]);
      } else content(row, bytes);
      sip.hash(bytes.buffer, bytes.length);
    },
  };
}
