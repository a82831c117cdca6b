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
