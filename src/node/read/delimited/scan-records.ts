import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { createReadStream, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { UsageError } from "../../../core/errors.ts";

/** How records are told apart; with `separator` −1 a record is a line and has one cell. */
export interface RecordShape {
  /** A byte. */
  readonly separator: number;
  readonly quoted: boolean;
  /** Whether a carriage return alone ends a record (old Macintosh files). */
  readonly returnEnds: boolean;
  /** Lines before the first record that are none. */
  readonly skippedLines?: number;
  /** Where `separator` is −1: what lies between the cells of a line, and whether they may stand in quotes. */
  readonly wide?: { readonly between: Buffer | "blanks"; readonly quoted: boolean };
}

/** One record: bytes [start, end) without its newline; `line` counts from 1, where the record begins. */
export interface RecordSpan {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly cells: number;
  /** Nothing but separators, blanks and quotes. */
  readonly isBare: boolean;
}

export interface Scan {
  /** Of the file as it lies there, packed if it is packed. */
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  /** True when a stricter reader than ours might see other records or cells: mixed newlines, quotes after blanks, lone carriage returns. */
  readonly odd: boolean;
  readonly newline: "\n" | "\r\n" | "\r";
  readonly longestBytes: number;
  /** Whether a quoted cell holds a newline. */
  readonly multiline: boolean;
  /** All of it; what is not is read by other means. */
  readonly isUtf8: boolean;
  /** 1 for each column in which a cell begins with a zero and a further digit, as codes do, header and all. */
  readonly zeros: readonly number[];
  /** Whether there is an underscore beyond the first line. */
  readonly hasUnderscore: boolean;
}

const [QUOTE, LF, CR, BLANK, UNDERSCORE, ZERO, NINE, COMMA] = [0x22, 0x0a, 0x0d, 0x20, 0x5f, 0x30, 0x39, 0x2c];
const [FIELD_START, PLAIN, QUOTED, QUOTE_IN_QUOTED, RETURN] = [0, 1, 2, 3, 4];

/**
 * Walks the whole file once: digest, whether it is UTF-8, quotes and record boundaries. Blank lines are no records. `onRecord` may throw.
 * A byte-order mark is skipped; offsets still count it. Throws UsageError that names file and line.
 */
export async function scanRecords(path: string, shape: RecordShape, onRecord: (record: RecordSpan) => void): Promise<Scan> {
  const packed = path.toLowerCase().endsWith(".gz");
  const hash = createHash("sha256");
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const stream = packed ? file.on("data", (chunk) => hash.update(chunk)).pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error));
  const walk = new RecordWalk(path, shape, onRecord);
  const utf8 = new Utf8Check();
  let hasUnderscore = false;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (!packed) hash.update(chunk);
      utf8.feed(chunk);
      hasUnderscore ||= chunk.indexOf(UNDERSCORE, walk.offset > 0 ? 0 : Math.max(0, chunk.indexOf(LF))) >= 0;
      walk.feed(chunk);
    }
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || !("code" in error)) throw error;
    throw new UsageError(`${path} cannot be read: ${error.message}`);
  }
  walk.finish();
  return {
    isUtf8: utf8.finish(),
    zeros: walk.zeros,
    hasUnderscore,
    sha256: hash.digest("hex"),
    bytes: statSync(path).size,
    records: walk.records,
    odd: walk.odd || Number(walk.feeds > 0) + Number(walk.returns > 0) + Number(walk.returnFeeds > 0) > 1,
    longestBytes: walk.longestBytes,
    multiline: walk.multiline,
    newline: walk.returnFeeds > 0 ? "\r\n" : walk.returns > 0 ? "\r" : "\n",
  };
}

/** The records of bytes in memory; of the head of a file (`whole` = false) only those that are there to their newline. */
export function recordsOf(path: string, bytes: Buffer, shape: RecordShape, whole = true): RecordSpan[] {
  const out: RecordSpan[] = [];
  const walk = new RecordWalk(path, shape, (record) => out.push(record));
  walk.feed(bytes);
  if (whole) walk.finish();
  return out;
}

class RecordWalk {
  records = 0;
  longestBytes = 0;
  odd = false;
  multiline = false;
  feeds = 0;
  returns = 0;
  returnFeeds = 0;
  private readonly path: string;
  private readonly shape: RecordShape;
  private readonly onRecord: (record: RecordSpan) => void;
  private readonly special = new Uint8Array(256);
  private state = FIELD_START;
  private beforeReturn = FIELD_START;
  offset = 0;
  readonly zeros: number[] = [];
  private openZero: { readonly column: number; readonly missing: number } | null = null;
  private line = 1;
  private quoteLine = 1;
  private recordStart = 0;
  private recordLine = 1;
  private cells = 1;
  private onlyBlanks = false;
  private lastWasReturn = false;
  private isBare = true;
  private skipping: number;

  constructor(path: string, shape: RecordShape, onRecord: (record: RecordSpan) => void) {
    this.path = path;
    this.shape = shape;
    this.onRecord = onRecord;
    this.skipping = shape.skippedLines ?? 0;
    for (const byte of [LF, CR]) this.special[byte] = 1;
    if (shape.separator >= 0) this.special[shape.separator] = 1;
    if (shape.quoted) this.special[QUOTE] = 1;
  }

  feed(chunk: Buffer): void {
    this.closeZero(chunk);
    const isBetween = this.state === FIELD_START || this.state === PLAIN;
    if (isBetween && this.offset > 0 && this.shape.separator >= 0 && chunk.indexOf(QUOTE) < 0 && chunk.indexOf(CR) < 0)
      this.feedPlain(chunk);
    else this.feedAny(chunk);
  }

  /** A chunk without quotes and carriage returns, behind the first. */
  private feedPlain(chunk: Buffer): void {
    const { separator } = this.shape;
    let { cells } = this;
    let isStart = this.state === FIELD_START;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (isStart) {
        isStart = false;
        this.onlyBlanks = true;
        if (byte === ZERO) {
          this.cells = cells;
          this.noteZero(chunk, i);
        }
      }
      if (byte > COMMA && byte !== separator) continue;
      if (byte === separator) {
        cells++;
        isStart = true;
      } else if (byte === LF) {
        this.feeds++;
        this.line++;
        this.cells = cells;
        this.isBare &&= this.isBareBetween(chunk, i);
        this.endRecord(this.offset + i, this.offset + i + 1);
        cells = 1;
        isStart = true;
      }
    }
    this.cells = cells;
    this.isBare &&= this.isBareBetween(chunk, chunk.length);
    this.state = isStart ? FIELD_START : PLAIN;
    if (!isStart) {
      const from = Math.max(0, chunk.lastIndexOf(separator) + 1, chunk.lastIndexOf(LF) + 1);
      for (let i = from; i < chunk.length && this.onlyBlanks; i++) this.onlyBlanks = chunk[i] === BLANK;
    }
    this.offset += chunk.length;
  }

  /** Whether the part of the record that lies in this chunk holds nothing but separators and blanks. */
  private isBareBetween(chunk: Buffer, end: number): boolean {
    for (let i = Math.max(0, this.recordStart - this.offset); i < end; i++)
      if (chunk[i] !== BLANK && chunk[i] !== this.shape.separator) return false;
    return true;
  }

  private feedAny(chunk: Buffer): void {
    const { special } = this;
    const { separator, quoted, returnEnds } = this.shape;
    const length = chunk.length;
    let i = 0;
    if (this.offset === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) i = this.recordStart = 3;
    let state = this.state;
    for (; this.skipping > 0 && i < length; i++) {
      if (chunk[i] !== (returnEnds ? CR : LF)) continue;
      this.skipping--;
      this.recordLine = ++this.line;
      this.recordStart = this.offset + i + 1;
    }
    for (; i < length; i++) {
      const byte = chunk[i];
      if (state === RETURN) {
        if (byte === LF) {
          this.returnFeeds++;
          this.line++;
          this.endRecord(this.offset + i - 1, this.offset + i + 1);
          state = FIELD_START;
          continue;
        }
        if (this.beforeReturn === QUOTE_IN_QUOTED) this.refuseAfterQuote();
        this.odd = true;
        state = PLAIN;
      }
      if (state === QUOTED) {
        if (byte === QUOTE) state = QUOTE_IN_QUOTED;
        else this.isBare = false;
        if (byte === LF || byte === CR) {
          this.multiline = true;
          if (byte === CR || !this.lastWasReturn) this.line++;
        }
        this.lastWasReturn = byte === CR;
        continue;
      }
      if (special[byte] === 0) {
        if (state === PLAIN) {
          if (this.onlyBlanks) {
            this.onlyBlanks = byte === BLANK;
            if (byte !== BLANK) this.isBare = false;
          } else while (i + 1 < length && special[chunk[i + 1]] === 0) i++;
          continue;
        }
        if (state === QUOTE_IN_QUOTED) this.refuseAfterQuote();
        if (byte === ZERO) this.noteZero(chunk, i);
        this.onlyBlanks = byte === BLANK;
        if (byte !== BLANK) this.isBare = false;
        state = PLAIN;
        continue;
      }
      if (byte === separator) {
        this.cells++;
        state = FIELD_START;
      } else if (byte === LF || (byte === CR && returnEnds)) {
        if (byte === LF) this.feeds++;
        else this.returns++;
        this.line++;
        this.endRecord(this.offset + i, this.offset + i + 1);
        state = FIELD_START;
      } else if (byte === CR) {
        this.beforeReturn = state;
        state = RETURN;
      } else if (quoted && byte === QUOTE) {
        if (state === QUOTE_IN_QUOTED) {
          state = QUOTED;
          this.isBare = false;
          this.lastWasReturn = false;
        } else if (state === FIELD_START) {
          state = QUOTED;
          this.noteZero(chunk, i + 1);
          this.quoteLine = this.line;
          this.lastWasReturn = false;
        } else if (this.onlyBlanks) this.odd = true;
      }
    }
    this.state = state;
    this.offset += length;
  }

  finish(): void {
    if (this.state === QUOTED) throw new UsageError(`${this.path}: line ${this.quoteLine} opens a quote that is never closed`);
    const end = this.state === RETURN ? this.offset - 1 : this.offset;
    if (this.state === RETURN) this.odd = true;
    this.endRecord(end, this.offset);
  }

  private endRecord(end: number, next: number): void {
    if (end > this.recordStart) {
      this.records++;
      this.longestBytes = Math.max(this.longestBytes, end - this.recordStart);
      this.onRecord({ start: this.recordStart, end, line: this.recordLine, cells: this.cells, isBare: this.isBare });
    }
    this.recordStart = next;
    this.recordLine = this.line;
    this.cells = 1;
    this.isBare = true;
  }

  /** Whether the cell whose text begins here begins with a zero and a digit; where the chunk ends before that, the next one tells. */
  private noteZero(chunk: Buffer, at: number): void {
    if (at < chunk.length && chunk[at] !== ZERO) return;
    if (at + 1 >= chunk.length) this.openZero = { column: this.cells - 1, missing: at + 2 - chunk.length };
    else if (chunk[at + 1] >= ZERO && chunk[at + 1] <= NINE) this.zeros[this.cells - 1] = 1;
  }

  private closeZero(chunk: Buffer): void {
    if (this.openZero === null) return;
    const { column, missing } = this.openZero;
    this.openZero = null;
    const digit = chunk[missing - 1];
    // A chunk too short to tell is taken for a code.
    if ((missing === 1 || chunk[0] === ZERO) && !(digit < ZERO || digit > NINE)) this.zeros[column] = 1;
  }

  private refuseAfterQuote(): never {
    throw new UsageError(
      `${this.path}: line ${this.line} has text after a closing quote; inside a quoted cell a quote is written twice ("")`,
    );
  }
}

/** UTF-8 over chunks that may cut a character in two. */
class Utf8Check {
  private rest: Buffer = Buffer.alloc(0);
  private isSound = true;

  feed(chunk: Buffer): void {
    if (!this.isSound) return;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const whole = wholeCharacters(bytes);
    this.isSound = isUtf8(bytes.subarray(0, whole));
    this.rest = Buffer.from(bytes.subarray(whole));
  }

  finish(): boolean {
    return this.isSound && isUtf8(this.rest);
  }
}

/** Bytes up to the last character that is there whole. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
    if (byte < 0x80) break;
  }
  return bytes.length;
}
