import type { Cell } from "../../core/table.ts";

/** A column of a file that is written: its name, and what stands in its k-th row. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: "text" | "number" | "list";
  readonly cell: (k: number) => Cell;
}

/** A file that a command is given to read. */
export interface WrittenFile {
  readonly name: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  /** SHA-256 of what it says, where the same may be said in other bytes. */
  readonly content?: string;
}
