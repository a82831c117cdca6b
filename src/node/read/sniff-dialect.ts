import { openSync, readSync, closeSync, readFileSync, statSync } from "node:fs";
import { createGunzip, gunzipSync } from "node:zlib";
import { createReadStream } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { isGzip, isVague } from "./find-files.ts";
import { isMissing, isNumeric } from "./missing.ts";
import { parseRecord } from "./parse-record.ts";
import type { Dialect, Format, Note, ReadRequest } from "./request.ts";
import { type RecordShape, recordsOf } from "./scan-records.ts";

const headBytes = 1 << 18;
const delimiterNames: Readonly<Record<string, string>> = { "\t": "tab", ",": "comma", ";": "semicolon", "|": "bar" };

/** How a delimited file is written, from its first bytes and from what the user said. */
export async function sniffDialect(path: string, format: Format, request: ReadRequest): Promise<{ dialect: Dialect; notes: Note[] }> {
  const notes: Note[] = [];
  const { bytes, whole } = await readHead(path);
  refuseBinary(path, bytes);
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const newline = newlineOf(bytes);
  const quoted = request.quoted ?? format !== "tsv";
  const shapeOf = (delimiter: string): RecordShape => ({ separator: delimiter.charCodeAt(0), quoted, returnEnds: newline === "\r" });
  const sample = (delimiter: string): string[][] => {
    const shape = shapeOf(delimiter);
    const found = recordsOf(path, bytes, shape, whole).slice(0, 500);
    if (found.length > 0 || whole) return found.map((record) => parseRecord(bytes, record, shape).map((cell) => cell.text));
    // The first record is longer than the head: only the whole file shows its end.
    const all = isGzip(path) ? gunzipSync(readFileSync(path)) : readFileSync(path);
    return recordsOf(path, all, shape)
      .slice(0, 1)
      .map((first) => parseRecord(all, first, shape).map((cell) => cell.text));
  };

  const usual = format === "tsv" ? "\t" : ",";
  const delimiter =
    request.delimiter === undefined ? guessDelimiter(usual, isVague(path) || format === "csv", sample) : readDelimiter(request.delimiter);
  if (delimiter !== usual && request.delimiter === undefined) {
    notes.push({ level: "info", text: `${path}: cells are separated by ${delimiterNames[delimiter]} (override with --delimiter)` });
  }
  const records = sample(delimiter);
  if (records.length === 0) throw new UsageError(`${path} is empty`);
  const header = request.header ?? looksLikeHeader(records);
  if (!header && request.header === undefined) {
    notes.push({ level: "info", text: `${path}: no header line was found, columns are named c1 to c${records[0].length}` });
  }
  const columns = header ? headerNames(path, records[0]) : records[0].map((_, i) => `c${i + 1}`);
  const compression = isGzip(path) ? "gzip" : "none";
  return { dialect: { format, compression, byteOrderMark, delimiter, quoted, header, newline, columns, firstIndex: 1 }, notes };
}

export function recordShape(dialect: Dialect): RecordShape {
  const separator = dialect.delimiter === "" ? -1 : dialect.delimiter.charCodeAt(0);
  return { separator, quoted: dialect.quoted, returnEnds: dialect.newline === "\r" };
}

/** The dialect of a file of lines (JSON lines, svmlight). */
export async function lineDialect(path: string, format: Format): Promise<Dialect> {
  const { bytes } = await readHead(path);
  refuseBinary(path, bytes);
  return {
    format,
    compression: isGzip(path) ? "gzip" : "none",
    byteOrderMark: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf,
    delimiter: "",
    quoted: false,
    header: false,
    newline: newlineOf(bytes),
    columns: [],
    firstIndex: 1,
  };
}

async function readHead(path: string): Promise<{ bytes: Buffer; whole: boolean }> {
  if (statSync(path).size === 0) throw new UsageError(`${path} is empty`);
  if (isGzip(path)) {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        if ((length += chunk.length) >= headBytes) break;
      }
    } catch (error) {
      throw new UsageError(`${path} is not a sound gzip file: ${(error as Error).message}`);
    }
    return { bytes: Buffer.concat(chunks), whole: length < headBytes };
  }
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(headBytes);
    const length = readSync(file, bytes, 0, headBytes, 0);
    return { bytes: bytes.subarray(0, length), whole: length < headBytes };
  } finally {
    closeSync(file);
  }
}

function refuseBinary(path: string, bytes: Buffer): void {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) throw new UsageError(`${path} is UTF-16, not UTF-8: save the file as UTF-8`);
  if (bytes.subarray(0, 4).toString("latin1") === "PAR1") throw new UsageError(`${path} is a Parquet file: use --format parquet`);
  if (bytes.includes(0)) throw new UsageError(`${path} looks binary (it holds zero bytes), not text`);
}

function newlineOf(bytes: Buffer): "\n" | "\r\n" | "\r" {
  const feed = bytes.indexOf(0x0a);
  if (feed < 0) return bytes.includes(0x0d) ? "\r" : "\n";
  return feed > 0 && bytes[feed - 1] === 0x0d ? "\r\n" : "\n";
}

function readDelimiter(given: string): string {
  if (given === "tab" || given === "\\t" || given === "\t") return "\t";
  if (given.length === 1 && given >= " " && given <= "~" && given !== '"') return given;
  throw new UsageError(`--delimiter must be one ASCII character (or "tab") and not a quote, got ${JSON.stringify(given)}`);
}

/** The usual one unless it splits nothing and another splits every record alike. */
function guessDelimiter(usual: string, mayGuess: boolean, sample: (delimiter: string) => string[][]): string {
  if (!mayGuess) return usual;
  const first = sample(usual);
  if (first.length > 0 && first[0].length > 1) return usual;
  let best = usual;
  let bestCells = 1;
  for (const candidate of ["\t", ";", "|"]) {
    try {
      const records = sample(candidate);
      const cells = records[0]?.length ?? 1;
      if (cells > bestCells && records.every((record) => record.length === cells)) {
        best = candidate;
        bestCells = cells;
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return best;
}

/** A first record of names: no number in it unless the numbers below a name say so, none that recurs below it, none that reads like prose. */
function looksLikeHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  const columns = first.map((_, j) => rest.map((record) => record[j] ?? "").filter((cell) => !isMissing(cell)));
  const isName = (cell: string): boolean => /\p{L}/u.test(cell) && !isMissing(cell) && !isNumeric(cell);
  const overNumbers = first.some(
    (cell, j) => isName(cell) && columns[j].length > 0 && columns[j].filter(isNumeric).length >= 0.9 * columns[j].length,
  );
  const numbers = first.filter((cell) => isNumeric(cell)).length;
  if (overNumbers) return numbers === 0 || numbers * 2 < first.length;
  if (numbers > 0 || !first.some(isName)) return false;
  if (rest.length === 0) return first.every((cell) => isName(cell) || cell.trim() === "");
  return first.every((cell, j) => cell.length <= 64 && cell.trim().split(/\s+/).length <= 6 && !columns[j].includes(cell));
}

function headerNames(path: string, cells: readonly string[]): string[] {
  const names = cells.map((cell, i) => (cell.trim() === "" ? `c${i + 1}` : cell.trim()));
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  if (twice.length > 0) {
    throw new UsageError(
      `${path}: the header has duplicate column names: ${twice.map((name) => `"${name}"`).join(", ")}; each name must be its own`,
    );
  }
  return names;
}
