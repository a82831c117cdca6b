import { type MissingRules, isNumeric } from "../missing.ts";
import { splitNumber } from "./number-parts.ts";
import { chooseDecimal } from "./choose-decimal.ts";
import { type NumberCell, chooseUnit } from "./choose-unit.ts";
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
  /** A distinct text that shows it; −1 = none. */
  readonly example: number;
}

/** Shares of the cells that are there: so many may be odd; from so many on a column is said to be largely of numbers. */
const oddShare = 0.05;
const largely = 0.5;
const minNumbers = 10;
/** A few words that recur among so many different numbers stand for "missing", in however many rows. */
const maxWords = 3;
const minDistinct = 20;

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
  const cells: NumberCell[] = [];
  const missing: number[] = [];
  const infinite: number[] = [];
  let odd: number[] = [];
  let present = 0;
  let codeRows = 0;
  let zeroCode = -1;
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
      else if (/^0\d/.test(parts.digits)) {
        codeRows += counts[code];
        zeroCode = code;
      }
    } else if (isNumeric(text)) infinite.push(code);
    else odd.push(code);
  });
  if (cells.length < 2) return null;
  if (codeRows > 0 && allWhole)
    return codeRows <= oddShare * present && cells.length > 20 ? { why: "some begin with a zero, as codes do", example: zeroCode } : null;

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
    if (example < 0 && !(isNumeric(names[code]) && Number(names[code]) === values[code])) example = code;
  }
  for (const code of infinite) values[code] = names[code].trim().startsWith("-") ? -Infinity : Infinity;
  odd = odd.sort((a, b) => a - b);
  const oddRows = odd.reduce((sum, code) => sum + counts[code], 0);
  const areWords = odd.length <= maxWords && distinct.size > minDistinct && odd.every((code) => !/\d/.test(names[code]));
  const isRare = oddRows <= oddShare * present || (areWords && numeric >= largely * present);
  const isNumber = isRare && odd.length < distinct.size && (oddRows === 0 || numeric >= minNumbers);
  if (!isNumber) {
    const likeNumbers = unit.several === null ? numeric : cells.reduce((sum, { rows }) => sum + rows, 0);
    const isSaid =
      likeNumbers >= largely * present && (distinct.size > 10 || (likeNumbers >= 0.8 * present && distinct.size > 2 * odd.length));
    if (!isSaid) return null;
    return { why: unit.several ?? `${oddRows} of ${present} cells that are there are no numbers`, example: odd[0] };
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
