import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { type Copied, rewriterFor } from "../poison/source-file.ts";
import { readers } from "../read/readers.ts";
import { standardInput } from "../read/find/standard-input.ts";

/** Larger files than this are not read again for the numbers of their lines. */
const readAgainBelow = 2 ** 30;

/** The line on which each data row begins in its file, from 1; null where the format has no lines, the file is very large or came over standard input. */
export function rowLines({ files, dialect, table }: Copied): Int32Array | null {
  const { hasLines, linesOf } = readers[dialect.format];
  if (!hasLines) return null;
  if (files.some(({ path, bytes }) => path === standardInput || bytes > readAgainBelow)) return null;
  const lines = new Int32Array(table.rows);
  let row = 0;
  for (const { path, rows } of files) {
    const packed = readFileSync(path);
    const bytes = dialect.compression === "gzip" ? gunzipSync(packed) : packed;
    const own = linesOf === undefined ? rewriterFor(path, bytes, dialect).records.map(({ line }) => line) : linesOf(path, bytes);
    if (own.length !== rows) return null;
    for (const line of own) lines[row++] = line;
  }
  return lines;
}
