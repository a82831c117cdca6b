import { UsageError } from "../../../core/errors.ts";
import { isMissing, isNumeric } from "../missing.ts";
import type { Note } from "../request.ts";

/** Names of the columns, and which of them the file leaves without one. */
export interface Header {
  readonly names: readonly string[];
  readonly unnamed: ReadonlySet<string>;
  readonly notes: readonly Note[];
}

/** A first record of names: no number in it unless the rest says so, none that recurs below it, none that reads like prose. */
export function looksLikeHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  const columns = first.map((_, j) => rest.map((record) => record[j] ?? "").filter((cell) => !isMissing(cell)));
  const overNumbers = first.some(
    (cell, j) => isName(cell) && columns[j].length > 0 && columns[j].filter(isNumeric).length >= 0.9 * columns[j].length,
  );
  const numbers = first.filter((cell) => isNumeric(cell)).length;
  if (overNumbers && (numbers === 0 || numbers * 2 < first.length)) return true;
  if (numbers > 0) return isHeaderOfNumbers(first, columns, overNumbers);
  if (!first.some(isName)) return false;
  if (rest.length === 0) return first.every((cell) => isName(cell) || cell.trim() === "");
  return first.every((cell, j) => cell.length <= 64 && cell.trim().split(/\s+/).length <= 6 && !columns[j].includes(cell));
}

/** Whether a first record that was taken for data may be names all the same: a warning is due. */
export function mayBeHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  const columns = first.map((_, j) => rest.map((record) => record[j] ?? "").filter((cell) => !isMissing(cell)));
  return first.some((cell) => isNumeric(cell)) && hasNameOverClasses(first, columns) && areWholeAndDistinct(first);
}

/** Years, positions: whole numbers that differ, beside a name over classes or numbers, or alone where they count from 0 or 1. */
function isHeaderOfNumbers(first: readonly string[], columns: readonly (readonly string[])[], overNumbers: boolean): boolean {
  if (!areWholeAndDistinct(first)) return false;
  const numbers = first.filter((cell) => isNumeric(cell)).map(Number);
  const inARow = numbers.length > 1 && numbers.every((value, i) => i === 0 || value === numbers[i - 1] + 1);
  if (numbers.length === first.length) {
    const rows = columns[0]?.length ?? 0;
    const recurs = (cell: string, j: number): boolean => columns[j].some((other) => Number(other) === Number(cell));
    return (
      first.length >= 4 && rows >= 3 && inARow && (numbers[0] === 0 || numbers[0] === 1) && !first.every(recurs) && hasFractions(columns)
    );
  }
  if (!overNumbers && !hasNameOverClasses(first, columns)) return false;
  const isApart = first.every((cell, j) => {
    if (!isNumeric(cell)) return true;
    const below = columns[j].filter(isNumeric).map(Number);
    return below.length > 0 && below.every((value) => value !== Number(cell));
  });
  return inARow || isApart;
}

/** A word that never recurs over a column of a few words that do. */
function hasNameOverClasses(first: readonly string[], columns: readonly (readonly string[])[]): boolean {
  return first.some((cell, j) => {
    if (!isName(cell) || columns[j].length < 4 || columns[j].includes(cell)) return false;
    const times = new Map<string, number>();
    for (const other of columns[j]) times.set(other, (times.get(other) ?? 0) + 1);
    const single = [...times.values()].filter((count) => count === 1).length;
    return times.size * 2 <= columns[j].length && single * 10 <= columns[j].length;
  });
}

function areWholeAndDistinct(first: readonly string[]): boolean {
  const numbers = first.filter((cell) => isNumeric(cell));
  return numbers.every((cell) => /^\s*\d+\s*$/.test(cell)) && new Set(numbers.map(Number)).size === numbers.length;
}

function hasFractions(columns: readonly (readonly string[])[]): boolean {
  return columns.some((cells) => cells.some((cell) => isNumeric(cell) && !Number.isInteger(Number(cell))));
}

function isName(cell: string): boolean {
  return /\p{L}/u.test(cell) && !isMissing(cell) && !isNumeric(cell);
}

/** @param given the cells of the header, with an empty one before them where row names have none. @throws UsageError for names that stand twice */
export function readHeader(path: string, given: readonly string[]): Header {
  const notes: Note[] = [];
  const trimmed = given.map((cell) => cell.trim());
  const typed = trimmed.every((cell) => typedName.test(cell));
  const cells = typed ? trimmed.map((cell) => cell.replace(typedName, "$1")) : trimmed;
  if (typed)
    notes.push({ level: "info", text: `${path}: the header gives types (${trimmed[0]}, …); the names are what stands before the colon` });
  refuseTwice(path, cells);
  const taken = new Set(cells);
  const unnamed = new Set<string>();
  const names = cells.map((cell, j) => {
    if (cell !== "") return cell;
    let name = `c${j + 1}`;
    while (taken.has(name)) name = `${name}_`;
    taken.add(name);
    unnamed.add(name);
    return name;
  });
  if (unnamed.size > 0) {
    const shown = [...unnamed].slice(0, 5).map((name) => `"${name}"`);
    const more = unnamed.size > shown.length ? ` and ${unnamed.size - shown.length} more` : "";
    notes.push({
      level: "info",
      text: `${path}: the header leaves ${unnamed.size === 1 ? "a column" : `${unnamed.size} columns`} without a name, here called ${shown.join(", ")}${more}`,
    });
  }
  if (names.length > 0 && names.every((name) => isNumeric(name)))
    notes.push({
      level: "warning",
      text: `${path}: the first line is taken for the header, though its names are numbers (--no-header if it is data)`,
    });
  else if (names.some((name) => isNumeric(name)))
    notes.push({
      level: "warning",
      text: `${path}: the first line is taken for the header, though some of its names are numbers: ${names.filter(isNumeric).slice(0, 3).join(", ")} (--no-header if it is data; a number that is a name is that column and no position)`,
    });
  return { names, unnamed, notes };
}

/** As RecBole writes them: `user_id:token`. */
const typedName = /^([^:\s]+):(token|token_seq|float|float_seq)$/;

/** The one rule for names that stand twice, in any format. */
export function refuseTwice(path: string, names: readonly string[]): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) {
    if (name !== "" && seen.has(name)) twice.add(name);
    seen.add(name);
  }
  if (twice.size === 0) return;
  const shown = [...twice].slice(0, 5).map((name) => `"${name}"`);
  throw new UsageError(
    `${path}: the header has duplicate column names: ${shown.join(", ")}${twice.size > shown.length ? ` and ${twice.size - shown.length} more` : ""}; each name must be its own`,
  );
}
