import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { type Copied, rewriterFor } from "../poison/source-file.ts";
import { readers } from "../read/readers.ts";
import { standardInput } from "../read/find/standard-input.ts";

/** Larger files than this are not read again for the numbers of their lines. */
const readAgainBelow = 2 ** 30;

/** The line on which each data row begins in its file, from 1; null where the format has no lines, the file is very large or came over standard input. */
export function rowLines({ files, dialect, table }: Copied): Int32Array | null {
  if (!readers[dialect.format].hasLines) return null;
  if (files.some(({ path, bytes }) => path === standardInput || bytes > readAgainBelow)) return null;
  const lines = new Int32Array(table.rows);
  let row = 0;
  for (const { path, rows } of files) {
    const packed = readFileSync(path);
    const { records } = rewriterFor(path, dialect.compression === "gzip" ? gunzipSync(packed) : packed, dialect);
    if (records.length !== rows) return null;
    for (const { line } of records) lines[row++] = line;
  }
  return lines;
}
