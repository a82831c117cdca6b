import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import type { FormatOption } from "../config/options/data-options.ts";
import type { Format } from "../formats.ts";
import type { RawData } from "./raw.ts";
import type { Dialect, Note, ReadRequest, ReadResult, SourceFile } from "./request.ts";
import type { Rewriter } from "./rewrite/rewriter.ts";
import type { Texts } from "./texts.ts";

export interface FoundFiles {
  /** In sorted order; at least one. */
  readonly paths: readonly string[];
  readonly format: Format;
  readonly notes: readonly Note[];
}

export interface ReaderInput {
  readonly found: FoundFiles;
  readonly request: ReadRequest;
  readonly limitBytes: number;
  /** Numbers in typed files, as they are or as texts. */
  readonly numbersAs: "numbers" | "texts";
}

/** How a table that belongs to other data, as one of the labels of images, is loaded, and where a row of it stands. */
export interface TableTools {
  load(path: string): Promise<RawData>;
  placeOf(raw: RawData, row: number): Promise<string>;
}

/** One column of vectors and one of labels. Shapes: matrix [rows, …], labels [rows]. */
export interface VectorData {
  /** Of the column of vectors, and of that of labels. */
  readonly name: string;
  readonly labelName: string;
  readonly matrix: SparseMatrix;
  readonly labels: Float64Array | Texts;
  readonly files: readonly SourceFile[];
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
}

/** All about a format. What finds files, guesses formats, refuses options and writes copies follows from these; one of `load`, `vectors`, `table` is there. */
export interface Reader {
  /** As `--format` names it. A literal, as `title`, `magic` and `inZip`: the list of formats is made of them by scripts/catalog.mjs. */
  readonly format: Format;
  /** As messages speak of it. */
  readonly title: string;
  /** Endings of such files, in small letters and without the dot; packed ones end in `.gz` after it. */
  readonly endings: readonly string[];
  /** Names of such files that their ending does not tell. */
  readonly names?: RegExp;
  /** What such a file begins with, a character a byte. */
  readonly magic?: string;
  /** A part of the name of an entry that only ZIP archives of this format have. */
  readonly inZip?: string;
  readonly options: readonly FormatOption[];
  /** Bytes of memory per byte of file while reading: the cells as text, the numbers, and what the database keeps beside them. */
  readonly memoryFactor: number;
  /** Rows begin on lines, which messages and findings name. */
  readonly hasLines: boolean;
  /** Cells, into the database. */
  load?(input: ReaderInput): Promise<RawData>;
  vectors?(input: ReaderInput): VectorData | Promise<VectorData>;
  table?(input: ReaderInput, tools: TableTools): Promise<ReadResult>;
  /** What writes changed records in the manner of the file. */
  rewrite?(path: string, bytes: Buffer, dialect: Dialect): Rewriter;
  /** The lines on which its records begin, from 1, where nothing rewrites it. */
  linesOf?(path: string, bytes: Buffer): readonly number[];
  /** Changed copies of it are CSV. */
  readonly copiesAsCsv?: true;
  /** Changed copies of it are JSON lines, which are these. */
  copiesAsLines?(path: string, bytes: Buffer): Buffer;
  /** Why no changed copy is written, and what to do. */
  noCopy?(path: string): string;
}
