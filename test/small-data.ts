import fc from "fast-check";
import type { Dataset, Target } from "../src/core/dataset.ts";
import { type Matrix, denseMatrix, toSparse } from "../src/numeric/matrices/matrix.ts";
import { makeRng } from "../src/numeric/random.ts";

/** A dataset of these rows with names and bookkeeping filled in. */
export function datasetOf(x: Matrix, y: Float64Array, target: Target, weight: Float64Array | null = null): Dataset {
  const names = Array.from({ length: x.cols }, (_, j) => `x${j}`);
  return {
    x,
    y,
    weight,
    target,
    task: new Int32Array(x.rows),
    tasks: ["all"],
    source: new Int32Array(x.rows).fill(-1),
    sources: [],
    row: Int32Array.from({ length: x.rows }, (_, i) => i),
    features: { names, kinds: names.map(() => "real" as const), groups: names },
  };
}

export interface SmallDataOptions {
  readonly seed: number;
  readonly rows: number;
  readonly cols: number;
  /** 0 = a real target. */
  readonly classes: number;
  readonly sparse: boolean;
  readonly weighted: boolean;
}

/** Random rows whose labels follow a noisy linear rule. */
export function smallData(options: SmallDataOptions): Dataset {
  const { rows, cols, classes } = options;
  const rng = makeRng(options.seed);
  const x = denseMatrix(rows, cols);
  for (let p = 0; p < x.data.length; p++) x.data[p] = options.sparse && rng.uniform() < 0.5 ? 0 : rng.normal();
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const rule = x.data[i * cols] + 0.5 * rng.normal();
    y[i] = classes === 0 ? rule : Math.min(classes - 1, Math.max(0, Math.floor(rule + classes / 2)));
  }
  const weight = options.weighted ? Float64Array.from({ length: rows }, () => 0.2 + rng.uniform()) : null;
  const target: Target = classes === 0 ? { kind: "real" } : { kind: "classes", names: Array.from({ length: classes }, (_, k) => `c${k}`) };
  return datasetOf(options.sparse ? toSparse(x) : x, y, target, weight);
}

export function smallDataArbitrary(classes: readonly number[]): fc.Arbitrary<SmallDataOptions> {
  return fc.record({
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    rows: fc.integer({ min: 3, max: 12 }),
    cols: fc.integer({ min: 1, max: 6 }),
    classes: fc.constantFrom(...classes),
    sparse: fc.boolean(),
    weighted: fc.boolean(),
  });
}

/** Two clouds of standard normal rows, the classes, `apart` from each other along the first feature. */
export function twoClouds(seed: number, rows: number, { cols = 4, apart = 3 } = {}): Dataset {
  const rng = makeRng("clouds").fork(seed);
  const x = denseMatrix(rows, cols);
  const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
  for (let p = 0; p < x.data.length; p++) x.data[p] = rng.normal() + (p % cols === 0 ? apart * (y[Math.floor(p / cols)] - 0.5) : 0);
  return datasetOf(x, y, { kind: "classes", names: ["c0", "c1"] });
}
