import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HingeProblem, type HingeSolution, hingeSolution } from "./hinge.ts";
import { solveHingeByCoordinateDescent } from "./hinge-coordinate-descent.ts";
import { solveHingeByInteriorPoint } from "./hinge-interior-point.ts";
import { denseMatrix, toSparse } from "../matrices/matrix.ts";
import { makeRng } from "../random.ts";

const tolerance = 1e-7;
/** Coordinate descent crawls on a few rows with a weak penalty, where the interior point method does the work. */
const reached: Record<string, number> = { "interior point": tolerance, "coordinate descent": 1e-4 };
const solvers: Record<string, (problem: HingeProblem) => HingeSolution> = {
  "interior point": (problem) => solveHingeByInteriorPoint(problem, { tolerance }),
  "coordinate descent": (problem) => solveHingeByCoordinateDescent(problem, { tolerance, rng: makeRng("hinge") }),
};

interface Shape {
  seed: number;
  rows: number;
  cols: number;
  strength: number;
  freeBias: boolean;
  sparse: boolean;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  rows: fc.integer({ min: 1, max: 14 }),
  cols: fc.integer({ min: 1, max: 4 }),
  strength: fc.constantFrom(0.01, 0.3, 3),
  freeBias: fc.boolean(),
  sparse: fc.boolean(),
});

/** Noisy problems with repeated rows and rows without weight. */
function problemOf({ seed, rows, cols, strength, freeBias, sparse }: Shape): HingeProblem {
  const rng = makeRng(seed);
  const x = denseMatrix(rows, cols);
  for (let p = 0; p < x.data.length; p++) x.data[p] = p >= cols && p < 2 * cols ? x.data[p - cols] : rng.normal();
  const t = Float64Array.from({ length: rows }, (_, i) => (x.data[i * cols] + rng.normal() > 0 ? 1 : -1));
  const upper = Float64Array.from({ length: rows }, () => (rng.uniform() < 0.2 ? 0 : strength * (0.5 + rng.uniform())));
  return { x: sparse ? toSparse(x) : x, t, upper, freeBias };
}

/** The minimum of P, found without duality: a pattern search from many directions, which a convex function cannot fool for long. */
function searchedMinimum(problem: HingeProblem): number {
  const { x, t, upper, freeBias } = problem;
  if (x.kind !== "dense") throw new Error("dense only");
  const size = x.cols + 1;
  const value = (theta: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < size - (freeBias ? 1 : 0); j++) sum += 0.5 * theta[j] * theta[j];
    for (let i = 0; i < x.rows; i++) {
      let z = theta[size - 1];
      for (let j = 0; j < x.cols; j++) z += theta[j] * x.data[i * x.cols + j];
      sum += upper[i] * Math.max(0, 1 - t[i] * z);
    }
    return sum;
  };
  const rng = makeRng("search");
  let theta = new Float64Array(size);
  let best = value(theta);
  for (let radius = 2; radius > 1e-9; radius *= 0.7) {
    for (let attempt = 0; attempt < 400; attempt++) {
      const trial = theta.map((at) => at + radius * rng.normal());
      const found = value(trial);
      if (found < best) [best, theta] = [found, trial];
    }
  }
  return best;
}

describe.each(Object.keys(solvers))("the hinge problem by %s", (name) => {
  const solve = solvers[name];

  it("is solved to a small relative duality gap", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const problem = problemOf(shape);
        const { theta, alpha, gap } = solve(problem);
        expect(gap).toBeLessThanOrEqual(reached[name]);
        expect(gap).toBeGreaterThanOrEqual(-1e-12);
        expect(theta.every(Number.isFinite)).toBe(true);
        expect(alpha.every((a, i) => a >= 0 && a <= problem.upper[i])).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("has the minimum that a search without duality finds", () => {
    for (const freeBias of [true, false]) {
      for (let seed = 0; seed < 6; seed++) {
        const problem = problemOf({ seed, rows: 9, cols: 2, strength: 0.4, freeBias, sparse: false });
        const searched = searchedMinimum(problem);
        const { primal } = solve(problem);
        expect(primal).toBeLessThanOrEqual(searched * (1 + 1e-7));
        expect(primal).toBeGreaterThanOrEqual(searched * (1 - 1e-4));
      }
    }
  });

  it("does without rows of weight and with one class alone", () => {
    const x = denseMatrix(3, 2, Float64Array.of(1, 0, 1, 0, 2, 0));
    const t = Float64Array.of(1, 1, 1);
    for (const freeBias of [true, false]) {
      const oneClass = solve({ x, t, upper: Float64Array.of(1, 1, 1), freeBias });
      expect(oneClass.theta.every(Number.isFinite)).toBe(true);
      if (freeBias) expect(oneClass.primal).toBeCloseTo(0, 12);
      const nothing = solve({ x, t, upper: new Float64Array(3), freeBias });
      expect([...nothing.theta]).toEqual([0, 0, 0]);
    }
  });
});

describe("the squared hinge by coordinate descent", () => {
  it("is solved to a relative duality gap of 1e-7", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const problem = { ...problemOf(shape), squared: true };
        const { theta, alpha, gap } = solvers["coordinate descent"](problem);
        expect(gap).toBeLessThanOrEqual(tolerance);
        expect(gap).toBeGreaterThanOrEqual(-1e-12);
        expect(theta.every(Number.isFinite)).toBe(true);
        expect(alpha.every((a, i) => a >= 0 && (a === 0 || problem.upper[i] > 0))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

it("both solvers agree on a larger problem with weak regularisation", () => {
  const problem = problemOf({ seed: 5, rows: 200, cols: 8, strength: 5, freeBias: true, sparse: false });
  const [a, b] = Object.values(solvers).map((solve) => solve(problem));
  expect(Math.abs(a.primal / b.primal - 1)).toBeLessThan(3e-7);
});

it("the gap of a guess is never negative", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 0, max: 1000 }), fc.boolean(), (shape, seed, squared) => {
      const problem = { ...problemOf(shape), squared };
      const rng = makeRng(seed);
      const guess = problem.upper.map((c) => c * rng.uniform());
      expect(hingeSolution(problem, guess, 0).gap).toBeGreaterThanOrEqual(-1e-12);
    }),
  );
});
