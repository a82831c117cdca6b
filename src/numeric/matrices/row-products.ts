import { kernelMemory, kernels } from "./kernels.ts";
import type { DenseMatrix, Matrix, SparseMatrix } from "./matrix.ts";

/**
 * `products[q * rows + r]` is the product of query `queryFrom + q` with row `rowFrom + r`. The numbers are gone after the call, which must start no kernel.
 */
export type VisitTile = (products: Float64Array, queryFrom: number, queries: number, rowFrom: number, rows: number) => void;

export interface ProductOptions {
  /** Taken off queries and rows alike, dense ones only; null = nothing. Shape: [cols]. */
  readonly centre?: Float64Array | null;
  /** Queries that are taken together, at most. */
  readonly block?: number;
}

/** Numbers of a panel of rows: small enough for the second cache beside the queries. */
const panelSize = 16_384;
const number = 8;

/**
 * Every product of a query with a row, in tiles: for each block of queries all rows from the first to the last. Equal rows get equal products. Both matrices
 * are of one kind. Memory: a tile for dense rows; for sparse ones, which are visited query by query against all rows, the rows once more and one number for each.
 */
export function forEachProductTile(queries: Matrix, rows: Matrix, options: ProductOptions, visit: VisitTile): void {
  if (queries.cols !== rows.cols) throw new Error(`cannot multiply rows of ${queries.cols} and ${rows.cols} columns`);
  if (queries.kind === "dense" && rows.kind === "dense") denseTiles(queries, rows, options, visit);
  else if (queries.kind === "sparse" && rows.kind === "sparse") sparseTiles(queries, rows, visit);
  else throw new Error("cannot multiply dense rows with sparse ones");
}

function denseTiles(queries: DenseMatrix, rows: DenseMatrix, { centre = null, block = 64 }: ProductOptions, visit: VisitTile): void {
  const { cols } = rows;
  const panel = Math.max(1, Math.min(rows.rows, 1024, Math.max(16, Math.floor(panelSize / Math.max(1, cols)))));
  const deep = Math.max(1, Math.min(block, queries.rows));
  const queriesAt = 0;
  const rowsAt = queriesAt + deep * (cols + (cols % 2));
  const productsAt = rowsAt + panel * (cols + (cols % 2));
  const { floats } = kernelMemory((productsAt + deep * panel) * number);
  for (let queryFrom = 0; queryFrom < queries.rows; queryFrom += deep) {
    const q = Math.min(deep, queries.rows - queryFrom);
    copyRows(floats, queriesAt, queries, queryFrom, q, centre);
    for (let rowFrom = 0; rowFrom < rows.rows; rowFrom += panel) {
      const r = Math.min(panel, rows.rows - rowFrom);
      copyRows(floats, rowsAt, rows, rowFrom, r, centre);
      kernels.productWithTranspose(productsAt * number, queriesAt * number, rowsAt * number, q, cols, r);
      visit(floats.subarray(productsAt, productsAt + q * r), queryFrom, q, rowFrom, r);
    }
  }
}

function copyRows(floats: Float64Array, at: number, a: DenseMatrix, from: number, count: number, centre: Float64Array | null): void {
  const { data, cols } = a;
  if (centre === null) {
    floats.set(data.subarray(from * cols, (from + count) * cols), at);
    return;
  }
  let p = from * cols;
  for (let i = 0; i < count; i++) for (let j = 0; j < cols; j++) floats[at++] = data[p++] - centre[j];
}

/** Goes from the columns of a query to the rows that have them, which skips all that have none. */
function sparseTiles(queries: SparseMatrix, rows: SparseMatrix, visit: VisitTile): void {
  const { starts, ids, values } = byColumn(rows);
  const products = new Float64Array(rows.rows);
  for (let i = 0; i < queries.rows; i++) {
    products.fill(0);
    for (let p = queries.indptr[i]; p < queries.indptr[i + 1]; p++) {
      const value = queries.values[p];
      const end = starts[queries.indices[p] + 1];
      for (let e = starts[queries.indices[p]]; e < end; e++) products[ids[e]] += value * values[e];
    }
    visit(products, i, 1, 0, rows.rows);
  }
}

function byColumn({ rows, cols, indptr, indices, values }: SparseMatrix): { starts: Int32Array; ids: Int32Array; values: Float64Array } {
  const starts = new Int32Array(cols + 2);
  for (const j of indices.subarray(0, indptr[rows])) starts[j + 2]++;
  for (let j = 0; j < cols; j++) starts[j + 2] += starts[j + 1];
  const ids = new Int32Array(indptr[rows]);
  const moved = new Float64Array(indptr[rows]);
  for (let i = 0; i < rows; i++)
    for (let p = indptr[i]; p < indptr[i + 1]; p++) {
      const to = starts[indices[p] + 1]++;
      ids[to] = i;
      moved[to] = values[p];
    }
  return { starts, ids, values: moved };
}
