import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsAtOnce, fetchNumbers, internalName, literal, queryRows, rawTable, textsOf } from "./duckdb.ts";
import { isMissing, missingWords } from "./missing.ts";
import type { RawData } from "./raw.ts";

/** What a column holds, before it has a role. */
export type ProfiledColumn = NumberProfile | TextProfile;

export interface NumberProfile {
  readonly kind: "number";
  readonly name: string;
  /** NaN = missing; may still hold infinities. Shape: [rows]. */
  readonly values: Float64Array;
  readonly missing: number;
  /** Row of the first infinity, or −1. */
  readonly infiniteRow: number;
  readonly allIntegers: boolean;
  /** Distinct values that are there, counted up to `distinctCap`. */
  readonly distinct: number;
  /** Distinct values that are there equal the rows. */
  readonly allDistinct: boolean;
}

export interface TextProfile {
  readonly kind: "text";
  readonly name: string;
  /** Into `names`, −1 = empty. Shape: [rows]. */
  readonly codes: Int32Array;
  /** In order of first appearance; words that mean "missing" are still among them. */
  readonly names: readonly string[];
  /** Rows where the cell is empty or a word for "missing". */
  readonly missing: number;
  readonly distinct: number;
  readonly averageWords: number;
  readonly isDate: boolean;
}

export const distinctCap = 1001;

const dateFormats = [
  "%B %d, %Y",
  "%b %d, %Y",
  "%d %B %Y",
  "%d %b %Y",
  "%m/%d/%Y",
  "%d/%m/%Y",
  "%d.%m.%Y",
  "%m/%d/%Y %H:%M",
  "%m/%d/%Y %H:%M:%S",
  "%d/%m/%Y %H:%M",
  "%d/%m/%Y %H:%M:%S",
  "%Y/%m/%d",
  "%Y%m%dT%H%M%S",
];

/** Every column that was read: numbers where every cell is one or missing, texts otherwise. */
export async function profileColumns(raw: RawData): Promise<ProfiledColumn[]> {
  const isNumber = await findNumbers(raw);
  const numeric = raw.columns.flatMap((_, j) => (isNumber[j] ? [j] : []));
  const values = await fetchNumbers(
    raw.connection,
    numeric.map(
      (j) => raw.columns[j].values ?? (raw.columns[j].storage === "number" ? internalName(j) : `TRY_CAST(${internalName(j)} AS DOUBLE)`),
    ),
    raw.rows,
  );
  const out: ProfiledColumn[] = [];
  for (const [j, column] of raw.columns.entries()) {
    if (isNumber[j]) out.push(profileNumbers(column.name, values[numeric.indexOf(j)]));
    else out.push(await profileTexts(raw, j));
  }
  return out;
}

async function findNumbers(raw: RawData): Promise<boolean[]> {
  const texts = raw.columns.flatMap((column, j) => (column.storage === "text" ? [j] : []));
  const numbers = await countRows(
    raw,
    texts,
    // A leading zero or an underscore says that this is a code and no quantity.
    (cell) => `TRY_CAST(${cell} AS DOUBLE) IS NOT NULL AND NOT (${cell} >= '00' AND ${cell} < '0:') AND NOT contains(${cell}, '_')`,
  );
  const unsure = texts.filter((j) => numbers.get(j) !== raw.rows);
  const words = missingWords.map(literal).join(", ");
  const missing = await countRows(
    raw,
    unsure,
    (cell) =>
      `CASE WHEN ${cell} IS NULL THEN true WHEN TRY_CAST(${cell} AS DOUBLE) IS NULL AND strlen(${cell}) < 64 THEN trim(${cell}, E' \\t\\r\\n') IN (${words}) ELSE false END`,
  );
  return raw.columns.map(({ storage }, j) => storage === "number" || (numbers.get(j) ?? NaN) + (missing.get(j) ?? 0) === raw.rows);
}

/** In how many rows a condition on the cell holds, by column. */
async function countRows(raw: RawData, columns: readonly number[], condition: (cell: string) => string): Promise<Map<number, number>> {
  const out = new Map<number, number>();
  for (let from = 0; from < columns.length; from += columnsAtOnce) {
    const some = columns.slice(from, from + columnsAtOnce);
    const counts = some.map((j) => `count(*) FILTER (${condition(internalName(j))})::DOUBLE AS n${j}`);
    const [row] = await queryRows(raw.connection, `SELECT ${counts.join(", ")} FROM ${rawTable}`);
    for (const j of some) out.set(j, Number(row[`n${j}`]));
  }
  return out;
}

function profileNumbers(name: string, values: Float64Array): NumberProfile {
  let missing = 0;
  let last = NaN;
  let infiniteRow = -1;
  let allIntegers = true;
  const seen = new Set<number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) missing++;
    else {
      if (infiniteRow < 0 && !Number.isFinite(value)) infiniteRow = row;
      if (allIntegers && !Number.isInteger(value)) allIntegers = false;
      if (value !== last && seen.size < distinctCap) seen.add(value);
      last = value;
    }
  }
  const mayBeDistinct = missing === 0 && seen.size === Math.min(values.length, distinctCap);
  const allDistinct = mayBeDistinct && allIntegers && new Set(values).size === values.length;
  return { kind: "number", name, values, missing, infiniteRow, allIntegers, distinct: seen.size, allDistinct };
}

async function profileTexts(raw: RawData, j: number): Promise<TextProfile> {
  const { codes, names } = await textsOf(raw, j);
  const counts = new Float64Array(names.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  let present = 0;
  let words = 0;
  let distinct = 0;
  let dateLike = 0;
  names.forEach((text, code) => {
    if (isMissing(text)) return;
    distinct++;
    present += counts[code];
    words += counts[code] * countWords(text);
    if (text.length <= 40 && /\d/.test(text)) dateLike += counts[code];
  });
  const mayBeDate = raw.columns[j].storage === "date" || (present > 0 && dateLike >= 0.99 * present);
  return {
    kind: "text",
    name: raw.columns[j].name,
    codes,
    names,
    missing: raw.rows - present,
    distinct,
    averageWords: present === 0 ? 0 : words / present,
    isDate: raw.columns[j].storage === "date" || (mayBeDate && (await areDates(raw.connection, internalName(j), present))),
  };
}

async function areDates(connection: DuckDBConnection, cell: string, present: number): Promise<boolean> {
  const parsed = `TRY_CAST(${cell} AS TIMESTAMP) IS NOT NULL OR try_strptime(trim(${cell}), [${dateFormats.map(literal).join(", ")}]) IS NOT NULL`;
  const [{ dates }] = await queryRows(connection, `SELECT count(*) FILTER (${parsed})::DOUBLE AS dates FROM ${rawTable}`);
  return Number(dates) >= 0.99 * present;
}

function countWords(text: string): number {
  let count = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 0x20;
    if (!isBlank && !inWord) count++;
    inWord = !isBlank;
  }
  return count;
}
