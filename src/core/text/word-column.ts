import type { SparseMatrix } from "../../numeric/matrices/matrix.ts";

/** A text column as words: feature `first` + k of a row is counts_k · idf_k, all of them divided by their norm. */
export interface WordColumn {
  readonly name: string;
  /** Index of its first feature. */
  readonly first: number;
  /** Shape: [words]. */
  readonly idf: Float64Array;
  /** How often each word stands in each example. Shape: [examples, words]. */
  readonly counts: SparseMatrix;
}
