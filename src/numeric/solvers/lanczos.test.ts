import { describe, expect, it } from "vitest";
import { leadingCentredDirections, meanOfRows, squaredDistance } from "./centred-rows.ts";
import { type SymmetricOperator, inverseRootProduct, leadingEigenvectors } from "./lanczos.ts";
import { denseMatrix, toSparse } from "../matrices/matrix.ts";
import { makeRng } from "../random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { dot } from "../matrices/vector.ts";

const exact = { tolerance: 1e-12, maxSteps: 400 };

function operatorOf(a: Float64Array, size: number): SymmetricOperator {
  return {
    size,
    multiplyInto(out, v) {
      for (let j = 0; j < size; j++) out[j] = dot(v, a.subarray(j * size, (j + 1) * size));
    },
  };
}

/** G Gᵀ / size with a random G. */
function randomPositive(size: number, seed: number): Float64Array {
  const rng = makeRng(seed);
  const g = Float64Array.from({ length: size * size }, () => rng.normal());
  const out = new Float64Array(size * size);
  for (let j = 0; j < size; j++)
    for (let k = 0; k < size; k++)
      out[j * size + k] = dot(g.subarray(j * size, (j + 1) * size), g.subarray(k * size, (k + 1) * size)) / size;
  return out;
}

describe("leading eigenvectors", () => {
  it("are those of the whole decomposition", () => {
    const a = randomPositive(30, 1);
    const whole = symmetricEigen(a, 30);
    const found = leadingEigenvectors(operatorOf(a, 30), 5, makeRng(2), exact);
    for (let k = 0; k < 5; k++) {
      expect(found.values[k]).toBeCloseTo(whole.values[29 - k], 9);
      const cosine = dot(found.vectors.subarray(k * 30, (k + 1) * 30), whole.vectors.subarray((29 - k) * 30, (30 - k) * 30));
      expect(Math.abs(cosine)).toBeCloseTo(1, 9);
    }
  });

  it("find eigenvalues of higher multiplicity, and give 0 for a matrix of zeros", () => {
    const a = new Float64Array(36);
    [3, 3, 3, 1, 1, 0].forEach((value, j) => (a[j * 7] = value));
    const found = leadingEigenvectors(operatorOf(a, 6), 5, makeRng(1), exact);
    [3, 3, 3, 1, 1].forEach((value, k) => expect(found.values[k]).toBeCloseTo(value, 10));
    const none = leadingEigenvectors(operatorOf(new Float64Array(9), 3), 2, makeRng(1), exact);
    expect([...none.values]).toEqual([0, 0]);
  });
});

it("an inverse root applied twice solves the system, and leaves out what the matrix takes to 0", () => {
  const a = operatorOf(randomPositive(20, 3), 20);
  const v = Float64Array.from({ length: 20 }, (_, j) => Math.cos(j));
  const twice = inverseRootProduct(a, inverseRootProduct(a, v, makeRng(1), exact), makeRng(2), exact);
  const back = new Float64Array(20);
  a.multiplyInto(back, twice);
  back.forEach((value, j) => expect(value).toBeCloseTo(v[j], 6));
  const singular = operatorOf(Float64Array.of(4, 0, 0, 0), 2);
  const root = inverseRootProduct(singular, Float64Array.of(6, 5), makeRng(1), exact);
  expect(root[0]).toBeCloseTo(3, 10);
  expect(root[1]).toBeCloseTo(0, 10);
});

describe("centred rows far from the origin", () => {
  const rng = makeRng(5);
  const a = denseMatrix(
    50,
    8,
    Float64Array.from({ length: 400 }, (_, p) => 1000 + rng.normal() * (1 + (p % 8))),
  );
  const picked = Int32Array.from({ length: 30 }, (_, k) => k + 7);
  const centre = meanOfRows(a, picked);
  const scatter = new Float64Array(64);
  for (const i of picked)
    for (let j = 0; j < 8; j++)
      for (let k = 0; k < 8; k++) scatter[j * 8 + k] += (a.data[i * 8 + j] - centre[j]) * (a.data[i * 8 + k] - centre[k]);
  const whole = symmetricEigen(scatter, 8);

  it.each([["dense", a] as const, ["sparse", toSparse(a)] as const])("have the directions of their scatter matrix (%s)", (_, rows) => {
    const found = leadingCentredDirections(rows, picked, centre, 3, makeRng(1), exact);
    for (let k = 0; k < 3; k++) expect(found.values[k] / whole.values[7 - k]).toBeCloseTo(1, 6);
    for (const i of picked) {
      const hand = a.data.slice(i * 8, i * 8 + 8).reduce((sum, value, j) => sum + (value - centre[j]) ** 2, 0);
      expect(squaredDistance(rows, i, centre, dot(centre, centre))).toBeCloseTo(hand, 6);
    }
  });
});
