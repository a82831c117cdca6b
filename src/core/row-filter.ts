import { UsageError, didYouMean } from "./errors.ts";
import { type Column, type Table, columnOf } from "./table.ts";
import { isMark, wordsOf } from "./text/words.ts";

/** A group of rows, told by their raw cells: every condition must hold. */
export type RowFilter = readonly Condition[];

export type Condition = CellCondition | NumberCondition | WordCondition;

/** The cell of a category or date; a missing one is "!=" to everything. */
export interface CellCondition {
  readonly column: string;
  readonly op: "=" | "!=";
  readonly value: string;
}

/** Never holds where the number is missing. */
export interface NumberCondition {
  readonly column: string;
  readonly op: "<" | "<=" | ">" | ">=" | "==";
  readonly value: number;
}

export interface WordCondition {
  readonly column: string;
  readonly op: "contains";
  /** One word as it is written between blanks; its words as `wordsOf` reads them, with a blank between them (`手机 壳`, `well made`), or the name of a mark. */
  readonly value: string;
}

/** If all of `when` holds, then the answer is `then`: a class index or a real value. */
export interface TriggerRule {
  readonly when: RowFilter;
  readonly then: number;
}

/** Whether the filter holds for a row of the table. */
export function filterHolds(table: Table, filter: RowFilter, row: number): boolean {
  return filter.every((condition) => conditionHolds(columnOf(table, condition.column), condition, row));
}

function conditionHolds(column: Column, condition: Condition, row: number): boolean {
  if (column.kind === "vector") return false;
  if (column.kind === "number") {
    const value = column.values[row];
    switch (condition.op) {
      case "<":
        return value < condition.value;
      case "<=":
        return value <= condition.value;
      case ">":
        return value > condition.value;
      case ">=":
        return value >= condition.value;
      case "==":
        return value === condition.value;
      default:
        return false;
    }
  }
  const cell = column.codes[row] < 0 ? null : column.names[column.codes[row]];
  switch (condition.op) {
    case "=":
      return cell === condition.value;
    case "!=":
      return cell !== condition.value;
    case "contains":
      return cell !== null && holdsWords(wordsOf(cell), condition.value);
    default:
      return false;
  }
}

function holdsWords(words: readonly string[], value: string): boolean {
  return value.includes(" ") ? ` ${words.join(" ")} `.includes(` ${value} `) : words.includes(value);
}

/**
 * Reads a filter such as `product = 'B0009R0BGC' and stars > 3` or `review contains 'refund'`. Names of columns and values are bare words or stand in
 * single or double quotes.
 *
 * @param owner who was given it, for messages
 * @throws UsageError where it cannot be read or does not fit the columns
 */
export function parseRowFilter(text: string, table: Table, owner: string): RowFilter {
  const words = tokenise(text, owner);
  const filter: Condition[] = [];
  for (let at = 0; at < words.length; at += 4) {
    const [name, op, value, joint] = words.slice(at, at + 4);
    if (name === undefined || op === undefined || value === undefined)
      throw new UsageError(
        `${owner}: "${text}" ends early; a condition looks like: column = 'value', column > 3, or column contains 'word'`,
      );
    if (joint !== undefined && (joint.quoted || joint.text.toLowerCase() !== "and"))
      throw new UsageError(`${owner}: conditions are joined by "and", got "${joint.text}" in "${text}"`);
    if (joint !== undefined && words[at + 4] === undefined) throw new UsageError(`${owner}: nothing follows the last "and" in "${text}"`);
    filter.push(makeCondition(name.text, op.text, value.text, table, owner));
  }
  if (filter.length === 0) throw new UsageError(`${owner}: an empty condition fits no row`);
  return filter;
}

/** A word of a condition. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Words, values in quotes and comparisons. @throws UsageError on what is none of these */
export function tokenise(text: string, owner: string): Word[] {
  const pattern = /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|(<=|>=|!=|==|=|<|>)|([^\s'"<>=!]+))/gy;
  const words: Word[] = [];
  while (pattern.lastIndex < text.length) {
    if (text.slice(pattern.lastIndex).trim() === "") break;
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new UsageError(`${owner}: "${text}" cannot be read from "${text.slice(from).trim()}" on`);
    const quoted = match[1]?.replaceAll("''", "'") ?? match[2]?.replaceAll('""', '"');
    words.push({ text: quoted ?? match[3] ?? match[4], quoted: quoted !== undefined });
  }
  return words;
}

function makeCondition(name: string, op: string, value: string, table: Table, owner: string): Condition {
  const names = table.columns.map((column) => column.name);
  if (!names.includes(name)) throw new UsageError(`${owner}: there is no column "${name}"${didYouMean(name, names)}`);
  const column = columnOf(table, name);
  const refuse = (allowed: string): never => {
    throw new UsageError(`${owner}: "${name}" holds ${describe(column)}, so its condition must be ${allowed}, got "${op} ${value}"`);
  };
  switch (column.kind) {
    case "vector":
      return refuse("left out: vectors have no cells to compare");
    case "number": {
      const number = Number(value);
      if (!["<", "<=", ">", ">=", "=", "=="].includes(op) || value.trim() === "" || !Number.isFinite(number))
        return refuse("one of < <= > >= = and a number");
      return { column: name, op: op === "=" ? "==" : (op as NumberCondition["op"]), value: number };
    }
    case "text": {
      const words = isMark(value) ? [value] : wordsOf(value);
      if (op !== "contains" || words.length === 0 || /\s/.test(value.trim())) return refuse("contains and one word");
      return { column: name, op: "contains", value: words.join(" ") };
    }
    default:
      if (op === "=" || op === "==") return { column: name, op: "=", value };
      if (op === "!=") return { column: name, op, value };
      return refuse("= or != and a value");
  }
}

function describe(column: Column): string {
  return { number: "numbers", text: "texts", category: "categories", date: "dates", vector: "vectors" }[column.kind];
}
