import { type NamedColumn, type Table, cellOf, columnOf } from "../../core/table.ts";
import { visibleLines } from "../../core/text/visible.ts";
import { makeEncoder } from "../../data/encoder.ts";
import { type Matrix, rowDense, rowDot, rowSquaredNorm } from "../../numeric/matrices/matrix.ts";
import { makeTopK } from "../../numeric/orders/top-k.ts";
import type { CopiedReading } from "../kinds/attackable.ts";
import type { AnyScannable } from "../kinds/scannable.ts";
import { contentDigest } from "./decision.ts";

/** What a column is for, as a moderator is told. */
export type ShownRole = "text" | "feature" | "label" | "account" | "task" | "id" | "other";

export interface ShownCell {
  readonly name: string;
  readonly role: ShownRole;
  /** From the beginning of the cell, with what acts or cannot be seen made visible; null = missing. */
  readonly text: string | null;
  /** Characters of the whole cell. */
  readonly length: number;
}

export interface ShownRow {
  /** From 1 among the data rows. */
  readonly row: number;
  readonly cells: readonly ShownCell[];
  /** Columns that are not shown. */
  readonly leftOut: number;
}

/** What lies near a row. */
export interface Related {
  readonly account: {
    readonly name: string;
    /** How many rows it has, this one with them. */
    readonly count: number;
    /** Numbers of the first of its other rows, from 1. */
    readonly rows: readonly number[];
  } | null;
  /** The most similar rows, the nearest first. */
  readonly neighbours: readonly { readonly row: number; readonly similarity: number }[];
  /** What similarity is: the cosine of what is learned from, or 1 / (1 + distance) after scaling; null = such data have no neighbours. */
  readonly measure: "cosine" | "distance" | null;
}

/** The rows of the data of a scan, for people. Rows count from 1. */
export interface RowsOfData {
  /** @param most characters of a cell */
  shown(rows: readonly number[], most: number): Promise<ShownRow[]>;
  /** See `contentDigest`. */
  contents(rows: readonly number[]): Promise<string[]>;
  related(row: number): Promise<Related>;
  close(): Promise<void>;
}

const mostColumns = 60;
const mostEntries = 40;
const mostOthers = 200;
const mostNeighbours = 8;

/** A column as it is shown. */
interface Shown {
  readonly name: string;
  readonly role: ShownRole;
  textOf(row: number): string | null;
}

/** What is asked of the data of a scan that were read again. */
export function rowsOfData(kind: Pick<AnyScannable, "rowsOf">, read: CopiedReading): RowsOfData {
  const table = "roles" in read.table ? (read.table as Table) : null;
  const columns = table === null ? columnsOfRatings(kind, read) : columnsOfTable(table);
  const account = table === null ? accountsOfRatings(columns, read.table.rows) : accountsOfTable(table);
  let near: Near | null | undefined;
  return {
    shown: (rows, most) => Promise.resolve(rows.map((row) => shownRow(columns, row, most))),
    contents: (rows) => Promise.resolve(rows.map((row) => contentDigest(read.table.columns, row - 1))),
    related(row) {
      near ??= table === null || table.roles.features.length === 0 ? null : nearness(table);
      return Promise.resolve({
        account: account === null ? null : othersOf(account, row - 1),
        neighbours: near === null ? [] : neighboursOf(near, row - 1),
        measure: near === null ? null : near.measure,
      });
    },
    close: () => Promise.resolve(),
  };
}

function shownRow(columns: readonly Shown[], row: number, most: number): ShownRow {
  const shown = columns.slice(0, mostColumns);
  return {
    row,
    cells: shown.map(({ name, role, textOf }) => {
      const text = textOf(row - 1);
      return { name: visibleLines(name), role, text: text === null ? null : visibleLines(cut(text, most)), length: text?.length ?? 0 };
    }),
    leftOut: columns.length - shown.length,
  };
}

/** Not within a pair of surrogates. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

const order: readonly ShownRole[] = ["text", "label", "account", "task", "id", "feature", "other"];

function columnsOfTable(table: Table): Shown[] {
  const { labels, features, task, source, id } = table.roles;
  const roleOf = (name: string, isText: boolean): ShownRole => {
    if (labels.includes(name)) return "label";
    if (name === source) return "account";
    if (name === task) return "task";
    if (name === id) return "id";
    if (features.includes(name)) return isText ? "text" : "feature";
    return "other";
  };
  const shown = table.columns.map((column): Shown => {
    const { name, kind } = column;
    return { name, role: roleOf(name, kind === "text"), textOf: (row) => textOf(cellOf(column, row)) };
  });
  return order.flatMap((role) => shown.filter((column) => column.role === role));
}

function textOf(cell: ReturnType<typeof cellOf>): string | null {
  if (cell === null) return null;
  if (typeof cell !== "object") return String(cell);
  const { indices, values } = cell;
  const first = indices.slice(0, mostEntries).map((index, i) => `${index + 1}:${values[i]}`);
  return `${first.join(" ")}${indices.length > mostEntries ? ` … (${indices.length} entries)` : ""}`;
}

const rolesOfRatings: readonly ShownRole[] = ["account", "task", "label", "other"];

/** User, item, rating and time. */
function columnsOfRatings(kind: Pick<AnyScannable, "rowsOf">, read: CopiedReading): Shown[] {
  return kind
    .rowsOf(read)
    .columns.map(({ name, cellOf: cell }, i) => ({ name, role: rolesOfRatings[i] ?? "other", textOf: (row) => cell(row) || null }));
}

/** Who contributed each row; codes of rows with the same name are equal, −1 = unknown. */
interface Accounts {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}

function accountsOfTable(table: Table): Accounts | null {
  if (table.roles.source === null) return null;
  const column = columnOf(table, table.roles.source);
  return "codes" in column ? (column satisfies NamedColumn) : null;
}

function accountsOfRatings(columns: readonly Shown[], rows: number): Accounts {
  const known = new Map<string, number>();
  const user = columns.find(({ role }) => role === "account");
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const name = user?.textOf(row) ?? null;
    if (name === null) return -1;
    if (!known.has(name)) known.set(name, known.size);
    return known.get(name)!;
  });
  return { codes, names: [...known.keys()] };
}

function othersOf({ codes, names }: Accounts, row: number): Related["account"] {
  const code = codes[row];
  if (code < 0) return null;
  const rows: number[] = [];
  let count = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] !== code) continue;
    count++;
    if (i !== row && rows.length < mostOthers) rows.push(i + 1);
  }
  return { name: visibleLines(cut(names[code], 200)), count, rows };
}

/** What all rows are encoded as. */
interface Near {
  readonly x: Matrix;
  /** Data row of each row of x, ascending, and the row of x of each data row, −1 = none. */
  readonly row: Int32Array;
  readonly place: Int32Array;
  readonly squared: Float64Array;
  readonly measure: "cosine" | "distance";
}

function nearness(table: Table): Near {
  const rows = Int32Array.from({ length: table.rows }, (_, i) => i);
  const { x, row } = makeEncoder({ bigrams: false, minDocuments: 2, fittedOn: "frozen" }, table).fit(table, rows).encode(table, rows);
  const place = new Int32Array(table.rows).fill(-1);
  for (let i = row.length - 1; i >= 0; i--) place[row[i]] = i;
  const squared = Float64Array.from(row, (_, i) => rowSquaredNorm(x, i));
  return { x, row, place, squared, measure: x.kind === "sparse" ? "cosine" : "distance" };
}

function neighboursOf({ x, row, place, squared, measure }: Near, asked: number): Related["neighbours"] {
  const own = place[asked];
  if (own < 0 || (measure === "cosine" && squared[own] === 0)) return [];
  const v = rowDense(x, own);
  const top = makeTopK(mostNeighbours);
  for (let i = 0; i < row.length; i++) {
    // A row with several labels is encoded several times.
    if (row[i] === asked || place[row[i]] !== i) continue;
    const product = rowDot(x, i, v);
    if (measure === "cosine") top.offer(i, squared[i] === 0 ? 0 : product / Math.sqrt(squared[i] * squared[own]));
    else top.offer(i, 1 / (1 + Math.sqrt(Math.max(0, squared[i] + squared[own] - 2 * product))));
  }
  const [ids, similarities] = [new Int32Array(mostNeighbours), new Float64Array(mostNeighbours)];
  const found = top.drainInto(ids, similarities, 0);
  return Array.from({ length: found }, (_, i) => ({ row: row[ids[i]] + 1, similarity: similarities[i] })).filter(
    ({ similarity }) => similarity > 0,
  );
}
