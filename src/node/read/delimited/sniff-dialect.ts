import { UsageError } from "../../../core/errors.ts";
import { isGzip } from "../find/ending.ts";
import {
  type Layout,
  type Sample,
  type SampledRecord,
  type Separator,
  guessDelimiter,
  layoutOf,
  readDelimiter,
  spokenSeparator,
} from "./guess-delimiter.ts";
import { parseRecord } from "./parse-record.ts";
import { looksLikeHeader, mayBeHeader, readHeader } from "./read-header.ts";
import { headBytes, readHead, readText } from "./read-text.ts";
import type { Format } from "../../formats.ts";
import type { Dialect, Encoding, Note, ReadRequest } from "../request.ts";
import { type RecordShape, recordsOf } from "./scan-records.ts";

const mostSampled = 500;

export interface Sniffed {
  readonly dialect: Dialect;
  /** Columns that the file leaves without a name. */
  readonly unnamed: ReadonlySet<string>;
  readonly notes: readonly Note[];
}

/** How a delimited file is written, from its first bytes and from what the user said. @param known where a later line says what the encoding is */
export async function sniffDialect(path: string, format: Format, request: ReadRequest, known?: Encoding): Promise<Sniffed> {
  const notes: Note[] = [];
  const head = await readHead(path);
  const encoding = known ?? head.encoding;
  let { bytes, whole } = known === undefined ? head : headOf(readText(path).bytes);
  const newline = newlineOf(bytes);
  const usual = format === "tsv" ? "\t" : ",";
  const quotedIn = ({ delimiter }: Separator): boolean => request.quoted ?? !(format === "tsv" && delimiter === "\t");
  const dialectOf = (separator: Separator, skippedLines: number, quoted: boolean): Dialect => ({
    ...{ format, compression: isGzip(path) ? "gzip" : "none", byteOrderMark: hasMark(bytes), ...separator, quoted },
    ...{ header: false, newline, columns: [], firstIndex: 1, skippedLines, encoding },
  });
  const sampleWith = (separator: Separator, skippedLines: number, quoted: boolean): readonly SampledRecord[] => {
    const shape = recordShape(dialectOf(separator, skippedLines, quoted));
    let records = recordsOf(path, bytes, shape, whole);
    if (records.length === 0 && !whole) {
      // The first record is longer than the head: only the whole file shows its end.
      ({ bytes, whole } = { bytes: readText(path).bytes, whole: true });
      records = recordsOf(path, bytes, shape);
    }
    return records.slice(0, mostSampled).map((record) => ({
      ...{ line: record.line, isBare: record.isBare },
      cells: parseRecord(bytes, record, shape).map(({ start, text }) => ({ text, isQuoted: quoted && bytes[start] === 0x22 })),
    }));
  };
  /** Under tabs a quote may be a letter like any other. */
  const unquotedTabs = new Set<number>();
  const sampleAfter =
    (skippedLines: number): Sample =>
    (separator) => {
      try {
        return sampleWith(separator, skippedLines, quotedIn(separator));
      } catch (error) {
        if (!(error instanceof UsageError) || separator.delimiter !== "\t" || request.quoted !== undefined) throw error;
        unquotedTabs.add(skippedLines);
        return sampleWith(separator, skippedLines, false);
      }
    };

  const firstLines = linesOf(bytes, newline, 200);
  const told = sepLine(firstLines[0] ?? "");
  let skippedLines = told === null ? 0 : 1;
  if (told !== null) notes.push({ level: "info", text: `${path}: line 1 says that cells are separated by ${spokenSeparator(told)}` });
  const comments = leadingComments(firstLines, skippedLines);
  const afterComments = skippedLines + comments;
  const pick = (sample: Sample): Separator => {
    if (request.delimiter !== undefined) return readDelimiter(request.delimiter);
    return told ?? guessDelimiter(usual, sample);
  };
  let separator = pick(sampleAfter(afterComments));
  const last =
    comments === 0 ? "none" : commentKind(firstLines[afterComments - 1], separator, sampleAfter(afterComments)(separator), request.header);
  const hashed = last === "header";
  if (last !== "data") skippedLines = afterComments - Number(hashed);
  const said = skippedLines - Number(told !== null);
  if (said > 0)
    notes.push({ level: "info", text: `${path}: ${countLines(said)} of comment (#) before the ${hashed ? "header" : "data"} left out` });
  separator = hashed ? separator : pick(sampleAfter(skippedLines));

  let records = sampleAfter(skippedLines)(separator);
  if (records.length === 0)
    throw new UsageError(skippedLines > 0 ? `${path} has no data rows after its first lines` : `${path} holds blank lines only`);
  const layout = layoutOf(records);
  const isShort = request.header !== false && layout.before === 1 && layout.isAlike && records[0].cells.length === layout.cells - 1;
  const trails = isShort && endsInEmpty(records.slice(1));
  const rowNames = trails || (isShort && isRowNames(records, layout.cells));
  const titles = rowNames ? 0 : titleCount(records, layout, request.header);
  if (titles > 0) {
    const shown = records[0].cells.map(({ text }) => text).find((text) => text.trim() !== "") ?? "";
    const lines = records[titles].line - 1 - skippedLines;
    notes.push({
      level: "warning",
      text: `${path}: ${countLines(lines)} before the header left out, taken for a title: ${JSON.stringify(shown.slice(0, 60))}`,
    });
    skippedLines = records[titles].line - 1;
    records = sampleAfter(skippedLines)(separator);
  }
  const quoted = quotedIn(separator) && !(separator.delimiter === "\t" && unquotedTabs.has(skippedLines));
  if (!quoted && quotedIn(separator))
    notes.push({ level: "info", text: `${path}: quotes are taken as they stand, for they do not enclose cells (override with --quoted)` });
  if (request.delimiter === undefined && told === null && separator.delimiter !== usual)
    notes.push({ level: "info", text: `${path}: cells are separated by ${spokenSeparator(separator)} (override with --delimiter)` });

  const texts = textsOf(records);
  if (hashed) texts[0][0] = texts[0][0].replace(/^#+\s*/, "");
  const header = request.header ?? (rowNames || hashed || looksLikeHeader(texts));
  if (!header && request.header === undefined) {
    notes.push({ level: "info", text: `${path}: no header line was found, columns are named c1 to c${texts[0].length}` });
    if (mayBeHeader(texts))
      notes.push({
        level: "warning",
        text: `${path}: the first line is read as data, though it may name the columns (${texts[0].slice(0, 4).join(", ")}${texts[0].length > 4 ? ", …" : ""}): --header if it does`,
      });
  }
  const named = header ? readHeader(path, trails ? [...texts[0], ""] : rowNames ? ["", ...texts[0]] : texts[0]) : null;
  if (rowNames && !trails)
    notes.push({
      level: "info",
      text: `${path}: the header has a name less than there are columns: the first column holds the names of the rows`,
    });
  notes.push(...(named?.notes ?? []).filter(({ level }) => level !== "warning" || request.header === undefined));
  return {
    dialect: {
      ...dialectOf(separator, skippedLines, quoted),
      header,
      columns: named?.names ?? texts[0].map((_, j) => `c${j + 1}`),
      ...(rowNames ? { rowNames } : {}),
    },
    unnamed: named?.unnamed ?? new Set(),
    notes,
  };
}

export function recordShape(dialect: Dialect): RecordShape {
  const { delimiter, quoted, newline, wide, skippedLines = 0 } = dialect;
  const returnEnds = newline === "\r";
  if (delimiter === "") return { separator: -1, quoted, returnEnds };
  if (wide !== undefined)
    return {
      ...{ separator: -1, quoted: false, returnEnds, skippedLines },
      wide: { between: wide === "blanks" ? "blanks" : Buffer.from(delimiter), quoted },
    };
  return { separator: delimiter.charCodeAt(0), quoted, returnEnds, skippedLines };
}

/** The dialect of a file of lines (JSON lines, svmlight), from its text. */
export function lineDialect(path: string, format: Format, bytes: Buffer, encoding: Encoding): Dialect {
  return {
    ...{ format, compression: isGzip(path) ? "gzip" : "none", byteOrderMark: hasMark(bytes), encoding },
    ...{ delimiter: "", quoted: false, header: false, newline: newlineOf(bytes), columns: [], firstIndex: 1 },
  };
}

function hasMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function newlineOf(bytes: Buffer): "\n" | "\r\n" | "\r" {
  const feed = bytes.indexOf(0x0a);
  if (feed < 0) return bytes.includes(0x0d) ? "\r" : "\n";
  return feed > 0 && bytes[feed - 1] === 0x0d ? "\r\n" : "\n";
}

function linesOf(bytes: Buffer, newline: string, most: number): string[] {
  const end = newline === "\r" ? 0x0d : 0x0a;
  const lines: string[] = [];
  for (let start = hasMark(bytes) ? 3 : 0; start < bytes.length && lines.length < most;) {
    const at = bytes.indexOf(end, start);
    const stop = at < 0 ? bytes.length : at;
    lines.push(bytes.toString("utf8", start, Math.min(stop, start + 65_536)).replace(/\r$/, ""));
    start = stop + 1;
  }
  return lines;
}

/** `sep=;`, which Excel writes and reads. */
function sepLine(line: string): Separator | null {
  const match = /^"?sep=(.|\\t|tab)"?$/i.exec(line);
  return match === null ? null : readDelimiter(match[1].toLowerCase());
}

/** Lines from `from` on that begin with `#`, blank ones among them. */
function leadingComments(lines: readonly string[], from: number): number {
  let count = 0;
  for (let i = from; i < lines.length; i++) {
    if (lines[i].startsWith("#")) count = i + 1 - from;
    else if (lines[i].trim() !== "") break;
  }
  // All that there is may be a table whose header alone begins so.
  return from + count >= lines.length ? 0 : count;
}

/** What the last line that begins with `#` is: as many cells as follow make it `#id,name,label`, or a row like the others. */
function commentKind(
  line: string,
  { delimiter, wide }: Separator,
  records: readonly SampledRecord[],
  asked: boolean | undefined,
): "comment" | "header" | "data" {
  const cells = wide === "blanks" ? line.replace(/^#+/, "").trim().split(/\s+/) : line.split(delimiter);
  const layout = layoutOf(records);
  if (layout.cells < 2) return "data";
  if (cells.length !== layout.cells || layout.before > 0) return "comment";
  if (asked === false) return "data";
  if (looksLikeHeader(textsOf(records))) return "comment";
  return cells.every((cell) => /\p{L}/u.test(cell) && cell.trim().length <= 64) ? "header" : "data";
}

function headOf(bytes: Buffer): { bytes: Buffer; whole: boolean } {
  return bytes.length <= headBytes ? { bytes, whole: true } : { bytes: bytes.subarray(0, headBytes), whole: false };
}

/** R's tables: a header with a name less than the rows have cells, of which the first are nearly all different. */
function isRowNames(records: readonly SampledRecord[], cells: number): boolean {
  const rest = records.slice(1).filter(({ isBare }) => !isBare);
  const firsts = new Set(rest.map((record) => record.cells[0].text));
  return firsts.size >= 0.9 * rest.length && (cells > 2 || !looksLikeHeader(textsOf(rest)));
}

/** Every row ends in a separator that the header does without. */
function endsInEmpty(rows: readonly SampledRecord[]): boolean {
  return rows.length > 0 && rows.every(({ cells }) => cells[cells.length - 1].text === "");
}

function textsOf(records: readonly SampledRecord[]): string[][] {
  return records.map(({ cells }) => cells.map(({ text }) => text));
}

/** Records before the header that hold a title: fewer cells than the rest, or all of them empty but one. */
function titleCount(records: readonly SampledRecord[], { cells, before, isAlike }: Layout, asked: boolean | undefined): number {
  if (before > 0) {
    if (!isAlike || records.length <= before + 1) return 0;
    const isTitle = cells > 2 && asked !== true && records.slice(0, before).every((record) => isBrief(record, cells));
    return isTitle || looksLikeHeader(textsOf(records.slice(before))) ? before : 0;
  }
  let count = 0;
  while (count < 5 && count + 2 < records.length && isLonely(records[count], cells)) count++;
  if (count === 0 || isLonely(records[count], cells)) return 0;
  return looksLikeHeader(textsOf(records.slice(count))) ? count : 0;
}

function isBrief(record: SampledRecord, cells: number): boolean {
  return record.cells.length <= Math.max(1, cells - 2) || record.cells.filter(({ text }) => text.trim() !== "").length <= 1;
}

function isLonely(record: SampledRecord, cells: number): boolean {
  return cells >= 3 && record.cells.length === cells && record.cells.filter(({ text }) => text.trim() !== "").length === 1;
}

function countLines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}
