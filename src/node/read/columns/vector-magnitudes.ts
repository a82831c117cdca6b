import type { SparseMatrix } from "../../../numeric/matrices/matrix.ts";
import type { Note } from "../request.ts";
import { cellsOf } from "./say.ts";
import { absurd, usualMagnitude } from "./magnitudes.ts";

/** Vectors are learned from as they are, so their squares, and products of these, must be finite. */
const largest = 1e60;

/** What is wrong with the sizes of the numbers in vectors: an error where they cannot be learned from, a warning where some dwarf all others. */
export function lookAtVectors({ values, indptr, indices }: SparseMatrix): { error: string | null; notes: Note[] } {
  let most = 0;
  let at = -1;
  for (let p = 0; p < values.length; p++) {
    const size = Math.abs(values[p]);
    if (size > most) {
      most = size;
      at = p;
    }
  }
  if (at < 0) return { error: null, notes: [] };
  const where = `${values[at]} as feature ${indices[at] + 1} of row ${rowOf(indptr, at) + 1}`;
  if (most > largest)
    return { error: `${where}: vectors are learned from as they are, and their numbers must lie within ±${largest}`, notes: [] };
  const usual = usualMagnitude(values);
  if (usual === 0 || most / usual < absurd) return { error: null, notes: [] };
  const count = values.reduce((sum, value) => sum + Number(Math.abs(value) / usual >= absurd), 0);
  const text = `${cellsOf(count)} of the vectors dwarf${count === 1 ? "s" : ""} all others: ${where}, where nearly all others are at most ${Number(usual.toPrecision(3))} in size; vectors are learned from as they are`;
  return { error: null, notes: [{ level: "warning", text }] };
}

/** The row that holds an entry. */
function rowOf(indptr: Int32Array, entry: number): number {
  let row = 0;
  while (indptr[row + 1] <= entry) row++;
  return row;
}
