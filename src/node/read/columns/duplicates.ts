import type { ProfiledColumn } from "../profile.ts";
import type { Note } from "../request.ts";
import { quoted } from "./oddity.ts";

/** Features that hold the same in every row. */
export function duplicateNote(features: readonly ProfiledColumn[]): Note[] {
  const pairs: string[] = [];
  const byPrint = new Map<string, ProfiledColumn[]>();
  for (const column of features) {
    const print = printOf(column);
    const alike = byPrint.get(print) ?? [];
    const twin = alike.find((other) => isSame(other, column));
    if (twin !== undefined) pairs.push(`${quoted(column.name)} as ${quoted(twin.name)}`);
    byPrint.set(print, [...alike, column]);
  }
  return pairs.length === 0 ? [] : [{ level: "info", text: `columns that hold the same: ${pairs.slice(0, 10).join(", ")}` }];
}

/** Some cells, so that most columns need no comparison. */
function printOf(column: ProfiledColumn): string {
  const cells = column.kind === "number" ? column.values : column.codes;
  const step = Math.max(1, Math.floor(cells.length / 64));
  const out: number[] = [];
  for (let row = 0; row < cells.length; row += step) out.push(cells[row]);
  return `${column.kind} ${out.join(" ")}`;
}

function isSame(a: ProfiledColumn, b: ProfiledColumn): boolean {
  if (a.kind === "number" && b.kind === "number") return a.values.every((value, row) => Object.is(value, b.values[row]));
  if (a.kind !== "text" || b.kind !== "text" || a.names.length !== b.names.length) return false;
  return a.names.every((name, code) => name === b.names[code]) && a.codes.every((code, row) => code === b.codes[row]);
}
