import { describe, expect, it } from "vitest";
import { type DenseMatrix, denseMatrix, toSparse } from "../matrices/matrix.ts";
import { makeRng } from "../random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { truncatedSvd } from "./truncated-svd.ts";

function randomMatrix(rows: number, cols: number): DenseMatrix {
  const rng = makeRng(7);
  return denseMatrix(
    rows,
    cols,
    Float64Array.from({ length: rows * cols }, (_, p) => rng.normal() / (1 + (p % cols))),
  );
}

describe("the truncated decomposition", () => {
  it("has the singular values and vectors that the eigenvalues of AᵀA give", () => {
    const a = randomMatrix(40, 25);
    const gram = new Float64Array(25 * 25);
    for (let i = 0; i < 40; i++)
      for (let j = 0; j < 25; j++) for (let k = 0; k < 25; k++) gram[j * 25 + k] += a.data[i * 25 + j] * a.data[i * 25 + k];
    const { values, vectors } = symmetricEigen(gram, 25);
    const found = truncatedSvd(a, 6, makeRng(1));
    for (let k = 0; k < 6; k++) {
      expect(found.values[k]).toBeCloseTo(Math.sqrt(values[24 - k]), 9);
      let cosine = 0;
      for (let j = 0; j < 25; j++) cosine += found.right[k * 25 + j] * vectors[(24 - k) * 25 + j];
      expect(Math.abs(cosine)).toBeCloseTo(1, 9);
    }
  });

  it("is the same for sparse rows, and whatever it starts from", () => {
    const a = randomMatrix(20, 30);
    const dense = truncatedSvd(a, 4, makeRng(1), { sweeps: 40 });
    const sparse = truncatedSvd(toSparse(a), 4, makeRng(2), { sweeps: 40 });
    dense.right.forEach((value, p) => expect(sparse.right[p]).toBeCloseTo(value, 8));
  });

  it("gives zeros beyond the rank of the matrix", () => {
    const outer = denseMatrix(
      5,
      4,
      Float64Array.from({ length: 20 }, (_, p) => (1 + Math.floor(p / 4)) * (1 + (p % 4))),
    );
    const { values } = truncatedSvd(outer, 2, makeRng(1));
    expect(values[0]).toBeCloseTo(Math.sqrt(55 * 30), 9);
    expect(values[1]).toBeCloseTo(0, 6);
  });
});
