import type { AnswerRole } from "../../../core/dialogues.ts";

/** Keys and positions that lead to a value of a record. */
export type Path = readonly (string | number)[];

/** A text of a record, and where it stands in it. */
export interface Piece {
  readonly at: Path;
  readonly text: string;
  /** What joins it to the pieces before it; a line break by default. */
  readonly before?: string;
  /** It is a part of the text that stands there, from this character on. */
  readonly inside?: number;
  /** What stands there is no text but the value that this is the JSON of. */
  readonly isJson?: true;
}

/** What pieces of a record say together. */
export interface Spoken {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** What does not look as it should, though it can be read. */
  readonly oddity?: string;
}

export interface Turn {
  readonly prompt: Spoken | null;
  readonly answer: Spoken;
  readonly context: string;
  readonly role: AnswerRole;
}

/** What a record gives: its turns and what looks wrong in it; or why it does not fit the form. */
export type Given =
  { readonly turns: readonly Turn[]; readonly fault: string | null; readonly isShortened?: true } | { readonly misfit: string };

/** Names that were asked for instead of the ones that a form knows. */
export interface AskedNames {
  readonly prompt?: string;
  readonly answer?: string;
}

/** What a record gives, as a form reads it; one that nests deeper than calls can does not fit. */
export function readRecord(form: Form, record: Readonly<Record<string, unknown>>): Given {
  try {
    return form.read(record);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { misfit: "it is nested too deeply" };
  }
}

/** One way to write prompts and answers down. */
export interface Form {
  readonly id: string;
  /** As notes speak of it: "Alpaca (instruction, input, output)". */
  readonly title: string;
  /** Whether a record looks like it, by its names alone. */
  looksLike(record: Readonly<Record<string, unknown>>): boolean;
  read(record: Readonly<Record<string, unknown>>): Given;
  /** Where the two answers of a pair of preferences stand; absent where there are none. */
  readonly pair?: readonly [string, string];
}
