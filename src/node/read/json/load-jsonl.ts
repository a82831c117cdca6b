import { UsageError } from "../../../core/errors.ts";
import { appendTexts, createRawTable } from "../duckdb.ts";
import { openDatabase } from "../../open-database.ts";
import type { FoundFiles } from "../reader.ts";
import { isJsonLines, jsonRecords } from "./json-records.ts";
import { gatherLists } from "../lists/list-columns.ts";
import { parseObject } from "./parse-json.ts";
import type { RawData } from "../raw.ts";
import { readText } from "../delimited/read-text.ts";
import type { Format } from "../../formats.ts";
import type { Dialect, Note, SourceFile } from "../request.ts";
import { recordsOf } from "../delimited/scan-records.ts";
import { lineDialect, recordShape } from "../delimited/sniff-dialect.ts";

/** Objects, one a line or in one list; columns are the keys of all in order of first appearance. Lists of numbers become vectors. */
export async function loadJsonl(found: FoundFiles, memoryLimitBytes: number): Promise<RawData> {
  const place = new Map<string, number>();
  const table: (string | null)[][] = [];
  const lists = gatherLists();
  const nested = new Map<string, string>();
  const files: SourceFile[] = [];
  const notes: Note[] = [];
  let firstKeys: ReadonlySet<string> | null = null;
  let dialect: Dialect | null = null;
  for (const path of found.paths) {
    const file = readText(path);
    const read = recordsIn(path, file.bytes, found.format);
    const own = lineDialect(path, read.format, file.bytes, file.encoding);
    dialect ??= own;
    notes.push(...file.notes, ...read.notes);
    const keys = new Set<string>();
    const before = table.length;
    for (const { text, line } of read.records) {
      if (text.trim() === "") continue;
      const where = `${path}: line ${line}`;
      const row = table.length;
      const cells: (string | null)[] = [];
      const object = parseObject(where, text);
      for (const key of Object.keys(object)) {
        const value = object[key];
        keys.add(key);
        let at = place.get(key);
        if (at === undefined) place.set(key, (at = place.size));
        if (value === null) continue;
        if (Array.isArray(value)) lists.add(key, row, where, value);
        else if (typeof value === "object") {
          if (!nested.has(key)) nested.set(key, `${where} nests an object in it`);
        } else {
          cells[at] = String(value);
          if (lists.has(key)) lists.add(key, row, where, value);
        }
      }
      table.push(cells);
    }
    if (table.length === before) throw new UsageError(`${path} holds no lines`);
    if (firstKeys === null) firstKeys = keys;
    else refuseOtherKeys(found.paths[0], firstKeys, path, keys);
    files.push({ path, bytes: file.size, sha256: file.sha256, rows: table.length - before });
  }
  const rows = table.length;
  refuseMixed(place, table, lists, files);
  for (const [name, why] of nested) lists.refuse(name, why);
  const { vectors, unreadable, notes: listNotes } = lists.finish(rows);
  const names = [...place.keys()].filter((name) => !lists.has(name));
  if (names.length === 0 || dialect === null)
    throw new UsageError(`${found.paths[0]} holds no column of plain values${reasonsOf(unreadable)}`);
  const connection = await openDatabase([], memoryLimitBytes);
  await createRawTable(
    connection,
    names.map(() => "VARCHAR"),
  );
  const appender = await appendTexts(connection, names.length);
  const from = names.map((name) => place.get(name)!);
  for (const cells of table) appender.append(from.map((at) => cells[at] ?? null));
  appender.finish();
  return {
    connection,
    columns: names.map((name) => ({ name, storage: "text" })),
    rows,
    files,
    dialect: { ...dialect, columns: [...place.keys()].filter((name) => !unreadable.has(name)) },
    notes: [...notes, ...listNotes],
    vectors,
    unreadable,
  };
}

function recordsIn(
  path: string,
  bytes: Buffer,
  asked: Format,
): { records: Iterable<{ text: string; line: number }>; format: "json" | "jsonl"; notes: readonly Note[] } {
  const start = firstByte(bytes);
  // A list in a file of lines is a document only where an object follows.
  const isList = bytes[start] === 0x5b && (asked === "json" || /^\[\s*\{/.test(bytes.toString("utf8", start, start + 4096)));
  if (isList || (asked === "json" && !isJsonLines(bytes.toString("utf8", start)))) {
    const { records, notes } = jsonRecords(path, textOf(path, bytes, start));
    const said: Note = { level: "info", text: `${path} holds one JSON list of ${records.length} records` };
    return { records, format: "json", notes: asked === "jsonl" ? [said, ...notes] : notes };
  }
  const spans = recordsOf(path, bytes, {
    separator: -1,
    quoted: false,
    returnEnds: recordShape(lineDialect(path, "jsonl", bytes, "utf-8")).returnEnds,
  });
  const records = {
    *[Symbol.iterator]() {
      for (const { start: from, end, line } of spans) yield { text: bytes.toString("utf8", from, end), line };
    },
  };
  const said: Note = { level: "info", text: `${path} holds one JSON object a line` };
  return { records, format: "jsonl", notes: asked === "json" ? [said] : [] };
}

function firstByte(bytes: Buffer): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && bytes[at] <= 0x20) at++;
  return at;
}

/** With its newlines before `start`, so that lines are counted from the first. */
function textOf(path: string, bytes: Buffer, start: number): string {
  try {
    return "\n".repeat(bytes.subarray(0, start).reduce((sum, byte) => sum + Number(byte === 0x0a), 0)) + bytes.toString("utf8", start);
  } catch {
    throw new UsageError(`${path} is too long to be read as one document: write it as JSON lines, one object a line`);
  }
}

/** A column that holds lists in some rows and plain values in others is read as neither. */
function refuseMixed(
  place: ReadonlyMap<string, number>,
  table: readonly (readonly (string | null)[])[],
  lists: ReturnType<typeof gatherLists>,
  files: readonly SourceFile[],
): void {
  for (const [name, at] of place) {
    if (!lists.has(name)) continue;
    const row = table.findIndex((cells) => (cells[at] ?? null) !== null);
    if (row >= 0) lists.add(name, row, `${files[0].path}: row ${row + 1}`, table[row][at]);
  }
}

function reasonsOf(unreadable: ReadonlyMap<string, string>): string {
  const shown = [...unreadable].slice(0, 3).map(([name, why]) => `"${name}": ${why}`);
  return shown.length === 0 ? "" : ` (${shown.join("; ")})`;
}

function refuseOtherKeys(firstPath: string, first: ReadonlySet<string>, path: string, keys: ReadonlySet<string>): void {
  const strange = [...keys].find((key) => !first.has(key)) ?? [...first].find((key) => !keys.has(key));
  if (strange === undefined) return;
  throw new UsageError(
    `${path} has other columns than ${firstPath}: only one of them has "${strange}"; files read together must have the same columns`,
  );
}
