/** Entries of a sparse matrix under construction; `length` of them are written. */
export interface RowBuilder {
  readonly indices: Int32Array;
  readonly values: Float64Array;
  length: number;
}
