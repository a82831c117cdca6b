import { UsageError } from "../../core/errors.ts";

/** Cells that mean "not there" in any column that is not text, blanks around them and case aside where they are longer than two letters. */
export const missingWords: readonly string[] = [
  ...["", "NA", "NaN", "nan", "NAN", "N/A", "n/a", "N.A.", "n.a.", "null", "NULL", "Null", "<NA>", "<na>", "NaT", "nat", "\\N"],
  ...["#N/A", "#n/a", "#NA", "#N/A N/A", "<null>", "(null)"],
];

/** What else means so where numbers are due; as a class, a group or a category it may be a value. */
export const missingAmongNumbers: readonly string[] = [
  ...[
    "na",
    "none",
    "nil",
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
    "??",
    ".",
    "..",
    "...",
    "…",
    "*",
    "missing",
    "unknown",
    "undefined",
    "n\\a",
    "nd",
  ],
  ...[
    "n.d.",
    "n/d",
    "not available",
    "not applicable",
    "unavailable",
    "no data",
    "#value!",
    "#div/0!",
    "#ref!",
    "#name?",
    "#num!",
    "#null!",
  ],
  ...["#error!", "#error", "#spill!", "#calc!", "#value", "#div/0", "#ref", "#num"],
];

const missing = new Set(missingWords);
const numberWords = new Set(missingAmongNumbers);

export function isMissing(cell: string): boolean {
  return missing.has(cell.trim());
}

/** Which cells mean "not there", with what the user said of it. */
export interface MissingRules {
  /** Of a category, a class or a group. */
  isMissingName(cell: string): boolean;
  /** Where numbers are due. */
  isMissingNumber(cell: string): boolean;
  /** Words that the user named, trimmed. */
  readonly asked: ReadonlySet<string>;
  /** Words that the user wants kept, trimmed. */
  readonly kept: ReadonlySet<string>;
}

export function missingRules(asked: readonly string[] = [], kept: readonly string[] = []): MissingRules {
  const trimmed = (words: readonly string[]): Set<string> => new Set(words.map((word) => word.trim()));
  const [more, values] = [trimmed(asked), trimmed(kept)];
  const both = [...more].find((word) => values.has(word));
  if (both !== undefined)
    throw new UsageError(`"${both}" is named by --missing and by --not-missing: it either means a missing cell or is a value`);
  const isMissingName = (cell: string): boolean => {
    const word = cell.trim();
    return word === "" || more.has(word) || (missing.has(word) && !values.has(word));
  };
  return {
    asked: more,
    kept: values,
    isMissingName,
    isMissingNumber: (cell) => isMissingName(cell) || (cell.length <= 24 && numberWords.has(cell.trim().toLowerCase())),
  };
}

/** Whether a word may mean "not there" though it may as well be a value. */
export function mayMeanMissing(cell: string): boolean {
  const word = cell.trim();
  return missing.has(word) || (word.length <= 24 && numberWords.has(word.toLowerCase()));
}

/** The number of a cell that is one. */
export function numberOfCell(cell: string): number {
  if (/inf/i.test(cell)) return cell.trim().startsWith("-") ? -Infinity : Infinity;
  return Number(cell);
}

/** Whether a cell is a number to us: what a decimal literal is, and the infinities that are refused later. */
export function isNumeric(cell: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) || /^\s*[+-]?inf(inity)?\s*$/i.test(cell);
}
