import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { symmetricEigen, tridiagonalEigen, tridiagonalEnds } from "./symmetric-eigen.ts";

/** Q diag(values) Qᵀ with random orthonormal rows (Gram–Schmidt, twice). */
function withSpectrum(values: readonly number[], seed: number): Float64Array {
  const size = values.length;
  const rng = makeRng(seed);
  const q = Float64Array.from({ length: size * size }, () => rng.normal());
  for (let i = 0; i < size; i++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let k = 0; k < size; k++) product += q[i * size + k] * q[j * size + k];
        for (let k = 0; k < size; k++) q[i * size + k] -= product * q[j * size + k];
      }
    }
    const length = Math.hypot(...q.subarray(i * size, (i + 1) * size));
    for (let k = 0; k < size; k++) q[i * size + k] /= length;
  }
  const a = new Float64Array(size * size);
  for (let l = 0; l < size; l++)
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) a[i * size + j] += values[l] * q[l * size + i] * q[l * size + j];
  return a;
}

function expectDecomposed(a: Float64Array, size: number): Float64Array {
  const { values, vectors } = symmetricEigen(a, size);
  const scale = Math.max(1e-300, ...a.map(Math.abs)) * Math.max(1, size);
  for (let k = 1; k < size; k++) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0;
      let entry = 0;
      for (let k = 0; k < size; k++) {
        product += vectors[i * size + k] * vectors[j * size + k];
        entry += values[k] * vectors[k * size + i] * vectors[k * size + j];
      }
      expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-13 * Math.max(10, size));
      expect(Math.abs(entry - a[i * size + j])).toBeLessThan(1e-14 * scale * Math.max(10, size));
    }
  }
  return values;
}

describe("a symmetric eigendecomposition", () => {
  it("gives orthonormal vectors that make up the matrix again", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 24 }),
        fc.nat(),
        fc.constantFrom(1e-150, 1e-8, 1, 1e8),
        fc.constantFrom(0, 0.7),
        (size, seed, scale, zeros) => {
          const rng = makeRng(seed);
          const a = new Float64Array(size * size);
          for (let i = 0; i < size; i++)
            for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = rng.uniform() < zeros ? 0 : scale * rng.normal();
          expectDecomposed(a, size);
        },
      ),
    );
  });

  it("finds the eigenvalues that a matrix was made with, equal, zero and tiny ones too", () => {
    const spectra = [
      [1, 1, 1, 1],
      [0, 0, 0, 2, 5],
      [-3, -3, 0, 0, 7],
      [1e-12, 1e-6, 1, 1e3],
      Array.from({ length: 40 }, (_, k) => (k < 30 ? 0 : k)),
    ];
    for (const spectrum of spectra) {
      const values = expectDecomposed(withSpectrum(spectrum, 7), spectrum.length);
      const largest = Math.max(...spectrum.map(Math.abs));
      spectrum.sort((a, b) => a - b).forEach((value, k) => expect(Math.abs(values[k] - value)).toBeLessThan(1e-14 * 10 * largest));
    }
  });

  it("reads the lower triangle alone, and leaves it as it was", () => {
    const a = Float64Array.of(2, NaN, 1, 2);
    expect([...symmetricEigen(a, 2).values]).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
    expect(a[2]).toBe(1);
  });

  it("manages a few hundred rows", () => {
    const size = 150;
    const rng = makeRng(5);
    const a = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = rng.normal();
    expectDecomposed(a, size);
  });
});

describe("a tridiagonal matrix", () => {
  it("has to the bit the decomposition of the same matrix written out, and the last entries of its vectors alone", () => {
    const rng = makeRng("tridiagonal");
    for (const size of [1, 2, 3, 7, 40, 65]) {
      const diagonal = Array.from({ length: size }, () => rng.normal());
      const beside = Array.from({ length: size - 1 }, (_, k) => (k % 5 === 3 ? 0 : rng.normal()));
      const whole = new Float64Array(size * size);
      for (let k = 0; k < size; k++) {
        whole[k * size + k] = diagonal[k];
        if (k > 0) whole[k * size + k - 1] = beside[k - 1];
      }
      const { values, vectors } = symmetricEigen(whole, size);
      expect(tridiagonalEigen(diagonal, beside)).toEqual({ values, vectors });
      expect(tridiagonalEnds(diagonal, beside)).toEqual({
        values,
        last: Float64Array.from({ length: size }, (_, k) => vectors[k * size + size - 1]),
      });
    }
  });
});
