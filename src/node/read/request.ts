import type { Table } from "../../core/table.ts";
import type { Format } from "../formats.ts";
import type { NumberStyle } from "./columns/number-style.ts";
import type { ListStyle } from "./lists/list-style.ts";

/** What the user asked to have read. */
export interface ReadRequest {
  /** One file, a glob, `-` for standard input, or a folder: then all its files of the one known format in it. */
  readonly data: string;
  /** Default: by the ending, else by the content. */
  readonly format?: Format;
  /** Workbooks: the sheet by its name, or by its position from 1. Default: the first. */
  readonly sheet?: string;
  /** IDX: the file of the labels; PNG and JPEG: a table with names and labels. Default: as lies beside the images. */
  readonly labelFile?: string;
  /** Images: width and height that all are resized to, as `28x28` or `28`. Default: they must have one size. */
  readonly imageSize?: string;
  /** Images: three numbers a pixel instead of its brightness. */
  readonly colour?: boolean;
  /** Whether the first record names the columns. Default: decided from the data, and said when there is none. */
  readonly header?: boolean;
  /** One character or several, or "tab", "space", "spaces" (runs of blanks). */
  readonly delimiter?: string;
  /** Whether `"` quotes a cell. Default: true for CSV, false for TSV. */
  readonly quoted?: boolean;
  /** Column names, or 1-based positions wherever no column bears that name; so for every column option. */
  readonly labels: readonly string[];
  readonly text: readonly string[];
  readonly features: readonly string[];
  readonly drop: readonly string[];
  readonly task?: string;
  readonly source?: string;
  readonly id?: string;
  /** Words, or numbers, that mean a missing cell, beside the usual ones. */
  readonly missing?: readonly string[];
  /** Words that usually mean a missing cell and here are values. */
  readonly notMissing?: readonly string[];
  /** Data of the same columns and format whose rows come after these and are told apart by `files`: the old rows that an addition is held against. */
  readonly against?: string;
  /** Overrides the guess of what the label is. */
  readonly predict?: "classes" | "number";
  /** Default: half of the machine's memory. */
  readonly memoryLimitBytes?: number;
}

/** Something that was decided for the user, said aloud. */
export interface Note {
  readonly level: "info" | "warning";
  readonly text: string;
}

/** Warnings are told as soon as there are any, the rest once the request is known to be right. */
export function notesOf({ notes }: { readonly notes: readonly Note[] }, level: Note["level"]): Note[] {
  return notes.filter((note) => note.level === level);
}

/** How the characters of a text file are written. The eight-bit ones share the bytes of ASCII, so records can be told apart without decoding. */
export type Encoding = "utf-8" | "windows-1252" | "latin1" | "utf-16le" | "utf-16be";

/** How the file is written, precise enough to write it again. */
export interface Dialect {
  readonly format: Format;
  readonly compression: "none" | "gzip";
  readonly byteOrderMark: boolean;
  /** One ASCII character or, in `wide` dialects, several; empty where the format has none. */
  readonly delimiter: string;
  /** Cells between several characters, or between runs of blanks: then a record is a line. */
  readonly wide?: "text" | "blanks";
  /** Default: UTF-8. */
  readonly encoding?: Encoding;
  /** Lines before the header, or before the first record where there is none. */
  readonly skippedLines?: number;
  /** The header has no name for the first column, as R writes it. */
  readonly rowNames?: boolean;
  readonly quoted: boolean;
  readonly header: boolean;
  readonly newline: "\n" | "\r\n" | "\r";
  /** Column names in the order of the file. */
  readonly columns: readonly string[];
  /** svmlight: the number that the first feature bears. */
  readonly firstIndex: 0 | 1;
  /** By column: how numbers are written where that is not the way of programs; absent = nowhere. */
  readonly numbers?: Readonly<Record<string, NumberStyle>>;
  /** By column: how lists of numbers are written that stand as texts in cells; absent = nowhere. */
  readonly lists?: Readonly<Record<string, ListStyle>>;
  /** What the user said of missing cells, where anything; it shapes what is learned. */
  readonly missing?: { readonly words: readonly string[]; readonly values: readonly string[] };
}

export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Data rows. */
  readonly rows: number;
}

export interface ReadResult {
  readonly table: Table;
  readonly notes: readonly Note[];
  readonly files: readonly SourceFile[];
  /** Of the first file; the others have the same columns. */
  readonly dialect: Dialect;
  /** Those of `against`, whose rows follow; absent where nothing was asked against. */
  readonly oldFiles?: readonly SourceFile[];
}
