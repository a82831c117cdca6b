import { type MissingRules, isNumeric } from "../missing.ts";
import { type NumberParts, splitNumber } from "./number-parts.ts";
import { quoted } from "./oddity.ts";
import { type NumberStyle, numberOf } from "./number-style.ts";

/** A column of texts read as numbers, by its distinct texts. */
export interface NumberReading {
  /** By distinct text; NaN = missing or odd. Shape: [names]. */
  readonly values: Float64Array;
  /** Distinct texts that mean nothing as numbers, in order of first appearance. */
  readonly odd: readonly number[];
  /** Distinct texts that mean "missing". */
  readonly missing: readonly number[];
  /** null = every number is written as in a program. */
  readonly style: NumberStyle | null;
  /** The first distinct text that is not written as in a program, −1 = none. */
  readonly example: number;
  /** Why it could be read otherwise; null = it could not. */
  readonly doubt: string | null;
}

/** Why a column that is largely of numbers is none. */
export interface NoNumbers {
  readonly why: string;
}

/** Shares of the cells that are there: so many may be odd; from so many on a column is said to be largely of numbers. */
const oddShare = 0.05;
const largely = 0.5;
const minNumbers = 10;
const multipliers: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9, bn: 1e9, mn: 1e6 };

interface Cell {
  readonly code: number;
  readonly rows: number;
  readonly parts: NumberParts;
}

/**
 * Numbers as people write them. A person looks at a column as a whole: one decimal mark, one unit, and a few cells that are something else.
 * @param counts rows of each distinct text
 * @param prefersComma what decides where 1,234 could be either
 */
export function readNumbers(
  names: readonly string[],
  counts: Float64Array,
  rules: MissingRules,
  prefersComma: boolean,
): NumberReading | NoNumbers | null {
  if (!looksNumeric(names, rules)) return null;
  const cells: Cell[] = [];
  const missing: number[] = [];
  const infinite: number[] = [];
  let odd: number[] = [];
  let present = 0;
  let codeRows = 0;
  let allWhole = true;
  names.forEach((text, code) => {
    if (rules.isMissingNumber(text)) {
      missing.push(code);
      return;
    }
    present += counts[code];
    const parts = splitNumber(text);
    if (parts !== null) {
      cells.push({ code, rows: counts[code], parts });
      if (!/^\d+$/.test(parts.digits) || parts.unit !== "" || parts.prefix !== "") allWhole = false;
      else if (/^0\d/.test(parts.digits)) codeRows += counts[code];
    } else if (isNumeric(text)) infinite.push(code);
    else odd.push(code);
  });
  if (cells.length < 2) return null;
  if (codeRows > 0 && allWhole)
    return codeRows <= oddShare * present && cells.length > 20 ? { why: "some begin with a zero, as codes do" } : null;

  const unit = chooseUnit(cells);
  const decimal = chooseDecimal(
    cells.filter(({ parts }) => unit.accepts(parts)),
    prefersComma,
  );
  const values = new Float64Array(names.length).fill(NaN);
  let numeric = 0;
  let example = -1;
  const distinct = new Set<number>();
  for (const { code, rows, parts } of cells) {
    const read = unit.accepts(parts) ? numberOf(parts, decimal.mark) : NaN;
    const value = Number.isNaN(read) && decimal.isMixed && unit.accepts(parts) ? numberOf(parts, decimal.mark === "." ? "," : ".") : read;
    if (Number.isNaN(value)) {
      odd.push(code);
      continue;
    }
    values[code] = value * unit.factor(parts);
    distinct.add(values[code]);
    numeric += rows;
    if (example < 0 && !isNumeric(names[code])) example = code;
  }
  for (const code of infinite) values[code] = names[code].trim().startsWith("-") ? -Infinity : Infinity;
  odd = odd.sort((a, b) => a - b);
  const oddRows = odd.reduce((sum, code) => sum + counts[code], 0);
  const isNumber = oddRows <= oddShare * present && odd.length < distinct.size && (oddRows === 0 || numeric >= minNumbers);
  if (!isNumber) {
    const isSaid = numeric >= largely * present && (distinct.size > 20 || (numeric >= 0.8 * present && distinct.size > 2 * odd.length));
    if (!isSaid) return null;
    return { why: unit.several ?? `${oddRows} of ${present} cells that are there are no numbers` };
  }
  const doubts = [unit.doubt, decimal.doubt].filter((doubt) => doubt !== null);
  const style = { decimal: decimal.mark, prefix: unit.prefix, suffix: unit.suffix };
  return { values, odd, missing, example, doubt: doubts.join("; ") || null, style: example < 0 ? null : style };
}

/** Whether most of some texts are numbers, so that a column of prose costs nothing. */
function looksNumeric(names: readonly string[], rules: MissingRules): boolean {
  const step = Math.max(1, Math.floor(names.length / 200));
  let looked = 0;
  let numbers = 0;
  for (let code = 0; code < names.length; code += step) {
    if (rules.isMissingNumber(names[code])) continue;
    looked++;
    if (splitNumber(names[code]) !== null || isNumeric(names[code])) numbers++;
  }
  return numbers > 0 && numbers >= 0.4 * looked;
}

interface UnitChoice {
  accepts(parts: NumberParts): boolean;
  factor(parts: NumberParts): number;
  readonly prefix: string;
  readonly suffix: string;
  readonly doubt: string | null;
  /** Said where the column is no number: it holds several units. */
  readonly several: string | null;
}

/** One unit for the column: the one of most cells. Cells without one are taken to be in it, but never among percentages. */
function chooseUnit(cells: readonly Cell[]): UnitChoice {
  const keyOf = ({ prefix, unit }: NumberParts): string => `${prefix}|${foldUnit(unit)}`;
  const rowsOf = new Map<string, { rows: number; parts: NumberParts }>();
  for (const { rows, parts } of cells) {
    const known = rowsOf.get(keyOf(parts));
    if (known === undefined) rowsOf.set(keyOf(parts), { rows, parts });
    else known.rows += rows;
  }
  const bare = rowsOf.get("|")?.rows ?? 0;
  const units = [...rowsOf.entries()].filter(([key]) => key !== "|").sort(([, a], [, b]) => b.rows - a.rows);
  const none = { prefix: "", suffix: "", doubt: null, several: null };
  const factor = ({ unit }: NumberParts): number => multipliers[unit] ?? 1;
  if (units.length === 0) return { ...none, accepts: () => true, factor };
  const areMultipliers = units.every(([, { parts }]) => parts.unit in multipliers);
  const prefixes = new Set(units.map(([, { parts }]) => parts.prefix).filter((prefix) => prefix !== ""));
  if (areMultipliers && prefixes.size <= 1) return { ...none, prefix: [...prefixes][0] ?? "", accepts: () => true, factor };

  const all = bare + units.reduce((sum, [, { rows }]) => sum + rows, 0);
  const several =
    units.length < 2
      ? null
      : `they have several units: ${units
          .slice(0, 4)
          .map(([, { rows, parts }]) => `${quoted((parts.prefix + parts.unit).trim())} (${rows})`)
          .join(", ")}`;
  const [mainKey, main] = units[0];
  const { prefix, unit } = main.parts;
  const isShare = unit === "%" || unit === "‰";
  // A single letter, or a word that is no known unit, may as well be part of a name.
  const isSure = main.rows >= (1 - oddShare) * all;
  const mixes = bare > 0 && !isShare && (isSure || unit.length !== 1) && (isSure || units.length === 1);
  const bareWins = bare > main.rows && !mixes;
  const accepts = (parts: NumberParts): boolean => {
    const key = keyOf(parts);
    return key === "|" ? bareWins || mixes : !bareWins && key === mainKey;
  };
  const doubt = mixes ? `${bare} cells have no ${prefix + unit} and are taken to be in it` : null;
  const suffix = unit === "" ? "" : `${main.parts.isApart ? " " : ""}${unit}`;
  return { accepts, factor: () => 1, doubt, several, ...(bareWins ? { prefix: "", suffix: "" } : { prefix, suffix }) };
}

/** `star` and `stars` are one unit. */
function foldUnit(unit: string): string {
  const folded = unit.toLowerCase().replace(/\.$/, "");
  return folded.length > 3 ? folded.replace(/s$/, "") : folded;
}

/** The decimal mark that most cells must have; where none must have either, points are decimal and commas separate thousands. */
function chooseDecimal(cells: readonly Cell[], prefersComma: boolean): { mark: "." | ","; isMixed: boolean; doubt: string | null } {
  let onlyPoint = 0;
  let onlyComma = 0;
  let either = 0;
  let example: string | null = null;
  for (const { rows, parts } of cells) {
    const [point, comma] = [numberOf(parts, "."), numberOf(parts, ",")];
    if (Number.isNaN(point) && Number.isNaN(comma)) continue;
    if (Number.isNaN(comma)) onlyPoint += rows;
    else if (Number.isNaN(point)) onlyComma += rows;
    else if (point !== comma) {
      either += rows;
      example ??= parts.digits;
    }
  }
  if (onlyPoint > 0 && onlyComma > 0) {
    const mark = onlyComma > onlyPoint ? "," : ".";
    return { mark, isMixed: true, doubt: `${onlyPoint} cells have decimal points and ${onlyComma} have decimal commas` };
  }
  const mark = onlyComma > 0 || (onlyPoint === 0 && prefersComma) ? "," : ".";
  if (onlyPoint + onlyComma > 0 || either === 0 || example === null) return { mark, isMixed: false, doubt: null };
  const cell: NumberParts = { ...cells[0].parts, digits: example, isNegative: false, exponent: "" };
  const [read, other] = mark === "." ? [".", ","] : [",", "."];
  return {
    mark,
    isMixed: false,
    doubt: `${example} is taken for ${numberOf(cell, read as ".")}, though it could be ${numberOf(cell, other as ".")}`,
  };
}
