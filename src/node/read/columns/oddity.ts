import type { MissingRules } from "../missing.ts";
import type { ProfiledColumn } from "../profile.ts";
import type { Note } from "../request.ts";

/** What a column is used for: `label` is a number, `classes` are names. */
export type ColumnUse = "label" | "classes" | "feature" | "text" | "group" | "unused";

export interface SeenColumn {
  readonly profile: ProfiledColumn;
  readonly use: ColumnUse;
}

export interface Look {
  readonly rows: number;
  readonly rules: MissingRules;
  /** `row 5`, from 1 within its file, which is named where there are several. */
  place(row: number): string;
}

/** One thing that a careful person would notice in a column. Cells and names stand between quotation marks, so that a report can leave them out. */
export type Oddity = (column: SeenColumn, look: Look) => Note[];

export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

export function cellsOf(count: number): string {
  return count === 1 ? "1 cell" : `${count} cells`;
}

/** The first row that holds one of these codes, −1 = none. */
export function firstRowOf(codes: Int32Array, wanted: readonly number[]): number {
  const set = new Set(wanted);
  return codes.findIndex((code) => set.has(code));
}

/** Rows of each code. Shape: [codes]. */
export function countCodes(codes: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}
