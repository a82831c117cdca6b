import { visible } from "../../core/text/visible.ts";
import { displayWidth, padToWidth } from "./display-width.ts";

/** Rows of cells in columns as wide as their widest cell, two blanks apart; the first row is the header. A cell takes one line, whatever it holds. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(visible));
  const widths = rows[0].map((_, column) => shown.reduce((widest, row) => Math.max(widest, displayWidth(row[column])), 0));
  return shown
    .map((row) =>
      row
        .map((cell, column) => padToWidth(cell, widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
