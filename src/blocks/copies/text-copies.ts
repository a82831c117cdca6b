import { type Signal } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type NamedColumn, type Table, columnOf } from "../../core/table.ts";
import { foldTexts } from "./folded-texts.ts";
import { type Records, recordsOf } from "./records.ts";
import { foldSpelling } from "./spelling-fold.ts";
import { type TextGroup, textGroups } from "./text-groups.ts";

/** Records as their texts, and the groups of those that are made from each other. */
export interface TextCopies {
  readonly records: Records;
  /** Members are records. */
  readonly groups: readonly TextGroup[];
  /** Group of each record; −1 = none. Shape: [records]. */
  readonly groupOf: Int32Array;
  /** How alike a text and what is most like it usually are in this file, as a cosine. */
  readonly usual: number;
  /** Words of each record, and how many of them are written to look like something else. Shapes: each [records]. */
  readonly lengths: Int32Array;
  readonly disguised: Int32Array;
}

const known = new WeakMap<Dataset, { readonly table: Table | null; readonly read: TextCopies | null }>();

/** Null where no feature is text. All text columns of a record are read as one text, once for all that ask about the same data. */
export function textCopies(data: Dataset, table: Table | null, signal?: Signal): TextCopies | null {
  const remembered = known.get(data);
  if (remembered?.table === table) return remembered.read;
  const columns = textColumns(table);
  const read = columns.length === 0 ? null : readCopies(data, columns, signal);
  known.set(data, { table, read });
  return read;
}

function readCopies(data: Dataset, columns: readonly NamedColumn[], signal?: Signal): TextCopies {
  const records = recordsOf(data);
  const texts = Array.from(records.first, (i) => {
    const row = data.row[i];
    return columns.map(({ codes, names }) => (row < 0 || codes[row] < 0 ? "" : names[codes[row]])).join("\n");
  });
  const { tokens, words, disguised } = foldTexts(texts);
  const { groups, usual } = textGroups(foldSpelling(tokens, words), words.length, signal);
  const groupOf = new Int32Array(records.count).fill(-1);
  groups.forEach(({ members }, g) => {
    for (const r of members) groupOf[r] = g;
  });
  return { records, groups, groupOf, usual, lengths: Int32Array.from(tokens, ({ length }) => length), disguised };
}

function textColumns(table: Table | null): NamedColumn[] {
  if (table === null) return [];
  return table.roles.features.flatMap((name) => {
    const column = columnOf(table, name);
    return column.kind === "text" ? [column] : [];
  });
}
