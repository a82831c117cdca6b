import { type Signal } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import { type NamedColumn, type Table, columnOf } from "../../core/table.ts";
import { foldTexts } from "./folded-texts.ts";
import { type Records, recordsOf } from "./records.ts";
import { recutTexts } from "./recut-texts.ts";
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
  /** 1 where several words of a record are written to look like something else, and that is not how the file is written. Shape: [records]. */
  readonly isDisguised: Uint8Array;
  /** Words of each record that are written so. Shape: [records]. */
  readonly disguisedWords: Int32Array;
  textOf(record: number): string;
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
  const folded = foldSpelling(tokens, words);
  const { groups: found, usual } = textGroups(folded, words.length, signal);
  const groups = withRecut(found, recutGroups(folded, words, signal));
  const groupOf = new Int32Array(records.count).fill(-1);
  groups.forEach(({ members }, g) => {
    for (const r of members) groupOf[r] = g;
  });
  const isDisguised = disguisedTexts(tokens, disguised);
  return { records, groups, groupOf, usual, isDisguised, disguisedWords: disguised, textOf: (record) => texts[record] };
}

/** Groups of texts by their letters alone, where they are in no group by their words. */
function recutGroups(tokens: readonly Int32Array[], words: readonly string[], signal?: Signal): TextGroup[] {
  const { texts, tokens: recut, pieces } = recutTexts(tokens, words);
  return textGroups(recut, pieces, signal, tokens.length)
    .groups.map((group) => ({ ...group, members: group.members.map((m) => texts[m]) }))
    .filter(({ members, similarity }) => members.length > 2 && similarity >= alikeByLetters);
}

/** With those by letters whose texts are in larger groups than they were in by words; a text is in one group. */
function withRecut(found: readonly TextGroup[], recut: readonly TextGroup[]): TextGroup[] {
  const sizeOf = new Map(found.flatMap(({ members }) => members.map((t) => [t, members.length])));
  const added = recut.filter(({ members }) => members.every((t) => (sizeOf.get(t) ?? 0) < members.length));
  const isAdded = new Set(added.flatMap(({ members }) => members));
  return [...found.filter(({ members }) => !members.some((t) => isAdded.has(t))), ...added];
}

/** Mean cosine of texts that are copies by their letters. */
const alikeByLetters = 0.15;

/** Two words at least, and two of a hundred; none where many texts hold such words. */
const leastDisguised = { words: 2, share: 0.02 };
const usualDisguise = 0.05;

function disguisedTexts(tokens: readonly Int32Array[], disguised: Int32Array): Uint8Array {
  const is = Uint8Array.from(tokens, ({ length }, t) =>
    Number(disguised[t] >= Math.max(leastDisguised.words, leastDisguised.share * length)),
  );
  const count = is.reduce((sum, one) => sum + one, 0);
  return count < Math.max(1.5, usualDisguise * tokens.length) ? is : is.fill(0);
}

function textColumns(table: Table | null): NamedColumn[] {
  if (table === null) return [];
  return table.roles.features.flatMap((name) => {
    const column = columnOf(table, name);
    return column.kind === "text" ? [column] : [];
  });
}
