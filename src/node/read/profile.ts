import type { DuckDBConnection } from "@duckdb/node-api";
import { countWords } from "../../core/text/words.ts";
import { columnsAtOnce, fetchNumbers, internalName, queryRows, rawTable, textsOf } from "./duckdb.ts";
import { literal } from "../open-database.ts";
import { missingSql } from "./missing-sql.ts";
import type { Texts } from "./texts.ts";
import { type NoNumbers, type NumberReading, readNumbers } from "./columns/read-numbers.ts";
import { type MissingRules, isNumeric, numberOfCell, missingRules } from "./missing.ts";
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
  /** Whole numbers, none of which stands twice; a few may be missing. */
  readonly allDistinct: boolean;
  /** Smallest and largest finite value; infinite where there is none. */
  readonly low: number;
  readonly high: number;
  /** The cells as they stand, where they were read as texts. */
  readonly written?: Texts;
  /** What is not written as in a program; absent = nothing. */
  readonly reading?: NumberReading;
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
  /** Why it is not read as numbers, though it is largely of numbers. */
  readonly noNumbers?: NoNumbers;
}

const distinctCap = 1001;

const dateFormats = [
  "%B %d, %Y",
  "%b %d, %Y",
  "%d %B %Y",
  "%d %b %Y",
  "%m/%d/%Y",
  "%d/%m/%Y",
  "%d.%m.%Y",
  "%d-%b-%Y",
  "%d-%b-%y",
  "%d-%B-%Y",
  "%d/%b/%Y",
  "%d %B, %Y",
  "%a, %d %b %Y",
  "%A, %B %d, %Y",
  "%A, %d %B %Y",
  "%B %Y",
  "%b %Y",
  "%b-%Y",
  "%d.%m.%Y %H:%M",
  "%d.%m.%Y %H:%M:%S",
  "%d-%b-%Y %H:%M:%S",
  "%d %b %Y %H:%M",
  "%d %b %Y %H:%M:%S",
  "%b %d, %Y %I:%M %p",
  "%m/%d/%Y %I:%M %p",
  "%m/%d/%Y %I:%M:%S %p",
  "%d/%m/%Y %I:%M %p",
  "%d/%m/%Y %I:%M:%S %p",
  "%Y-%m-%d %I:%M:%S %p",
  "%a, %d %b %Y %H:%M:%S GMT",
  "%a, %d %b %Y %H:%M:%S %z",
  "%a %b %d %H:%M:%S %Y",
  "%a %b %d %H:%M:%S %z %Y",
  "%d/%b/%Y:%H:%M:%S %z",
  "%m/%d/%Y %H:%M",
  "%m/%d/%Y %H:%M:%S",
  "%d/%m/%Y %H:%M",
  "%d/%m/%Y %H:%M:%S",
  "%Y/%m/%d",
  "%Y%m%dT%H%M%S",
];

/** Two or three numbers that are a date only where one of them is a year of four digits. */
const formatsWithFullYear = [
  "%d-%m-%Y",
  "%m-%d-%Y",
  "%Y-%m",
  "%Y/%m",
  "%m/%Y",
  "%Y.%m.%d",
  "%d-%m-%Y %H:%M",
  "%d-%m-%Y %H:%M:%S",
  "%m-%d-%Y %H:%M",
  "%m-%d-%Y %H:%M:%S",
];

/** Every column that was read: numbers where nearly every cell is one or missing, texts otherwise. */
export async function profileColumns(
  raw: RawData,
  rules: MissingRules = missingRules(),
  keptAsText: ReadonlySet<string> = new Set(),
): Promise<ProfiledColumn[]> {
  const isNumber = await findNumbers(raw, rules);
  const askedNumbers = [...rules.asked].filter(isNumeric).map(numberOfCell);
  const numeric = raw.columns.flatMap((_, j) => (isNumber[j] ? [j] : []));
  const values = await fetchNumbers(
    raw.connection,
    numeric.map(
      (j) => raw.columns[j].values ?? (raw.columns[j].storage === "number" ? internalName(j) : `TRY_CAST(${internalName(j)} AS DOUBLE)`),
    ),
    raw.rows,
  );
  const texts = new Map<number, CountedTexts>();
  // Whether the file writes decimal commas, which then decides where a cell could be read both ways.
  const hasPoints = values.some((own) => own.some((value) => value % 1 !== 0 && Number.isFinite(value)) && !mayBeGrouped(own));
  let hasCommas = raw.dialect.delimiter === ";" && !hasPoints;
  for (const [j, { name, storage }] of raw.columns.entries()) {
    if (isNumber[j]) continue;
    const counted = await fetchCounted(raw, j);
    texts.set(j, counted);
    if (hasCommas || storage !== "text" || keptAsText.has(name)) continue;
    const reading = readNumbers(counted.names, counted.counts, rules, false);
    hasCommas = reading !== null && "values" in reading && reading.style?.decimal === ",";
  }
  const out: ProfiledColumn[] = [];
  for (const [j, { name, storage }] of raw.columns.entries()) {
    const read = (counted: CountedTexts): NumberReading | NoNumbers | null =>
      storage !== "text" || keptAsText.has(name) ? null : readNumbers(counted.names, counted.counts, rules, hasCommas);
    const counted = texts.get(j);
    if (counted === undefined) {
      const own = values[numeric.indexOf(j)];
      const again = storage === "text" && mayBeGrouped(own) ? await fetchCounted(raw, j) : null;
      const reading = again === null ? null : readNumbers(again.names, again.counts, rules, hasCommas || areGrouped(again.names, rules));
      if (again !== null && reading !== null && "values" in reading) out.push(profileReading(name, again, reading, askedNumbers));
      else out.push(profileNumbers(name, withoutAsked(own, askedNumbers)));
      continue;
    }
    const reading = read(counted);
    if (reading !== null && "values" in reading) out.push(profileReading(name, counted, reading, askedNumbers));
    else out.push(await profileTexts(raw, j, counted, rules, reading ?? undefined));
  }
  return out;
}

interface CountedTexts extends Texts {
  /** Rows of each text. Shape: [names]. */
  readonly counts: Float64Array;
}

async function fetchCounted(raw: RawData, j: number): Promise<CountedTexts> {
  const { codes, names } = await textsOf(raw, j);
  const counts = new Float64Array(names.length);
  for (const code of codes) if (code >= 0) counts[code]++;
  return { codes, names, counts };
}

function profileReading(
  name: string,
  { codes, names }: CountedTexts,
  reading: NumberReading,
  askedNumbers: readonly number[],
): NumberProfile {
  const values = Float64Array.from(codes, (code) => (code < 0 ? NaN : reading.values[code]));
  return { ...profileNumbers(name, withoutAsked(values, askedNumbers)), written: { codes, names }, reading };
}

/** Numbers that the user named as words for "missing". */
function withoutAsked(values: Float64Array, asked: readonly number[]): Float64Array {
  return asked.length === 0 ? values : values.map((value) => (asked.includes(value) ? NaN : value));
}

/** Whether all numbers may be whole ones with points between thousands: some of three decimals and more than 1, and whole ones below 1000. */
function mayBeGrouped(values: Float64Array): boolean {
  let decimals = 0;
  for (let row = 0; row < values.length; row++) {
    const size = Math.abs(values[row]);
    if (Number.isNaN(size)) continue;
    if (size >= 1000) return false;
    if (Number.isInteger(size)) continue;
    if (size < 1 || Math.abs(size * 1000 - Math.round(size * 1000)) > 1e-6) return false;
    decimals++;
  }
  return decimals > 0;
}

/** Whether they are: three digits behind every point, of which some are zeros no program would write, beside whole numbers without a point. */
function areGrouped(names: readonly string[], rules: MissingRules): boolean {
  let plain = 0;
  let trailing = 0;
  for (const name of names) {
    if (rules.isMissingName(name)) continue;
    const match = /^\s*[+-]?[1-9]\d{0,2}(\.\d{3})?\s*$/.exec(name);
    if (match === null && !/^\s*0\s*$/.test(name)) return false;
    if (match?.[1] === undefined) plain++;
    else if (match[1].endsWith("0")) trailing++;
  }
  return plain > 0 && trailing > 0;
}

async function findNumbers(raw: RawData, rules: MissingRules): Promise<boolean[]> {
  const texts = raw.columns.flatMap(({ storage, values }, j) => (storage === "text" && values === undefined ? [j] : []));
  const numbers = await countRows(
    raw,
    texts,
    // A leading zero or an underscore says that this is a code and no quantity.
    (cell) => `TRY_CAST(${cell} AS DOUBLE) IS NOT NULL AND NOT (${cell} >= '00' AND ${cell} < '0:') AND NOT contains(${cell}, '_')`,
  );
  const unsure = texts.filter((j) => numbers.get(j) !== raw.rows);
  const missing = await countRows(raw, unsure, (cell) => `TRY_CAST(${cell} AS DOUBLE) IS NULL AND ${missingSql(cell, rules)}`);
  return raw.columns.map(
    ({ storage, values }, j) =>
      storage === "number" || values !== undefined || (numbers.get(j) ?? NaN) + (missing.get(j) ?? 0) === raw.rows,
  );
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

/** What a column of numbers holds; NaN = missing. Shape: values [rows]. */
export function profileNumbers(name: string, values: Float64Array): NumberProfile {
  let missing = 0;
  let last = NaN;
  let infiniteRow = -1;
  let allIntegers = true;
  let low = Infinity;
  let high = -Infinity;
  const seen = new Set<number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (Number.isNaN(value)) missing++;
    else {
      if (value < low) low = value;
      if (value > high) high = value;
      if (infiniteRow < 0 && !Number.isFinite(value)) infiniteRow = row;
      if (allIntegers && !Number.isInteger(value)) allIntegers = false;
      if (value !== last && seen.size < distinctCap) seen.add(value);
      last = value;
    }
  }
  const present = values.length - missing;
  const mayBeDistinct = allIntegers && missing <= Math.max(1, 0.01 * values.length) && seen.size === Math.min(present, distinctCap);
  const allDistinct = mayBeDistinct && present > 1 && new Set(values).size === present + Number(missing > 0);
  return { kind: "number", name, values, missing, infiniteRow, allIntegers, distinct: seen.size, allDistinct, low, high };
}

async function profileTexts(
  raw: RawData,
  j: number,
  { codes, names, counts }: CountedTexts,
  rules: MissingRules,
  noNumbers?: NoNumbers,
): Promise<TextProfile> {
  let present = 0;
  let words = 0;
  let distinct = 0;
  let dateLike = 0;
  names.forEach((text, code) => {
    if (rules.isMissingName(text)) return;
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
    ...(noNumbers === undefined ? {} : { noNumbers }),
  };
}

async function areDates(connection: DuckDBConnection, cell: string, present: number): Promise<boolean> {
  const fits = (formats: readonly string[]): string => `try_strptime(trim(${cell}), [${formats.map(literal).join(", ")}]) IS NOT NULL`;
  const hasFullYear = `regexp_matches(${cell}, '(^|[^0-9])[0-9]{4}([^0-9]|$)')`;
  const parsed = `TRY_CAST(${cell} AS TIMESTAMP) IS NOT NULL OR ${fits(dateFormats)} OR (${hasFullYear} AND ${fits(formatsWithFullYear)})`;
  const [{ dates }] = await queryRows(connection, `SELECT count(*) FILTER (${parsed})::DOUBLE AS dates FROM ${rawTable}`);
  return Number(dates) >= 0.99 * present;
}
