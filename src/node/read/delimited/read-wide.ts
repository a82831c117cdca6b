import { cellText, forEachCell } from "./parse-record.ts";
import { isNumeric } from "../missing.ts";
import type { RecordShape, RecordSpan } from "./scan-records.ts";

/** Records of one file. */
export interface WidePart {
  readonly bytes: Buffer;
  readonly records: readonly RecordSpan[];
  readonly shape: RecordShape;
}

/** Columns of numbers, and the others as texts, by place. */
export interface WideCells {
  readonly numbers: ReadonlyMap<number, Float64Array>;
  readonly texts: ReadonlyMap<number, readonly string[]>;
}

const [QUOTE, MINUS, DOT, ZERO, NINE] = [0x22, 0x2d, 0x2e, 0x30, 0x39];
const powers = Float64Array.from({ length: 16 }, (_, k) => 10 ** k);
const words: ReadonlySet<string> = new Set(["", "NA", "NaN", "nan"]);
/** Whole numbers written like 1.0: so few may be names. */
const mostNames = 100;

/**
 * The cells of a table of very many columns without the database, which takes longer than linearly in them. A column is one of numbers where each cell is a
 * number that a double holds, or empty; what looks like a code or a name stays text.
 *
 * @param keptAsText places of columns whose cells are names @param onCells is told how many cells each record has, and may throw
 */
export function readWide(
  parts: readonly WidePart[],
  columns: number,
  keptAsText: ReadonlySet<number>,
  onCells: (part: number, row: number, cells: number) => void,
): WideCells {
  const rows = parts.reduce((sum, { records }) => sum + records.length, 0);
  const values: (Float64Array | null)[] = Array.from({ length: columns }, (_, j) => (keptAsText.has(j) ? null : new Float64Array(rows)));
  const unprinted: (Unprinted | undefined)[] = [];
  let first = 0;
  for (const [p, { bytes, records, shape }] of parts.entries()) {
    for (let i = 0; i < records.length; i++) {
      const row = first + i;
      const count = forEachCell(bytes, records[i], shape, (j, start, end, isQuoted) => {
        const own = j < columns ? values[j] : null;
        if (own === null) return;
        const plain = plainNumber(bytes, start, end);
        if (plain === plain) {
          own[row] = plain;
          return;
        }
        const text = cellText(bytes, start, end, isQuoted);
        const value = valueOf(text);
        if (value === null) values[j] = null;
        else own[row] = value;
        if (value === null || value !== value || String(value) === text) return;
        noteText((unprinted[j] ??= { texts: new Map(), isTwofold: false }), value, text);
      });
      onCells(p, i, count);
    }
    first += records.length;
  }
  const numbers = new Map<number, Float64Array>();
  const texts = new Map<number, string[]>();
  for (let j = 0; j < columns; j++) {
    const own = values[j];
    if (own !== null && !areNames(unprinted[j], own)) numbers.set(j, own);
    else texts.set(j, new Array<string>(rows));
  }
  if (texts.size > 0) readTexts(parts, texts);
  return { numbers, texts };
}

/** Numbers of a column that are not written as they print, such as 1.10. */
interface Unprinted {
  readonly texts: Map<number, { readonly text: string; rows: number }>;
  /** Whether one number is written in two such ways. */
  isTwofold: boolean;
}

function noteText(unprinted: Unprinted, value: number, text: string): void {
  const seen = unprinted.texts.get(value);
  if (seen === undefined) unprinted.texts.set(value, { text, rows: 1 });
  else if (seen.text === text) seen.rows++;
  else unprinted.isTwofold = true;
}

/** Whether a column may be one of names: one number is written in two ways, as versions are, or all are like 1.0. */
function areNames(unprinted: Unprinted | undefined, values: Float64Array): boolean {
  if (unprinted === undefined) return false;
  const { texts, isTwofold } = unprinted;
  if (isTwofold) return true;
  if (texts.size <= mostNames && [...texts.keys()].every(Number.isInteger))
    return values.every((value) => value !== value || texts.has(value));
  const rows = new Map<number, number>();
  for (const value of values) if (texts.has(value)) rows.set(value, (rows.get(value) ?? 0) + 1);
  for (const [value, count] of rows) if (count !== texts.get(value)?.rows) return true;
  return false;
}

function readTexts(parts: readonly WidePart[], texts: ReadonlyMap<number, string[]>): void {
  let row = 0;
  for (const { bytes, records, shape } of parts) {
    for (const record of records) {
      forEachCell(bytes, record, shape, (j, start, end, isQuoted) => {
        const column = texts.get(j);
        if (column !== undefined) column[row] = cellText(bytes, start, end, isQuoted);
      });
      row++;
    }
  }
}

/** A decimal of up to 15 digits as it prints, which one division of two exact numbers gives exactly; NaN for everything else. */
function plainNumber(bytes: Buffer, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  const start = isNegative ? from + 1 : from;
  const length = end - start;
  if (length === 0 || length > 16 || bytes[start] === QUOTE) return NaN;
  let mantissa = 0;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte >= ZERO && byte <= NINE) mantissa = mantissa * 10 + (byte - ZERO);
    else if (byte === DOT && dot < 0) dot = at;
    else return NaN;
  }
  // One digit before the point at least, no zero before others, and none at the end behind it: else it prints otherwise.
  if (dot === start || (bytes[start] === ZERO && length > 1 && dot !== start + 1)) return NaN;
  if (dot < 0) return length > 15 ? NaN : isNegative && mantissa === 0 ? NaN : isNegative ? -mantissa : mantissa;
  if (bytes[end - 1] === ZERO || bytes[end - 1] === DOT || mantissa === 0) return NaN;
  const value = mantissa / powers[end - dot - 1];
  return value < 1e-6 ? NaN : isNegative ? -value : value;
}

/** NaN = missing; null = no number, or one that a double does not hold, or a code such as 007. */
function valueOf(text: string): number | null {
  const trimmed = text.trim();
  if (words.has(trimmed)) return NaN;
  if (!isNumeric(text) || /^[+-]?0\d/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !/^[+-]?\d+$/.test(trimmed)) ? value : null;
}
