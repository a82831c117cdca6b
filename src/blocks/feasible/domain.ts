import type { DenseMatrix } from "../../numeric/matrices/matrix.ts";

/**
 * Where a row that is moved may lie, and the unit in which each feature moves. Whole rows that are searched for instead of moved, as the attacks on sanitised
 * training do, come from a feasible set (feasible-set.ts).
 */
export interface Domain {
  /** 0 for a feature that does not move, which no projection touches. Shape: [features]. */
  readonly scale: Float64Array;
  /** Moves one row into the domain; one that lies there stays. Shape: x [features]. */
  projectInPlace(x: Float64Array, row: RowPlace): void;
}

/** What a domain may go by. */
export interface RowPlace {
  /** Class index, or real. */
  readonly label: number;
  readonly task: number;
  /** Where the row was before anything moved it. Shape: [features]. */
  readonly home: Float64Array;
}

/** Rows where they are as their own homes. Shapes: y, task [rows]. */
export function placesOf({ x, y, task }: { readonly x: DenseMatrix; readonly y: Float64Array; readonly task: Int32Array }): RowPlace[] {
  return Array.from(y, (label, i) => ({ label, task: task[i], home: x.data.subarray(i * x.cols, (i + 1) * x.cols) }));
}
