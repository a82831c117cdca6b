import type { Matrix } from "../../numeric/matrices/matrix.ts";
import { type UnionFind, makeUnionFind } from "../../numeric/orders/union-find.ts";
import { mixWord } from "./record-words.ts";
import type { Records } from "./records.ts";

/** Sets of records whose encoded rows are equal to the last bit, found by hash and then compared. */
export function equalRows(x: Matrix, records: Records): UnionFind {
  const sets = makeUnionFind(records.count);
  const capacity = 2 ** Math.ceil(Math.log2(2 * records.count + 2));
  const bucket = new Int32Array(capacity).fill(-1);
  const hash = rowHasher(x);
  const keys = new Int32Array(records.count);
  for (let r = 0; r < records.count; r++) {
    const key = hash(records.first[r]);
    keys[r] = key;
    let slot = key & (capacity - 1);
    for (; bucket[slot] >= 0; slot = (slot + 1) & (capacity - 1)) {
      const other = bucket[slot];
      if (keys[other] === key && areEqual(x, records.first[r], records.first[other])) break;
    }
    if (bucket[slot] >= 0) sets.union(r, bucket[slot]);
    else bucket[slot] = r;
  }
  return sets;
}

/** 32 bits of what a row holds, zeros left out; the same for dense and sparse. */
export function rowHasher(x: Matrix): (row: number) => number {
  const value = new Float64Array(1);
  const halves = new Int32Array(value.buffer);
  return (row) => {
    let hash = 0;
    if (x.kind === "dense") {
      for (let j = 0; j < x.cols; j++) mix(x.data[row * x.cols + j], j);
    } else {
      for (let p = x.indptr[row]; p < x.indptr[row + 1]; p++) mix(x.values[p], x.indices[p]);
    }
    return hash;

    function mix(cell: number, column: number): void {
      if (cell === 0) return;
      value[0] = cell;
      hash = mixWord(mixWord(mixWord(hash, column), halves[0]), halves[1]);
    }
  };
}

function areEqual(x: Matrix, a: number, b: number): boolean {
  if (x.kind === "dense") {
    for (let j = 0; j < x.cols; j++) if (x.data[a * x.cols + j] !== x.data[b * x.cols + j]) return false;
    return true;
  }
  const length = x.indptr[a + 1] - x.indptr[a];
  if (length !== x.indptr[b + 1] - x.indptr[b]) return false;
  for (let k = 0; k < length; k++) {
    const p = x.indptr[a] + k;
    const q = x.indptr[b] + k;
    if (x.indices[p] !== x.indices[q] || x.values[p] !== x.values[q]) return false;
  }
  return true;
}
