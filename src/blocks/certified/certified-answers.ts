/** What a certificate says of a batch of test rows. */
export interface CertifiedAnswers {
  /** Class indices. Shape: [rows]. */
  readonly answers: Int32Array;
  /** The largest number of units that cannot change the answer, whoever touches them; −1 = abstains, Infinity = nothing changes it. Shape: [rows]. */
  readonly radii: Float64Array;
}

/** The position of the largest of values[at … at + count), the first of equal ones. */
export function firstLargest(values: Int32Array | Float64Array | Float32Array, at: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[at + c] > values[at + best]) best = c;
  return best;
}
