import type { DataPoison } from "../../core/poison.ts";
import type { Note } from "../read/request.ts";

/** Poison that can be written into a copy of a file. */
export interface PoisonOfFile<P = DataPoison> {
  /** Changed cells and new rows, or of dialogues changed texts and new records. */
  readonly poison: P;
  /** What the patch will remember of how it was made. */
  readonly about: Readonly<Record<string, unknown>>;
  /** What was touched and what could be, as `3 rows changed, with a budget of 4`. */
  readonly told: string;
  readonly notes: readonly Note[];
}
