/** Codes into distinct texts, −1 = missing. Shape: codes [rows]. */
export interface Texts {
  readonly codes: Int32Array;
  readonly names: readonly string[];
}
