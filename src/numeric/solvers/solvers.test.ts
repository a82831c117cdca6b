import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choleskyInPlace, choleskySolveInPlace } from "./cholesky.ts";
import { conjugateGradientInto } from "./conjugate-gradient.ts";
import { weightedGramInto } from "../matrices/gram.ts";
import { addScaledRowInto, denseMatrix, rowDot, toSparse } from "../matrices/matrix.ts";
import { addScaledRowsInto, multiplyRowsInto } from "../matrices/matrix-vector.ts";
import { makeRng } from "../random.ts";
import { passOverRows } from "../matrices/row-pass.ts";
import { type SmoothFunction, trustRegionNewton } from "./trust-region-newton.ts";
import { norm } from "../matrices/vector.ts";

const shapes = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  rows: fc.integer({ min: 0, max: 150 }),
  cols: fc.integer({ min: 1, max: 11 }),
  sparse: fc.boolean(),
});

function randomMatrix({ seed, rows, cols }: { seed: number; rows: number; cols: number }) {
  const rng = makeRng(seed);
  const x = denseMatrix(rows, cols);
  for (let p = 0; p < x.data.length; p++) x.data[p] = rng.uniform() < 0.4 ? 0 : rng.normal();
  const scale = Float64Array.from({ length: rows }, () => (rng.uniform() < 0.3 ? 0 : rng.uniform()));
  return { x, scale, v: Float64Array.from({ length: cols + 2 }, () => rng.normal()) };
}

describe("products with a range of rows", () => {
  it("are the products row by row, for dense and sparse matrices alike", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { x, scale, v } = randomMatrix(shape);
        const a = shape.sparse ? toSparse(x) : x;
        const from = Math.min(2, a.rows);
        const out = new Float64Array(a.rows);
        multiplyRowsInto(out, a, v, 1, from, a.rows);
        const sum = new Float64Array(a.cols + 1);
        addScaledRowsInto(sum, 1, a, scale, from, a.rows);
        const expectedSum = new Float64Array(a.cols + 1);
        for (let i = from; i < a.rows; i++) {
          expect(out[i]).toBeCloseTo(rowDot(x, i, v, 1), 11);
          addScaledRowInto(expectedSum, x, i, scale[i], 1);
        }
        sum.forEach((value, j) => expect(value).toBeCloseTo(expectedSum[j], 11));
      }),
    );
  });

  it("a pass over the rows gives the products with each block, and sums of the rows or of their squares", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), fc.boolean(), (shape, count, squared) => {
        // Some rows are wider than a panel.
        const { x, scale } = randomMatrix(shape.seed % 4 === 0 ? { ...shape, rows: 9, cols: 900 } : shape);
        const a = shape.sparse ? toSparse(x) : x;
        const size = x.cols + 1;
        const rng = makeRng(shape.seed);
        const blocks = Float64Array.from({ length: count * size }, () => rng.normal());
        const sums = new Float64Array(count * size).fill(7);
        const expected = new Float64Array(count * size);
        passOverRows(a, { blocks, sums, squared }, (z, from, rows, stride) => {
          for (let k = 0; k < count; k++) {
            for (let r = 0; r < rows; r++) {
              expect(z[k * stride + r]).toBeCloseTo(rowDot(x, from + r, blocks, k * size) + blocks[k * size + x.cols], 10);
              z[k * stride + r] = scale[from + r] * (k + 1);
            }
          }
        });
        for (let k = 0; k < count; k++) {
          for (let i = 0; i < x.rows; i++) {
            const row = x.data.subarray(i * x.cols, (i + 1) * x.cols);
            row.forEach((value, j) => (expected[k * size + j] += scale[i] * (k + 1) * (squared ? value * value : value)));
            expected[k * size + x.cols] += scale[i] * (k + 1);
          }
        }
        sums.forEach((value, j) => expect(value).toBeCloseTo(expected[j], 10));
      }),
    );
  });

  it("a weighted Gram matrix is the sum of the outer products of rows with a 1 at the end", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { x, scale } = randomMatrix(shape);
        const size = x.cols + 1;
        const out = new Float64Array(size * size).fill(7);
        weightedGramInto(out, shape.sparse ? toSparse(x) : x, scale);
        for (let j = 0; j < size; j++) {
          for (let k = 0; k <= j; k++) {
            let expected = 0;
            const at = (i: number, column: number): number => (column === x.cols ? 1 : x.data[i * x.cols + column]);
            for (let i = 0; i < x.rows; i++) expected += scale[i] * at(i, j) * at(i, k);
            expect(out[j * size + k]).toBeCloseTo(expected, 10);
          }
        }
      }),
    );
  });
});

describe("linear systems", () => {
  it("are solved by Cholesky and by conjugate gradients", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { x, v } = randomMatrix({ ...shape, rows: shape.rows + 2 });
        const size = x.cols + 1;
        const a = new Float64Array(size * size);
        weightedGramInto(a, x, new Float64Array(x.rows).fill(1));
        for (let j = 0; j < size; j++) {
          a[j * size + j] += 0.5;
          for (let k = 0; k < j; k++) a[k * size + j] = a[j * size + k];
        }
        const full = denseMatrix(size, size, a.slice());
        const b = new Float64Array(size);
        multiplyRowsInto(b, full, v, 0, 0, size);
        const iterated = new Float64Array(size);
        const diagonal = Float64Array.from({ length: size }, (_, j) => a[j * size + j]);
        const multiplyInto = (out: Float64Array, w: Float64Array): void => multiplyRowsInto(out, full, w, 0, 0, size);
        expect(conjugateGradientInto(iterated, { multiplyInto, diagonal }, b, { tolerance: 1e-12, maxIterations: 500 }).converged).toBe(
          true,
        );
        expect(choleskyInPlace(a, size)).toBe(true);
        choleskySolveInPlace(b, a, size);
        for (let j = 0; j < size; j++) {
          expect(b[j]).toBeCloseTo(v[j], 8);
          expect(iterated[j]).toBeCloseTo(v[j], 8);
        }
      }),
    );
  });

  it("that are not positive definite are refused by Cholesky", () => {
    expect(choleskyInPlace(Float64Array.of(1, 0, 1, 1), 2)).toBe(false);
    expect(choleskyInPlace(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
    expect(choleskyInPlace(Float64Array.of(0), 1)).toBe(false);
    expect(choleskyInPlace(Float64Array.of(NaN), 1)).toBe(false);
  });

  it("that are singular but consistent are solved by conjugate gradients, and inconsistent ones reported", () => {
    const ones: (out: Float64Array, v: Float64Array) => void = (out, v) => out.fill(v[0] + v[1]);
    const system = { multiplyInto: ones, diagonal: Float64Array.of(1, 1) };
    const out = new Float64Array(2);
    expect(conjugateGradientInto(out, system, Float64Array.of(2, 2), { tolerance: 1e-12, maxIterations: 9 }).converged).toBe(true);
    expect([...out]).toEqual([1, 1]);
    expect(conjugateGradientInto(out, system, Float64Array.of(2, 0), { tolerance: 1e-12, maxIterations: 9 }).converged).toBe(false);
  });
});

describe("trust-region Newton", () => {
  /** Σ_j scale_j (cosh(θ_j − j) − 1): minimum 0 at θ_j = j, with a Hessian that grows fast. */
  function coshes(scale: Float64Array): SmoothFunction {
    return {
      size: scale.length,
      gradientInto(out, theta) {
        let value = 0;
        for (let j = 0; j < scale.length; j++) {
          out[j] = scale[j] * Math.sinh(theta[j] - j);
          value += scale[j] * (Math.cosh(theta[j] - j) - 1);
        }
        return value;
      },
      hessianVectorInto(out, theta, v) {
        for (let j = 0; j < scale.length; j++) out[j] = scale[j] * Math.cosh(theta[j] - j) * v[j];
      },
      diagonalInto(out, theta) {
        for (let j = 0; j < scale.length; j++) out[j] = scale[j] * Math.cosh(theta[j] - j);
      },
    };
  }

  it("finds the minimum of a badly scaled convex function from far away", () => {
    const theta = new Float64Array(6).fill(-8);
    const result = trustRegionNewton(coshes(Float64Array.of(1e-6, 1, 1e3, 1e-3, 10, 1)), theta, { tolerance: 1e-12 });
    expect(result.converged).toBe(true);
    expect(result.iterations).toBeLessThan(60);
    theta.forEach((value, j) => expect(value).toBeCloseTo(j, 5));
  });

  it("stops at once where the gradient is already below the floor, and says when it has not converged", () => {
    const f = coshes(new Float64Array(3).fill(1));
    expect(trustRegionNewton(f, Float64Array.of(0, 1, 2), { tolerance: 1e-6, floor: 1e-9 })).toMatchObject({
      iterations: 0,
      converged: true,
    });
    expect(trustRegionNewton(f, new Float64Array(3).fill(-9), { tolerance: 1e-9, maxIterations: 1 }).converged).toBe(false);
  });

  it("gets through directions without curvature", () => {
    const theta = Float64Array.of(5, 3);
    const f: SmoothFunction = {
      size: 2,
      gradientInto(out, at) {
        out[0] = 2 * Math.max(0, at[0]);
        out[1] = 0;
        return Math.max(0, at[0]) ** 2;
      },
      hessianVectorInto(out, at, v) {
        out[0] = at[0] > 0 ? 2 * v[0] : 0;
        out[1] = 0;
      },
      diagonalInto(out, at) {
        out[0] = at[0] > 0 ? 2 : 0;
        out[1] = 0;
      },
    };
    expect(trustRegionNewton(f, theta, { tolerance: 1e-9 }).converged).toBe(true);
    expect(norm(theta)).toBeCloseTo(3, 9);
  });
});
