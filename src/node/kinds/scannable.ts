import type { z } from "zod";
import type { Signal } from "../../core/context.ts";
import type { NotRun, ScanResult } from "../../study/scan/scan-result.ts";
import type { SplitFile } from "../read/dialogues/split-records.ts";
import type { Note, SourceFile } from "../read/request.ts";
import type { CopiedReading } from "./attackable.ts";

/** Parts of a job that do not depend on each other, on worker threads; what they come to is in the order of the units, whichever ends first. */
export interface UnitRunner {
  run<U extends object, R extends object>(units: readonly U[], onStart?: (unit: U) => void): Promise<R[]>;
}

export interface ScanHooks {
  /** Opens threads on which `openUnits` of the kind has this, plain data, open; absent = all is done on this one. */
  readonly share?: ((data: object) => UnitRunner) | undefined;
  readonly signal?: Signal;
  readonly onNote?: (note: Note) => void;
  readonly onProgress?: (done: number, total: number, running: string) => void;
}

/** The rows of the data as people meet them; rows count from 0 here. */
export interface RowsOfScan {
  readonly rows: number;
  /** What a moderator sees of a row, by the names of the columns. */
  readonly columns: readonly { readonly name: string; cellOf(row: number): string }[];
  /** Names that are no cells, such as those of classes: a page may tell them; absent = none. */
  readonly known?: readonly string[];
  /** What a row is called for people. */
  nameOf(row: number): string;
  /** What a row says, wherever it stands, by which it is known again in other data; absent = what its columns show. */
  contentOf?(row: number): string;
}

/** Old rows that an addition is held against. */
export interface OldRows {
  readonly files: readonly SourceFile[];
  /** Rows of the data that the old data have too: as many of those that say the same as there are. */
  readonly known: number;
  /** Rows that the addition brought, which alone are judged. */
  readonly added: number;
  /** Old rows that the data have no longer. */
  readonly gone: number;
}

/** What a scan saw, and what it could not. */
export interface Sight {
  readonly result: ScanResult;
  /** What shaped it, as the manifest remembers it. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notRun: readonly NotRun[];
  /** A part of a sentence each. */
  readonly cannotSee: readonly string[];
}

/**
 * Data that can be scanned, and cleaned by what was found.
 *
 * `C` is what can be asked for, `Q` what is to be read, `R` what reading gives, `S` what is going to be looked for.
 */
export interface Scannable<C, Q extends { readonly data: string }, R extends CopiedReading, S> {
  /** What the manifest of a scan calls it; unlike that of any other. */
  readonly id: string;
  /** What is held against the request in a manifest that is read back. */
  readonly request: z.ZodType;
  /** What can be held against the catalogue before any data are read. @throws UsageError */
  checkConfig(config: C): void;
  requestOf(config: C): Q;
  read(request: Q): Promise<R>;
  /** Fills in all that was not asked for. @throws UsageError where something asked for cannot be done with these data */
  resolve(config: C, read: R): { readonly asked: S; readonly notes: readonly Note[] };
  /** Scores the data as they are. @throws NumericalError where nothing can be learned from them at all */
  look(read: R, asked: S, hooks: ScanHooks): Promise<Sight>;
  /** The address of the module that exports this kind, from which workers load it, and what does a unit there of what `look` shared; absent = it has none. */
  readonly units?: { readonly module: string; open(data: object): (unit: any) => Promise<object> };
  rowsOf(read: R): RowsOfScan;
  /** The line on which each row begins, where reading told it; else the file is looked through for them. Shape: [rows]. */
  linesOf?(read: R): Int32Array | null;
  /** How a file is taken apart into its rows; absent = as the reader of its format writes records. @throws UsageError where it cannot be */
  split?(read: R, file: SourceFile): Promise<SplitFile>;
  /** The old rows that an addition was held against; null or absent where the whole was scanned. */
  oldRowsOf?(read: R): OldRows | null;
}

/** A kind whose own types only its own functions know. */
export type AnyScannable = Scannable<any, any, any, any>;
