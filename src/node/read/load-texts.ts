import { UsageError } from "../../core/errors.ts";
import type { Format } from "../formats.ts";
import { appendTexts, createRawTable } from "./duckdb.ts";
import { openDatabase } from "../open-database.ts";
import { gatherLists } from "./lists/list-columns.ts";
import { refuseTwice } from "./delimited/read-header.ts";
import type { RawData } from "./raw.ts";
import type { Note } from "./request.ts";

/** What a cell of a typed file may hold; a list is one of numbers. */
export type TypedCell = string | number | bigint | boolean | Date | null | readonly (number | null)[];

/** A file that lies in memory, row by row. */
export interface TypedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly names: readonly string[];
  /** Columns without a name in the file, among `names`. */
  readonly unnamed?: ReadonlySet<string>;
  readonly rows: number;
  readonly header?: boolean;
  cell(row: number, column: number): TypedCell;
  /** Columns of what cannot be read, with the reason. */
  readonly unreadable?: ReadonlyMap<string, string>;
  readonly notes?: readonly Note[];
}

/** Files of typed cells, one after the other, into the database; numbers as JSON writes them. @throws UsageError where they have other columns */
export async function loadTexts(format: Format, files: readonly TypedFile[], limitBytes: number): Promise<RawData> {
  const [first] = files;
  for (const { path, names, rows } of files) {
    refuseTwice(path, names);
    if (rows === 0) throw new UsageError(`${path} has no data rows`);
    if (names.length !== first.names.length || names.some((name, j) => name !== first.names[j]))
      throw new UsageError(`${path} has other columns than ${first.path}; files read together must have the same columns`);
  }
  const lists = gatherLists();
  const unreadable = new Map(files.flatMap((file) => [...(file.unreadable ?? [])]));
  const named = first.names.flatMap((name, j) => (unreadable.has(name) ? [] : [{ name, j }]));
  const holdsLists = new Set(
    named.flatMap(({ name, j }) => (files.some((file) => anyRow(file, (row) => Array.isArray(file.cell(row, j)))) ? [name] : [])),
  );
  const plain = named.filter(({ name }) => !holdsLists.has(name));
  const reasons = [...unreadable].slice(0, 3).map(([name, why]) => `"${name}": ${why}`);
  if (plain.length === 0)
    throw new UsageError(`${first.path} holds no column of plain values${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}`);
  const areDates = plain.map(() => true);
  const connection = await openDatabase([], limitBytes);
  await createRawTable(
    connection,
    plain.map(() => "VARCHAR"),
  );
  const appender = await appendTexts(connection, plain.length);
  let before = 0;
  for (const file of files) {
    for (let row = 0; row < file.rows; row++) {
      appender.append(
        plain.map(({ j }, k) => {
          const cell = file.cell(row, j);
          if (cell !== null && !(cell instanceof Date)) areDates[k] = false;
          return writtenCell(cell);
        }),
      );
      for (const { name, j } of named) {
        const cell = holdsLists.has(name) ? file.cell(row, j) : null;
        if (cell !== null) lists.add(name, before + row, `${file.path}: row ${row + 1}`, cell);
      }
    }
    before += file.rows;
  }
  appender.finish();
  const gathered = lists.finish(before);
  return {
    connection,
    columns: plain.map(({ name }, k) => ({
      name,
      storage: areDates[k] ? "date" : "text",
      ...(first.unnamed?.has(name) === true ? { isUnnamed: true } : {}),
    })),
    rows: before,
    files: files.map(({ path, bytes, sha256, rows }) => ({ path, bytes, sha256, rows })),
    dialect: {
      ...{ format, compression: "none", byteOrderMark: false, delimiter: "", quoted: false, header: first.header ?? false, newline: "\n" },
      ...{ columns: plain.map(({ name }) => name), firstIndex: 1 },
    },
    notes: [...files.flatMap(({ notes = [] }) => notes), ...gathered.notes],
    vectors: gathered.vectors,
    unreadable: new Map([...unreadable, ...gathered.unreadable]),
  };
}

function anyRow({ rows }: TypedFile, holds: (row: number) => boolean): boolean {
  for (let row = 0; row < rows; row++) if (holds(row)) return true;
  return false;
}

/** NaN is how typed files say that there is no number. */
function writtenCell(cell: TypedCell): string | null {
  if (cell === null || (typeof cell === "number" && Number.isNaN(cell))) return null;
  if (!(cell instanceof Date)) return String(cell);
  if (Number.isNaN(cell.getTime())) return null;
  const text = cell
    .toISOString()
    .replace("T", " ")
    .replace(/(\.000)?Z$/, "");
  return text.replace(/ 00:00:00$/, "");
}
