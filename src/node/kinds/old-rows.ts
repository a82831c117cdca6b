import { createHash } from "node:crypto";
import { rowContent } from "../../core/row-content.ts";
import { subTable } from "../../data/sub-table.ts";
import { countOf } from "../../report/words/words.ts";
import type { ReadResult } from "../read/request.ts";
import type { OldRows } from "./scannable.ts";

/** What was read, with which of its rows are to be judged where old data were named. */
export interface ReadAgainst extends ReadResult {
  readonly old?: OldRows;
  /** 1 for each row that the addition brought. Shape: [rows]. */
  readonly judged?: Uint8Array;
}

/**
 * Tells the rows that an addition brought from those that the old data have, by what they say and not by their place: of rows that say the same, as many are known as the
 * old data have of them. The table holds the rows of the data and, after them, the old rows that the data have no longer; no row is in it twice for being in both.
 */
export function holdAgainstOld(read: ReadResult): ReadAgainst {
  const { oldFiles, table, files } = read;
  if (oldFiles === undefined) return read;
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const say = rowContent(table);
  const digestOf = (row: number): string => createHash("sha256").update(say(row)).digest("base64");
  const left = new Map<string, number[]>();
  for (let row = table.rows - 1; row >= rows; row--) {
    const key = digestOf(row);
    const same = left.get(key);
    if (same === undefined) left.set(key, [row]);
    else same.push(row);
  }
  const isAdded = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if (left.get(digestOf(row))?.pop() === undefined) isAdded[row] = 1;
  const gone = [...left.values()].flat().sort((a, b) => a - b);
  const added = isAdded.reduce((sum, is) => sum + is, 0);
  const judged = new Uint8Array(rows + gone.length);
  judged.set(isAdded);
  const kept = Int32Array.from({ length: rows + gone.length }, (_, i) => (i < rows ? i : gone[i - rows]));
  return { ...read, table: subTable(table, kept), judged, old: { files: oldFiles, known: rows - added, added, gone: gone.length } };
}

/** What is held against what, in a sentence. */
export function againstText({ known, added, gone }: OldRows): string {
  const left =
    gone === 0
      ? ""
      : `; ${countOf(gone, "old row")} ${gone === 1 ? "is" : "are"} there no longer and ${gone === 1 ? "counts" : "count"} as old all the same`;
  return `${countOf(added, "row")} ${added === 1 ? "was" : "were"} added, and ${added === 1 ? "it alone is" : "they alone are"} judged; ${countOf(known, "row")} ${known === 1 ? "is" : "are"} in the old data${left}`;
}
