import type { z } from "zod";
import type { Signal } from "../../core/context.ts";
import type { NotRun, ScanResult } from "../../study/scan/scan-result.ts";
import type { Note } from "../read/request.ts";
import type { CopiedReading } from "./attackable.ts";

export interface ScanHooks {
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
  rowsOf(read: R): RowsOfScan;
}

/** A kind whose own types only its own functions know. */
export type AnyScannable = Scannable<any, any, any, any>;
