import { basename } from "node:path";
import { lineOfRow } from "./delimited/load-delimited.ts";
import type { RawData } from "./raw.ts";
import { readers } from "./readers.ts";
import type { Dialect, SourceFile } from "./request.ts";

/** Where a row of what was loaded stands, for messages: `data.csv: row 3 (line 4)`. */
export async function placeOfRow({ files, dialect }: Pick<RawData, "files" | "dialect">, loadedRow: number): Promise<string> {
  const { file, row } = fileOfRow(files, loadedRow);
  return `${file.path}: row ${row + 1}${await linePhrase(dialect, file, row)}`;
}

function fileOfRow(files: readonly SourceFile[], row: number): { file: SourceFile; row: number } {
  let rest = row;
  for (const file of files) {
    if (rest < file.rows) return { file, row: rest };
    rest -= file.rows;
  }
  throw new Error(`no file has row ${row}`);
}

async function linePhrase(dialect: Dialect, file: SourceFile, row: number): Promise<string> {
  return !readers[dialect.format].hasLines ? "" : ` (line ${await lineOfRow(file.path, dialect, row)})`;
}

/** `row 5` within its file, which is named where there are several. */
export function rowPhrase(files: readonly SourceFile[], loadedRow: number): string {
  const { file, row } = fileOfRow(files, loadedRow);
  return files.length === 1 ? `row ${row + 1}` : `row ${row + 1} of ${basename(file.path)}`;
}
