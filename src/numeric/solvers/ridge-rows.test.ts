import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crossProducts } from "../matrices/gram.ts";
import { makeRng } from "../random.ts";
import { type RidgeRows, type RidgeSolver, solveRidgeRowsInPlace } from "./ridge-rows.ts";

const shapes = fc.record({
  seed: fc.nat(),
  rows: fc.integer({ min: 1, max: 5 }),
  others: fc.integer({ min: 1, max: 130 }),
  size: fc.integer({ min: 1, max: 9 }),
  density: fc.constantFrom(0, 0.3, 1),
  isWeighted: fc.boolean(),
  hasGram: fc.boolean(),
});
type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function makeProblem({ seed, rows, others, size, density, isWeighted, hasGram }: Shape): RidgeRows {
  const rng = makeRng(seed);
  const normals = (count: number): Float64Array => Float64Array.from({ length: count }, () => rng.normal());
  const starts = new Int32Array(rows + 1);
  const indices: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < others; j++) if (rng.uniform() < density) indices.push(j);
    starts[i + 1] = indices.length;
  }
  return {
    x: new Float64Array(rows * size),
    size,
    starts,
    indices: Int32Array.from(indices),
    weights: isWeighted ? Float64Array.from(indices, () => rng.uniform()) : null,
    targets: normals(indices.length),
    fixed: normals(others * size),
    ridge: Float64Array.from({ length: rows }, () => 0.5 + rng.uniform()),
    gram: hasGram ? crossProducts(normals(6 * size), size, null) : null,
  };
}

/** The left side minus the right side of a row's equations, entry by entry. */
function residual({ x, size, starts, indices, weights, targets, fixed, ridge, gram }: RidgeRows, row: number): number[] {
  const own = x.subarray(row * size, (row + 1) * size);
  return Array.from(own, (value, j) => {
    let sum = ridge[row] * value;
    if (gram !== null) own.forEach((other, k) => (sum += gram[j * size + k] * other));
    for (let p = starts[row]; p < starts[row + 1]; p++) {
      const f = fixed.subarray(indices[p] * size, (indices[p] + 1) * size);
      const product = f.reduce((total, entry, k) => total + entry * own[k], 0);
      sum += f[j] * ((weights === null ? 1 : weights[p]) * product - targets[p]);
    }
    return sum;
  });
}

describe.each<[string, RidgeSolver]>([
  ["Cholesky", "cholesky"],
  ["conjugate gradients", { cgSteps: 60 }],
])("ridge problems by %s", (_, solver) => {
  it("solve their equations, and rows without entries become 0", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const problem = makeProblem(shape);
        expect(solveRidgeRowsInPlace(problem, solver)).toBe(-1);
        for (let row = 0; row < shape.rows; row++) {
          if (problem.starts[row] === problem.starts[row + 1])
            expect(problem.x.slice(row * shape.size, (row + 1) * shape.size)).toEqual(new Float64Array(shape.size));
          else for (const value of residual(problem, row)) expect(Math.abs(value)).toBeLessThan(1e-7);
        }
      }),
    );
  });

  it("start over chunks of many rows", () => {
    const rows = 70_000;
    const problem: RidgeRows = {
      x: new Float64Array(rows),
      size: 1,
      starts: Int32Array.from({ length: rows + 1 }, (_r, i) => 2 * i),
      indices: Int32Array.from({ length: 2 * rows }, (_r, p) => p % 2),
      weights: null,
      targets: Float64Array.from({ length: 2 * rows }, (_r, p) => Math.floor(p / 2)),
      fixed: Float64Array.of(1, 2),
      ridge: new Float64Array(rows).fill(1),
      gram: null,
    };
    expect(solveRidgeRowsInPlace(problem, solver)).toBe(-1);
    for (const row of [0, 1, 65_535, 65_536, 65_537, rows - 1]) expect(problem.x[row]).toBeCloseTo((3 * row) / 6, 6);
  });
});

it("Cholesky names the first row whose matrix is singular", () => {
  const problem = makeProblem({ seed: 1, rows: 3, others: 5, size: 4, density: 1, isWeighted: false, hasGram: false });
  const ridge = Float64Array.of(1, 0, 0);
  const flat = { ...problem, ridge, fixed: new Float64Array(problem.fixed.length).fill(1) };
  expect(solveRidgeRowsInPlace(flat, "cholesky")).toBe(1);
});
