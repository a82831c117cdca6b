import type { Cell, Column } from "../src/report/page/document.ts";
import { isFigure, plainCells } from "./format.ts";

/** A CSV of rows as they are shown, an interval in two columns beside its value. Cells that a spreadsheet would run begin with an apostrophe. */
export function csvOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const hasInterval = columns.map((_, k) => rows.some((row) => isFigure(row[k])));
  const head = columns.flatMap(({ name }, k) => (hasInterval[k] ? [name, `${name} low`, `${name} high`] : [name]));
  const lines = rows.map((row) => row.flatMap((cell, k) => plainCells(cell, hasInterval[k])));
  return [head, ...lines].map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

const plainNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function quoted(text: string): string {
  const safe = !plainNumber.test(text) && /^(?:\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|')/.test(text) ? `'${text}` : text;
  return /[",;|\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands a file to whoever looks at the page. */
export function download(name: string, text: string, type = "text/csv;charset=utf-8"): void {
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
