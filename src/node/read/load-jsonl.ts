import { UsageError } from "../../core/errors.ts";
import { appendTexts, createRawTable, openDatabase } from "./duckdb.ts";
import type { FoundFiles } from "./find-files.ts";
import { readUnpacked } from "./load-delimited.ts";
import type { RawData } from "./raw.ts";
import type { Dialect, SourceFile } from "./request.ts";
import { scanRecords, recordsOf } from "./scan-records.ts";
import { lineDialect, recordShape } from "./sniff-dialect.ts";

/** One JSON object a line; columns are the keys of all lines in order of first appearance. */
export async function loadJsonl(found: FoundFiles, memoryLimitBytes: number): Promise<RawData> {
  const columns = new Map<string, (string | null)[]>();
  const unreadable = new Map<string, string>();
  const files: SourceFile[] = [];
  let rows = 0;
  let firstKeys: ReadonlySet<string> | null = null;
  let dialect: Dialect | null = null;
  for (const path of found.paths) {
    const own = await lineDialect(path, "jsonl");
    dialect ??= own;
    const shape = recordShape(own);
    const scan = await scanRecords(path, shape, () => undefined);
    const bytes = readUnpacked(path, own);
    const keys = new Set<string>();
    const before = rows;
    for (const { start, end, line } of recordsOf(path, bytes, shape)) {
      const text = bytes.toString("utf8", start, end);
      if (text.trim() === "") continue;
      for (const [key, value] of Object.entries(parseLine(path, line, text))) {
        keys.add(key);
        if (value !== null && typeof value === "object") {
          if (!unreadable.has(key))
            unreadable.set(key, `${path}: line ${line} nests ${Array.isArray(value) ? "an array" : "an object"} in it`);
          continue;
        }
        let cells = columns.get(key);
        if (cells === undefined) columns.set(key, (cells = []));
        while (cells.length < rows) cells.push(null);
        if (value !== null) cells[rows] = String(value);
      }
      rows++;
    }
    if (rows === before) throw new UsageError(`${path} holds no lines`);
    if (firstKeys === null) firstKeys = keys;
    else refuseOtherKeys(found.paths[0], firstKeys, path, keys);
    files.push({ path, bytes: scan.bytes, sha256: scan.sha256, rows: rows - before });
  }
  for (const key of unreadable.keys()) columns.delete(key);
  const names = [...columns.keys()];
  if (names.length === 0 || dialect === null) throw new UsageError(`${found.paths[0]} holds no columns that can be read`);
  const connection = await openDatabase([], memoryLimitBytes);
  await createRawTable(
    connection,
    names.map(() => "VARCHAR"),
  );
  await appendTexts(connection, [...columns.values()], rows);
  return {
    connection,
    columns: names.map((name) => ({ name, storage: "text" })),
    rows,
    files,
    dialect: { ...dialect, columns: names },
    notes: [],
    unreadable,
  };
}

/** The object that a line holds. */
export function parseLine(path: string, line: number, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: line ${line} is not JSON: ${(error as Error).message}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UsageError(`${path}: line ${line} must be one JSON object, got ${text.trim().slice(0, 40)}`);
  }
  return value as Record<string, unknown>;
}

function refuseOtherKeys(firstPath: string, first: ReadonlySet<string>, path: string, keys: ReadonlySet<string>): void {
  const strange = [...keys].find((key) => !first.has(key)) ?? [...first].find((key) => !keys.has(key));
  if (strange === undefined) return;
  throw new UsageError(
    `${path} has other columns than ${firstPath}: only one of them has "${strange}"; files read together must have the same columns`,
  );
}
