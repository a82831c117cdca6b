import { columnsAtOnce, internalName, queryRows, rawTable, textsOf } from "../duckdb.ts";
import { gatherLists } from "./list-columns.ts";
import type { ListStyle } from "./list-style.ts";
import { isMissing } from "../missing.ts";
import { rowPhrase } from "../place-of-row.ts";
import type { RawColumn, RawData } from "../raw.ts";

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const separator = String.raw`\s*[,;]\s*|\s+`;
const bracketed = new RegExp(
  String.raw`^\s*((?:(?:np\.|numpy\.|torch\.)?(?:array|tensor)\()?\s*[[({]\s*)(${number}(?:(?:${separator})${number})*)?[,;]?(\s*[\])}]\s*\)?)\s*$`,
);
const bare = new RegExp(String.raw`^\s*()(${number}(?:(?:;\s*|\s+|,\s*)${number})*)(\s*)$`);
/** So many numbers without brackets are a list, and no telephone number, date or number with blanks between its thousands. */
const minBare = 8;
const minSemicolons = 3;
const sampledRows = 20;

interface ReadList {
  readonly values: number[];
  readonly style: Omit<ListStyle, "length">;
}

/** A cell such as `[0.1, 0.2]`, `(1;2)`, `{1,2}`, `[ 1.5  2. ]` or many numbers in a row; null = it is no list of numbers. */
export function readList(cell: string): ReadList | null {
  if (cell.length < 3) return null;
  const match = bracketed.exec(cell) ?? bare.exec(cell);
  if (match === null) return null;
  const [, open, body = "", close] = match;
  const parts = body === "" ? [] : body.trim().split(/\s*[,;]\s*|\s+/);
  const first = /\s*[,;]\s*|\s+/.exec(body.trim())?.[0] ?? ", ";
  const between = first.trim() === "" ? " " : first;
  const mark = open.trim();
  // A number in brackets is less than zero, and those with commas between thousands are one number.
  if (mark === "(" && /^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(body.trim())) return null;
  if (mark === "" && parts.length < (between.startsWith(";") ? minSemicolons : minBare)) return null;
  return { values: parts.map(Number), style: { open, separator: between, close } };
}

/** Whether a cell is a list whose entries may be no numbers, such as lists within a list. */
function isLikeList(cell: string): boolean {
  return readList(cell) !== null || /^\s*[[({](?=.*\d)([\s\d.,;+\-eE[\](){}]|nan|null|none|inf)*[\])}]\s*$/i.test(cell);
}

/**
 * Lists of numbers that stand as texts in cells, as vectors, like those of JSON lines and Parquet; what is nearly that is left out with its reason.
 * @param hasRole whether the user gave a column a role that vectors cannot have
 */
export async function withListCells(raw: RawData, hasRole: (name: string, j: number) => boolean): Promise<RawData> {
  const found = await likelyLists(raw, hasRole);
  if (found.length === 0) return raw;
  const lists = gatherLists();
  const styles = new Map<string, Omit<ListStyle, "length">>();
  for (const j of found) {
    const { name } = raw.columns[j];
    const { codes, names } = await textsOf(raw, j);
    const read = names.map((text) => (isMissing(text) ? undefined : (readList(text) ?? text)));
    for (let row = 0; row < codes.length; row++) {
      const list = codes[row] < 0 ? undefined : read[codes[row]];
      if (list === undefined) continue;
      if (typeof list !== "string" && !styles.has(name)) styles.set(name, list.style);
      lists.add(name, row, rowPhrase(raw.files, row), typeof list === "string" ? list : list.values);
    }
  }
  const { vectors, unreadable, notes } = lists.finish(raw.rows);
  // Numbers side by side of any length may be text, such as the numbers of words.
  const isKept = (name: string): boolean => unreadable.has(name) && styles.get(name)?.open === "";
  const own = vectors.map(({ name, matrix }): [string, ListStyle] => [name, { ...styles.get(name)!, length: matrix.cols }]);
  return {
    ...raw,
    columns: await withoutColumns(raw, new Set(found.filter((j) => !isKept(raw.columns[j].name)))),
    vectors: [...raw.vectors, ...vectors],
    unreadable: new Map([...raw.unreadable, ...[...unreadable].filter(([name]) => !isKept(name))]),
    notes: [...raw.notes, ...notes],
    dialect: { ...raw.dialect, ...(own.length === 0 ? {} : { lists: Object.fromEntries(own) }) },
  };
}

/** The columns that stay, under the places they then have in the database. */
async function withoutColumns({ connection, columns }: RawData, gone: ReadonlySet<number>): Promise<RawColumn[]> {
  const kept: RawColumn[] = [];
  for (const [j, column] of columns.entries()) {
    if (gone.has(j)) {
      await connection.run(`ALTER TABLE ${rawTable} RENAME COLUMN ${internalName(j)} TO gone${j}`);
      continue;
    }
    if (kept.length < j && column.values === undefined)
      await connection.run(`ALTER TABLE ${rawTable} RENAME COLUMN ${internalName(j)} TO ${internalName(kept.length)}`);
    kept.push(column);
  }
  return kept;
}

async function likelyLists(raw: RawData, hasRole: (name: string, j: number) => boolean): Promise<number[]> {
  const texts = raw.columns.flatMap(({ name, storage, values }, j) =>
    storage === "text" && values === undefined && !hasRole(name, j) ? [j] : [],
  );
  const found: number[] = [];
  for (let from = 0; from < texts.length; from += columnsAtOnce) {
    const some = texts.slice(from, from + columnsAtOnce);
    const rows = await queryRows(
      raw.connection,
      `SELECT ${some.map((j) => internalName(j)).join(", ")} FROM ${rawTable} LIMIT ${sampledRows}`,
    );
    for (const j of some) {
      const cells = rows.map((row) => row[internalName(j)] as string | null).filter((cell) => cell !== null && !isMissing(cell));
      if (cells.length > 0 && cells.every((cell) => isLikeList(cell as string))) found.push(j);
    }
  }
  return found;
}
