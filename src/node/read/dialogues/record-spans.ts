import { UsageError } from "../../../core/errors.ts";

/** One record as it stands in a file of JSON: bytes [start, end), and the line where it begins, from 1. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** Where its entry begins: with its name in an object of records. */
  readonly from: number;
  readonly line: number;
  /** The name that it bears in an object of records; null elsewhere. */
  readonly name: string | null;
}

/** How the records of a file of JSON lie in it. */
export interface JsonRecords {
  /** One a line; elements of a list; what an object holds under its names. */
  readonly layout: "lines" | "list" | "members";
  readonly spans: readonly JsonSpan[];
  /** The name of the list where it stands in an object, and what stands beside it. */
  readonly list: { readonly name: string; readonly beside: readonly string[] } | null;
}

const [LF, BLANK, QUOTE, COMMA, COLON, BACKSLASH] = [0x0a, 0x20, 0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Where the records of a file of JSON stand: one a line, in one list, in the one list of objects that an object holds, or objects under names.
 *
 * @param bytes in UTF-8
 * @throws UsageError that names file and line, where the file is cut short or the commas between its records are not where they belong
 */
export function findJsonRecords(path: string, bytes: Buffer): JsonRecords {
  const start = firstOf(bytes);
  if (start === bytes.length) throw new UsageError(`${path} is empty: it holds blanks alone`);
  if (bytes[start] === OPEN_LIST && !isLineOfMany(bytes, start))
    return { layout: "list", spans: new Walk(path, bytes).list(start), list: null };
  if (bytes[start] !== OPEN_OBJECT) return { layout: "lines", spans: linesOf(bytes, start), list: null };
  const isLine = isSoundLine(bytes, start);
  const next = isLine ? afterBlanks(bytes, lineEnd(bytes, start)) : bytes.length;
  if (isLine && next < bytes.length) return { layout: "lines", spans: linesOf(bytes, start), list: null };
  if (!isLine && !isSpread(bytes, start)) return { layout: "lines", spans: linesOf(bytes, start), list: null };
  return insideOf(path, bytes, start, isLine);
}

/** What one document of an object holds. */
function insideOf(path: string, bytes: Buffer, start: number, isLine: boolean): JsonRecords {
  const walk = new Walk(path, bytes);
  const members = walk.members(start);
  const first = (span: JsonSpan): number => bytes[span.start];
  const lists = members.filter((span) => first(span) === OPEN_LIST && bytes[afterBlanks(bytes, span.start + 1)] === OPEN_OBJECT);
  const others = members.filter((span) => !lists.includes(span));
  if (members.length > 0 && members.every((span) => first(span) === OPEN_OBJECT)) return { layout: "members", spans: members, list: null };
  const isRecord =
    lists.length === 0 || lists.some(({ name }) => ofChats.has(name!)) || (isLine && others.some((span) => first(span) === QUOTE));
  if (isRecord)
    return {
      layout: "lines",
      spans: [{ start, end: valueEnd(bytes, start), from: start, line: lineIn(bytes, start), name: null }],
      list: null,
    };
  if (lists.length > 1)
    throw new UsageError(
      `${path} holds several lists of objects (${lists
        .slice(0, 5)
        .map(({ name }) => JSON.stringify(name))
        .join(", ")}): write the one that is meant to a file of its own`,
    );
  const [{ start: from, line, name }] = lists;
  return {
    layout: "list",
    spans: new Walk(path, bytes).list(from, line),
    list: { name: name!, beside: others.map((span) => span.name!) },
  };
}

/** Lists of objects that belong to one record. */
const ofChats = new Set(["messages", "conversations", "conversation", "chosen", "rejected", "tools", "history"]);

/** Every line that is not blank. */
function linesOf(bytes: Buffer, from: number): JsonSpan[] {
  const out: JsonSpan[] = [];
  let line = 1;
  for (let feed = bytes.indexOf(LF); feed >= 0 && feed < from; feed = bytes.indexOf(LF, feed + 1)) line++;
  for (let at = from; at < bytes.length; line++) {
    const end = lineEnd(bytes, at);
    let start = at;
    while (start < end && bytes[start] <= BLANK) start++;
    let last = end;
    while (last > start && bytes[last - 1] <= BLANK) last--;
    if (last > start) out.push({ start, end: last, from: start, line, name: null });
    at = end + 1;
  }
  return out;
}

/** Records at the beginning of a file that are whole, as far as they can be told apart; wrong files give few of them or none. @param whole whether these are all bytes */
export function headSpans(bytes: Buffer, most: number, whole: boolean): { readonly start: number; readonly end: number }[] {
  const start = firstOf(bytes);
  const out: { start: number; end: number }[] = [];
  const isLines = bytes[start] === OPEN_OBJECT && (isSoundLine(bytes, start) ? !isAlone(bytes, start) : !isSpread(bytes, start));
  if (isLines) {
    for (let at = start; at < bytes.length && out.length < most;) {
      const end = lineEnd(bytes, at);
      if (bytes[at] === OPEN_OBJECT && (end < bytes.length || whole)) out.push({ start: at, end });
      at = afterBlanks(bytes, end);
    }
    return out;
  }
  if (bytes[start] === OPEN_LIST) return elementsAt(bytes, start, most);
  if (bytes[start] !== OPEN_OBJECT) return out;
  // One object: a record, records under names, or a list of them under a name.
  const end = valueEnd(bytes, start);
  const itself = end <= bytes.length ? [{ start, end }] : [];
  for (let at = afterBlanks(bytes, start + 1); bytes[at] === QUOTE && out.length < most;) {
    const keyEnd = stringEnd(bytes, at);
    const colon = afterBlanks(bytes, keyEnd);
    const value = afterBlanks(bytes, colon + 1);
    if (bytes[colon] !== COLON || value >= bytes.length) break;
    if (ofChats.has(bytes.toString("utf8", at + 1, keyEnd - 1))) return itself;
    if (bytes[value] === OPEN_LIST) out.push(...elementsAt(bytes, value, most - out.length));
    const close = valueEnd(bytes, value);
    if (close > bytes.length) break;
    if (bytes[value] === OPEN_OBJECT) out.push({ start: value, end: close });
    at = afterBlanks(bytes, close);
    if (bytes[at] === COMMA) at = afterBlanks(bytes, at + 1);
  }
  return out.length === 0 ? itself : out;
}

/** Whether nothing follows the line that begins at `start`. */
function isAlone(bytes: Buffer, start: number): boolean {
  return afterBlanks(bytes, lineEnd(bytes, start)) === bytes.length;
}

function elementsAt(bytes: Buffer, list: number, most: number): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = [];
  for (let at = afterBlanks(bytes, list + 1); bytes[at] === OPEN_OBJECT && out.length < most;) {
    const end = valueEnd(bytes, at);
    if (end > bytes.length) break;
    out.push({ start: at, end });
    at = afterBlanks(bytes, end);
    if (bytes[at] === COMMA) at = afterBlanks(bytes, at + 1);
  }
  return out;
}

/** A walk over one sound enough document, which knows the line it is on. */
class Walk {
  private readonly path: string;
  private readonly bytes: Buffer;
  private counted = 0;
  private line = 1;

  constructor(path: string, bytes: Buffer) {
    this.path = path;
    this.bytes = bytes;
  }

  list(start: number, line?: number): JsonSpan[] {
    const out: JsonSpan[] = [];
    let at = afterBlanks(this.bytes, start + 1);
    if (this.bytes[at] === CLOSE_LIST) {
      this.end(at + 1, start, line);
      return out;
    }
    for (;;) {
      out.push(this.value(at, at, out.length, null));
      at = afterBlanks(this.bytes, out[out.length - 1].end);
      if (this.bytes[at] === CLOSE_LIST) break;
      at = this.comma(at, CLOSE_LIST);
    }
    this.end(at + 1, start, line);
    return out;
  }

  members(start: number): JsonSpan[] {
    const out: JsonSpan[] = [];
    let at = afterBlanks(this.bytes, start + 1);
    while (this.bytes[at] !== CLOSE_OBJECT) {
      if (at >= this.bytes.length) throw this.cut(start);
      if (this.bytes[at] !== QUOTE) throw this.fault(at, "a name in quotes is due");
      const from = at;
      const keyEnd = stringEnd(this.bytes, at);
      if (keyEnd > this.bytes.length) throw this.cut(at);
      let name: string;
      try {
        name = JSON.parse(this.bytes.toString("utf8", at, keyEnd)) as string;
      } catch {
        throw this.fault(at, "the name is not sound JSON");
      }
      at = afterBlanks(this.bytes, keyEnd);
      if (this.bytes[at] !== COLON) throw this.fault(at, `a colon is due after ${JSON.stringify(name)}`);
      out.push(this.value(from, afterBlanks(this.bytes, at + 1), out.length, name));
      at = afterBlanks(this.bytes, out[out.length - 1].end);
      if (this.bytes[at] !== CLOSE_OBJECT) at = this.comma(at, CLOSE_OBJECT);
    }
    this.end(at + 1, start);
    return out;
  }

  private value(from: number, start: number, before: number, name: string | null): JsonSpan {
    if (start >= this.bytes.length) throw this.cut(start, `${before} records before it`);
    const end = valueEnd(this.bytes, start);
    if (end > this.bytes.length) throw this.cut(start);
    if (end === start) throw this.fault(start, "a record is due");
    return { start, end, from, line: this.lineAt(start), name };
  }

  private comma(at: number, close: number): number {
    if (at >= this.bytes.length) throw this.cut(at);
    if (this.bytes[at] !== COMMA) throw this.fault(at, "a comma is due between two records");
    const next = afterBlanks(this.bytes, at + 1);
    if (this.bytes[next] === close) throw this.fault(at, "a comma stands behind the last record: take it away");
    return next;
  }

  /** What follows the document is blank. */
  private end(at: number, start: number, line?: number): void {
    const next = afterBlanks(this.bytes, at);
    if (line === undefined && next < this.bytes.length)
      throw this.fault(next, `something follows what begins on line ${lineIn(this.bytes, start)} and is closed before it`);
  }

  private cut(at: number, what = ""): UsageError {
    return new UsageError(
      `${this.path}: what begins on line ${this.lineAt(Math.min(at, this.bytes.length))} is never closed${what === "" ? "" : ` (${what})`}: the file is cut short`,
    );
  }

  private fault(at: number, why: string): UsageError {
    return new UsageError(`${this.path}: line ${this.lineAt(Math.min(at, this.bytes.length))} is not JSON: ${why}`);
  }

  private lineAt(at: number): number {
    for (let feed = this.bytes.indexOf(LF, this.counted); feed >= 0 && feed < at; feed = this.bytes.indexOf(LF, feed + 1)) {
      this.line++;
      this.counted = feed + 1;
    }
    return this.line;
  }
}

function lineIn(bytes: Buffer, at: number): number {
  let line = 1;
  for (let feed = bytes.indexOf(LF); feed >= 0 && feed < at; feed = bytes.indexOf(LF, feed + 1)) line++;
  return line;
}

/** After a byte-order mark and blanks. */
function firstOf(bytes: Buffer): number {
  return afterBlanks(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
}

export function afterBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] <= BLANK) at++;
  return at;
}

function lineEnd(bytes: Buffer, at: number): number {
  const feed = bytes.indexOf(LF, at);
  return feed < 0 ? bytes.length : feed;
}

/** After the value at `start`; beyond the end where it is not closed. */
export function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  let at = start;
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) {
    while (at < bytes.length && bytes[at] > BLANK && bytes[at] !== COMMA && bytes[at] !== CLOSE_LIST && bytes[at] !== CLOSE_OBJECT) at++;
    return at;
  }
  for (let depth = 0; at < bytes.length;) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      continue;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at + 1;
    at++;
  }
  return bytes.length + 1;
}

/** After the text in quotes at `start`; beyond the end where it is not closed. */
export function stringEnd(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return bytes.length + 1;
}

/** Whether the first line is a list by itself and lists follow: lines that are no records. */
function isLineOfMany(bytes: Buffer, start: number): boolean {
  const end = lineEnd(bytes, start);
  if (bytes[afterBlanks(bytes, end)] !== OPEN_LIST) return false;
  try {
    JSON.parse(bytes.toString("utf8", start, end));
    return true;
  } catch {
    return false;
  }
}

function isSoundLine(bytes: Buffer, start: number): boolean {
  const end = lineEnd(bytes, start);
  const close = valueEnd(bytes, start);
  return close <= end && afterBlanks(bytes.subarray(0, end), close) === end;
}

/** Whether a line that is no whole object goes on as an object spread over lines does, and is not one that was cut. */
function isSpread(bytes: Buffer, start: number): boolean {
  const end = lineEnd(bytes, start);
  const next = afterBlanks(bytes, end);
  if (next >= bytes.length) return valueEnd(bytes, start) <= bytes.length;
  return bytes[next] === QUOTE || bytes[next] === CLOSE_OBJECT;
}
