import { type DenseMatrix, denseMatrix, stackRows, toSparse } from "../../numeric/matrices/matrix.ts";
import type { Dataset } from "../../core/dataset.ts";

/** Rows that an attacker adds, in feature space. Shapes: x [rows, features]; y (class index or real), task [rows]. */
export interface InjectedRows {
  readonly x: DenseMatrix;
  readonly y: Float64Array;
  readonly task: Int32Array;
}

/** The injected rows alone, as data of the same kind as the clean ones. */
export function injectedDataset(clean: Dataset, { x, y, task }: InjectedRows): Dataset {
  const nobody = new Int32Array(y.length).fill(-1);
  return { ...clean, x, y, task, weight: null, source: nobody, row: nobody };
}

/** The clean rows, which must be without weights, and below them the injected ones. */
export function withInjected(clean: Dataset, injected: InjectedRows): Dataset {
  const added = injectedDataset(clean, injected);
  return {
    ...clean,
    x: stackRows(clean.x, clean.x.kind === "sparse" ? toSparse(added.x) : added.x),
    y: joinFloats(clean.y, added.y),
    task: joinIntegers(clean.task, added.task),
    source: joinIntegers(clean.source, added.source),
    row: joinIntegers(clean.row, added.row),
  };
}

export function emptyRows(rows: number, features: number): InjectedRows {
  return { x: denseMatrix(rows, features), y: new Float64Array(rows), task: new Int32Array(rows) };
}

export function joinFloats(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

export function joinIntegers(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
