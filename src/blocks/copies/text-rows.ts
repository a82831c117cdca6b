import type { Dataset } from "../../core/dataset.ts";
import { labelOfTask } from "../../core/examples.ts";
import { type NamedColumn, type Table, columnOf } from "../../core/table.ts";
import { foldTexts } from "./folded-texts.ts";

/** Stands between the texts of two columns. */
export const textBreak = -1;

/** The folded words of rows that bear labels of one column, one row after the other. */
export interface TextRows {
  /** The example behind each row. Shape: [rows]. */
  readonly examples: Int32Array;
  /** Class of each row. Shape: [rows]. */
  readonly label: Int32Array;
  /** Words of row i stand at the positions `starts[i] .. starts[i + 1])`. Shape: [rows + 1]. */
  readonly starts: Int32Array;
  /** Index into `words`, or `textBreak`. Shape: [positions]. */
  readonly tokens: Int32Array;
  /** Text column of each position. Shape: [positions]. */
  readonly column: Uint8Array;
  readonly columns: number;
  readonly words: readonly string[];
}

const known = new WeakMap<Dataset, { readonly table: Table | null; readonly read: readonly TextRows[] }>();

/** One for each label column, as a row of several labels counts once for each; none where no feature is text. Read once for all that ask about the same data. */
export function textRows(data: Dataset, table: Table | null): readonly TextRows[] {
  const remembered = known.get(data);
  if (remembered?.table === table) return remembered.read;
  const columns = textColumns(table);
  const labels = table === null || columns.length === 0 ? [] : Array.from(data.task, (task) => labelOfTask(table, task));
  const read = [...new Set(labels)].map((name) =>
    readRows(
      data,
      columns,
      Int32Array.from(labels.keys()).filter((i) => labels[i] === name),
    ),
  );
  known.set(data, { table, read });
  return read;
}

function textColumns(table: Table | null): NamedColumn[] {
  if (table === null) return [];
  return table.roles.features.flatMap((name) => {
    const column = columnOf(table, name);
    return column.kind === "text" ? [column] : [];
  });
}

function readRows(data: Dataset, columns: readonly NamedColumn[], examples: Int32Array): TextRows {
  const textOf = ({ codes, names }: NamedColumn, i: number): string => {
    const row = data.row[i];
    return row < 0 || codes[row] < 0 ? "" : names[codes[row]];
  };
  const { tokens: texts, words } = foldTexts(columns.flatMap((column) => Array.from(examples, (i) => textOf(column, i))));
  const rows = examples.length;
  const room = texts.reduce((sum, { length }) => sum + length, 0) + rows * Math.max(0, columns.length - 1);
  const starts = new Int32Array(rows + 1);
  const tokens = new Int32Array(room);
  const column = new Uint8Array(room);
  let length = 0;
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < columns.length; c++) {
      if (c > 0) tokens[length++] = textBreak;
      const text = texts[c * rows + i];
      tokens.set(text, length);
      column.fill(c, length, length + text.length);
      length += text.length;
    }
    starts[i + 1] = length;
  }
  return { examples, label: Int32Array.from(examples, (i) => data.y[i]), starts, tokens, column, columns: columns.length, words };
}
