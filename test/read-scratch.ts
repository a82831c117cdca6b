import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { UsageError } from "../src/core/errors.ts";
import { type Table, cellOf, columnOf } from "../src/core/table.ts";
import { readTable } from "../src/node/read/read-table.ts";
import type { ReadRequest, ReadResult } from "../src/node/read/request.ts";

/** A folder for the files of one test file, and what tests of reading do with them. */
export function readScratch() {
  const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files = 0;
  const write = (content: string | Uint8Array, ending = "csv"): string => {
    const path = join(folder, `file${++files}${ending === "" ? "" : `.${ending}`}`);
    writeFileSync(path, content);
    return path;
  };
  const read = (data: string, more: Partial<ReadRequest> = {}): Promise<ReadResult> =>
    readTable({ data, labels: [], text: [], features: [], drop: [], ...more });
  const refusal = async (data: string, more: Partial<ReadRequest> = {}): Promise<string> => {
    const failure = await read(data, more).then(
      () => new Error("nothing was refused"),
      (error: unknown) => error as Error,
    );
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).not.toContain("\n");
    return failure.message;
  };
  return { folder, write, read, refusal };
}

/** So many lines, each of a number. */
export function linesOf(rows: number, of: (i: number) => string): string {
  return Array.from({ length: rows }, (_, i) => `${of(i)}\n`).join("");
}

export function cellsOf(table: Table, name: string): unknown[] {
  return Array.from({ length: table.rows }, (_, row) => cellOf(columnOf(table, name), row));
}

export function notesOf({ notes }: ReadResult, level?: "info" | "warning"): string {
  return notes
    .filter((note) => level === undefined || note.level === level)
    .map(({ text }) => text)
    .join("\n");
}
