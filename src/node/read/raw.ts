import type { DuckDBConnection } from "@duckdb/node-api";
import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";
import type { Dialect, Note, SourceFile } from "./request.ts";

/** A column as it lies in the database, before anything is decided about it. */
export interface RawColumn {
  readonly name: string;
  /** `date` comes from typed files alone; elsewhere dates are texts that are recognised later. */
  readonly storage: "number" | "text" | "date";
  /** Numbers that never reached the database; NaN = missing. Shape: [rows]. */
  readonly values?: Float64Array;
  /** Texts of tables too wide for it, which lie in the database too; −1 = empty. Shape: codes [rows]. */
  readonly texts?: { readonly codes: Int32Array; readonly names: string[] };
  /** The cells as they stand, of a column of texts that was read as numbers alone: the file is read once more for them. */
  readonly textsAgain?: () => Promise<{ readonly codes: Int32Array; readonly names: string[] }>;
  /** The file has no name for it: an empty cell in the header, as before the row numbers of pandas and R. */
  readonly isUnnamed?: boolean;
}

/** Lists of numbers of one length, row by row; they never reach the database. */
export interface RawVectors {
  readonly name: string;
  readonly matrix: SparseMatrix;
}

/** Everything that was loaded into `rawTable`, and what to say about it. */
export interface RawData {
  readonly connection: DuckDBConnection;
  readonly columns: readonly RawColumn[];
  readonly rows: number;
  readonly files: readonly SourceFile[];
  readonly dialect: Dialect;
  readonly notes: readonly Note[];
  /** Columns of lists of numbers, beside `columns`. */
  readonly vectors: readonly RawVectors[];
  /** Columns that cannot be read, with the reason; an error only if one is asked for. */
  readonly unreadable: ReadonlyMap<string, string>;
}
