import { comparedForm } from "../../core/text/compared-form.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type NamedColumn, type Table, columnOf } from "../../core/table.ts";
import { makeWordNumbers } from "../../core/text/word-numbers.ts";
import type { Records } from "./records.ts";

/** Stands between the texts of two columns: no phrase goes across it. */
export const columnBreak = -1;

/** The words of each record in the order that they are written. */
export interface RecordWords {
  /** Words of record r are `words[starts[r] .. starts[r + 1])`. Shape: [records + 1]. */
  readonly starts: Int32Array;
  /** Index into `vocabulary`, or `columnBreak`. */
  readonly words: Int32Array;
  readonly vocabulary: readonly string[];
  /** Word of each of the vocabulary as copies are compared (see core/compared-form.ts); −1 = none, as of a mark. Index into `forms`. Shape: [vocabulary]. */
  readonly formOf: Int32Array;
  readonly forms: readonly string[];
  /** The columns that were read. */
  readonly columns: readonly string[];
}

/** Null where no feature is text. A record that is no row of the table has no words. */
export function readWords(data: Dataset, records: Records, table: Table | null): RecordWords | null {
  const columns = textColumns(table);
  if (columns.length === 0) return null;
  const { words: vocabulary, numbersOf } = makeWordNumbers();
  const starts = new Int32Array(records.count + 1);
  let words = new Int32Array(64 * records.count + 1024);
  let length = 0;
  const makeRoom = (count: number) => {
    if (length + count <= words.length) return;
    const longer = new Int32Array(2 * (length + count));
    longer.set(words);
    words = longer;
  };
  for (let r = 0; r < records.count; r++) {
    const row = data.row[records.first[r]];
    for (const { codes, names } of row < 0 ? [] : columns) {
      if (codes[row] < 0) continue;
      const found = numbersOf(names[codes[row]]);
      makeRoom(found.length + 1);
      if (length > starts[r]) words[length++] = columnBreak;
      words.set(found, length);
      length += found.length;
    }
    starts[r + 1] = length;
  }
  return { starts, words: words.slice(0, length), vocabulary, ...comparedForms(vocabulary), columns: columns.map(({ name }) => name) };
}

function comparedForms(vocabulary: readonly string[]): Pick<RecordWords, "formOf" | "forms"> {
  const idOf = new Map<string, number>();
  const formOf = Int32Array.from(vocabulary, (word) => {
    const form = comparedForm(word);
    if (form === "") return -1;
    const id = idOf.get(form) ?? idOf.size;
    idOf.set(form, id);
    return id;
  });
  return { formOf, forms: [...idOf.keys()] };
}

function textColumns(table: Table | null): NamedColumn[] {
  if (table === null) return [];
  return table.roles.features.flatMap((name) => {
    const column = columnOf(table, name);
    return column.kind === "text" ? [column] : [];
  });
}

/** Mixes one more word into the hash of the words before it; 32 bits, as a signed number. */
export function mixWord(hash: number, word: number): number {
  let h = Math.imul(hash ^ Math.imul(word + 1, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 13);
}
