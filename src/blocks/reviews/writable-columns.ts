import { type Table, type NamedColumn, columnOf } from "../../core/table.ts";
import type { WordColumn } from "../../core/text/word-column.ts";
import type { WritableColumn } from "./climb-texts.ts";
import { textStyle } from "./text-style.ts";
import { followersIn } from "./word-order.ts";

/** Genuine texts that say which word follows which. */
const mostTexts = 2000;

/**
 * Text columns with how people write in them.
 *
 * @param names of all features
 * @param tail share of the texts beyond each side of their style
 */
export function writableColumns(
  table: Table,
  rows: Int32Array,
  columns: readonly WordColumn[],
  names: readonly string[],
  tail: number,
): (WritableColumn & { readonly terms: readonly string[] })[] {
  return columns.map((column) => {
    const { name, first, idf } = column;
    const terms = Array.from(idf, (_, word) => names[first + word].slice(`${name}: `.length));
    const wordOf = new Map(terms.map((term, word) => [term, word]));
    const { codes, names: texts } = columnOf(table, name) as NamedColumn;
    const genuine = [...rows]
      .filter((row) => codes[row] >= 0)
      .slice(0, mostTexts)
      .map((row) => texts[codes[row]]);
    return {
      ...column,
      terms,
      style: textStyle(column, terms, tail),
      followers: followersIn(genuine, wordOf),
      pairs: pairsAmong(terms, wordOf),
    };
  });
}

/** Pairs of neighbouring words that are features; null where none is. */
function pairsAmong(terms: readonly string[], wordOf: ReadonlyMap<string, number>): Map<number, number> | null {
  const pairs = new Map<number, number>();
  terms.forEach((term, feature) => {
    const [first, second] = term.split(" ").map((word) => wordOf.get(word));
    if (term.includes(" ") && first !== undefined && second !== undefined) pairs.set(first * terms.length + second, feature);
  });
  return pairs.size === 0 ? null : pairs;
}
