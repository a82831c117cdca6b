import { figureText, numberText } from "../words/format.ts";
import { textTable } from "../words/text-table.ts";
import { countText, shareText } from "../words/words.ts";
import type { Cell, Column, Section, Table } from "./document.ts";

/** The tables of a section for a terminal, its title first; empty where there is no section. Remarks and what is hidden at first are left to the page. */
export function sectionText(section: Section | null): string {
  const tables = section?.blocks.flatMap((block) => (block.kind === "table" ? [block] : [])) ?? [];
  if (section === null || tables.length === 0) return "";
  const told = tables.map((table) => `${table.caption}\n${tableText(table)}`);
  return `${[section.title, section.lead ?? ""]
    .filter((text) => text !== "")
    .join(". ")
    .replaceAll("?.", "?")}\n${told.join("\n\n")}`;
}

export function tableText({ columns, rows }: Pick<Table, "columns" | "rows">): string {
  const seen = columns.flatMap((column, k) => (column.hidden === true ? [] : [{ column, k }]));
  return textTable([seen.map(({ column }) => column.name), ...rows.map((row) => seen.map(({ column, k }) => cellText(row[k], column)))]);
}

function cellText(cell: Cell, { unit, decimals }: Column): string {
  if (cell === null || cell === "") return "–";
  if (typeof cell === "string") return cell;
  if (typeof cell === "object" && "text" in cell) return cell.text;
  const { value, low, high, note } = typeof cell === "number" ? { value: cell, low: null, high: null, note: undefined } : cell;
  const told =
    unit === "share"
      ? `${shareText(value)}${low === null || high === null ? "" : ` [${shareText(low)}, ${shareText(high)}]`}`
      : typeof cell === "number"
        ? unit === "count" || (Number.isInteger(cell) && decimals === undefined)
          ? countText(Math.round(value))
          : numberText(value, decimals)
        : figureText({ value, low, high }, decimals);
  return note === undefined ? told : `${told} ${note}`;
}
