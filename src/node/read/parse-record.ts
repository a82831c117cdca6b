import type { RecordShape, RecordSpan } from "./scan-records.ts";

/** One cell as it stands in the file: bytes [start, end) with its quotes, and the text they mean. */
export interface CellSpan {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const QUOTE = 0x22;

/** The cells of one record whose quotes are known to be sound (`scanRecords`). */
export function parseRecord(bytes: Buffer, record: RecordSpan, shape: RecordShape): CellSpan[] {
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
    const text = isQuoted ? bytes.toString("utf8", start + 1, end - 1).replaceAll('""', '"') : bytes.toString("utf8", start, end);
    cells.push({ start, end, text });
    if (end >= record.end) return cells;
    start = end + 1;
    if (start === record.end) {
      cells.push({ start, end: start, text: "" });
      return cells;
    }
  }
}
