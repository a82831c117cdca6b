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
  const cells: CellSpan[] = [];
  forEachCell(bytes, record, shape, (_, start, end, isQuoted) => {
    cells.push({ start, end, text: cellText(bytes, start, end, isQuoted) });
  });
  return cells;
}

export type OnCell = (place: number, start: number, end: number, isQuoted: boolean) => void;

/** The same without their texts; returns how many there are. */
export function forEachCell(bytes: Buffer, record: RecordSpan, shape: RecordShape, onCell: OnCell): number {
  if (shape.wide !== undefined) return forEachWide(bytes, record, shape.wide, onCell);
  const { separator, quoted } = shape;
  let start = record.start;
  for (let place = 0; ; place++) {
    const isQuoted = quoted && start < record.end && bytes[start] === QUOTE;
    let end = start;
    if (isQuoted) {
      end++;
      while (bytes[end] !== QUOTE || bytes[end + 1] === QUOTE) end += bytes[end] === QUOTE ? 2 : 1;
      end++;
    } else {
      while (end < record.end && bytes[end] !== separator) end++;
    }
    onCell(place, start, end, isQuoted);
    if (end >= record.end) return place + 1;
    start = end + 1;
    if (start === record.end) {
      onCell(place + 1, start, start, false);
      return place + 2;
    }
  }
}

/** A line whose cells lie between several characters, or between blanks; those at its ends separate nothing. A quote that is not closed, or not before a separator, is text. */
function forEachWide(bytes: Buffer, record: RecordSpan, { between, quoted }: NonNullable<RecordShape["wide"]>, onCell: OnCell): number {
  let place = 0;
  const isBlank = (at: number): boolean => bytes[at] === BLANK || bytes[at] === TAB;
  const betweenAt = (at: number): number => {
    if (at >= record.end) return 0;
    if (between !== "blanks" && at + between.length > record.end) return 0;
    if (between !== "blanks") return bytes.compare(between, 0, between.length, at, at + between.length) === 0 ? between.length : 0;
    let end = at;
    while (end < record.end && isBlank(end)) end++;
    return end - at;
  };
  let start = between === "blanks" ? record.start + betweenAt(record.start) : record.start;
  while (start <= record.end) {
    if (between === "blanks" && start === record.end) return place;
    let end = quoted && bytes[start] === QUOTE ? quoteEnd(bytes, start, record.end) : -1;
    const isQuoted = end > 0 && (end === record.end || betweenAt(end) > 0);
    if (!isQuoted) {
      end = between === "blanks" ? start : bytes.indexOf(between, start);
      if (between === "blanks") while (end < record.end && !isBlank(end)) end++;
      else if (end < 0 || end + between.length > record.end) end = record.end;
    }
    onCell(place++, start, end, isQuoted);
    if (end === record.end) return place;
    start = end + betweenAt(end);
  }
  return place;
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

export function cellText(bytes: Buffer, start: number, end: number, isQuoted: boolean): string {
  return isQuoted ? bytes.toString("utf8", start + 1, end - 1).replaceAll('""', '"') : bytes.toString("utf8", start, end);
}
