import type { RecordShape, RecordSpan } from "./scan-records.ts";

/** One cell as it stands in the file: bytes [start, end) with its quotes, and the text they mean. */
export interface CellSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const [QUOTE, TAB, BLANK] = [0x22, 0x09, 0x20];

/** The cells of one record whose quotes are known to be sound (`scanRecords`). */
export function parseRecord(bytes: Buffer, record: RecordSpan, shape: RecordShape): CellSpan[] {
  if (shape.wide !== undefined) return parseWide(bytes, record, shape.wide);
  const cells: CellSpan[] = [];
  let start = record.start;
  for (;;) {
    const isQuoted = shape.quoted && start < record.end && bytes[start] === QUOTE;
    let end = start;
    if (isQuoted) {
      end++;
      while (bytes[end] !== QUOTE || bytes[end + 1] === QUOTE) end += bytes[end] === QUOTE ? 2 : 1;
      end++;
    } else {
      while (end < record.end && bytes[end] !== shape.separator) end++;
    }
    cells.push({ start, end, text: textOf(bytes, start, end, isQuoted) });
    if (end >= record.end) return cells;
    start = end + 1;
    if (start === record.end) {
      cells.push({ start, end: start, text: "" });
      return cells;
    }
  }
}

/** A line whose cells lie between several characters, or between blanks; those at its ends separate nothing. A quote that is not closed, or not before a separator, is text. */
function parseWide(bytes: Buffer, record: RecordSpan, { between, quoted }: NonNullable<RecordShape["wide"]>): CellSpan[] {
  const cells: CellSpan[] = [];
  const isBlank = (at: number): boolean => bytes[at] === BLANK || bytes[at] === TAB;
  const betweenAt = (at: number): number => {
    if (at >= record.end) return 0;
    if (between !== "blanks") return bytes.compare(between, 0, between.length, at, at + between.length) === 0 ? between.length : 0;
    let end = at;
    while (end < record.end && isBlank(end)) end++;
    return end - at;
  };
  let start = between === "blanks" ? record.start + betweenAt(record.start) : record.start;
  while (start <= record.end) {
    if (between === "blanks" && start === record.end) return cells;
    let end = quoted && bytes[start] === QUOTE ? quoteEnd(bytes, start, record.end) : -1;
    const isQuoted = end > 0 && (end === record.end || betweenAt(end) > 0);
    if (!isQuoted) {
      end = between === "blanks" ? start : bytes.indexOf(between, start);
      if (between === "blanks") while (end < record.end && !isBlank(end)) end++;
      else if (end < 0 || end + between.length > record.end) end = record.end;
    }
    cells.push({ start, end, text: textOf(bytes, start, end, isQuoted) });
    if (end === record.end) return cells;
    start = end + betweenAt(end);
  }
  return cells;
}

/** After the quote that closes the one at `start`; −1 where none does within the record. */
function quoteEnd(bytes: Buffer, start: number, recordEnd: number): number {
  for (let at = start + 1; at < recordEnd; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (at + 1 < recordEnd && bytes[at + 1] === QUOTE) at++;
    else return at + 1;
  }
  return -1;
}

function textOf(bytes: Buffer, start: number, end: number, isQuoted: boolean): string {
  return isQuoted ? bytes.toString("utf8", start + 1, end - 1).replaceAll('""', '"') : bytes.toString("utf8", start, end);
}
