import { UsageError } from "../../../core/errors.ts";
import type { NamedColumn } from "../../../core/table.ts";
import { fetchTexts, internalName } from "../duckdb.ts";
import type { RawData } from "../raw.ts";
import { readers } from "../readers.ts";
import type { Dialect } from "../request.ts";
import type { RatingColumns } from "./ratings-columns.ts";

/** The rows that ratings stand in. */
export interface RowsOfRatings {
  readonly dialect: Dialect;
  /** Cells as they are written: of the ratings and the times, and where a copy would be CSV of every column. */
  readonly table: { readonly rows: number; readonly columns: readonly NamedColumn[] };
  readonly columns: RatingColumns;
  /** The rating that a row is, or that it was left out for; −1 = none. Shape: [rows]. */
  readonly ratingOf: Int32Array;
}

/** What is kept of the rows while they are at hand. @param place of each of these rows among the ratings. Shapes: row, place [rows with a rating] */
export type Keep<T> = (raw: RawData, columns: RatingColumns, row: Int32Array, place: Int32Array) => Promise<T>;

export const noRows: Keep<object> = () => Promise.resolve({});

export const keepRows: Keep<RowsOfRatings> = async (raw, columns, row, place) => {
  const { dialect, rows } = raw;
  const names = raw.columns.map(({ name }) => name);
  const isWhole = readers[dialect.format].copiesAsCsv === true;
  const kept = isWhole ? dialect.columns : [columns.rating, columns.time].filter((name) => name !== null);
  const cells: NamedColumn[] = [];
  for (const name of kept) {
    const at = names.indexOf(name);
    if (at < 0)
      throw new UsageError(`column "${name}" cannot be written as text, so rows of ${raw.files[0].path} cannot: write the data as CSV`);
    cells.push({ kind: "text", name, ...(await fetchTexts(raw.connection, `nullif(${internalName(at)}::VARCHAR, '')`, rows)) });
  }
  const ratingOf = new Int32Array(rows).fill(-1);
  row.forEach((r, p) => (ratingOf[r] = place[p]));
  return { dialect, table: { rows, columns: cells }, columns, ratingOf };
};
