import fc from "fast-check";
import { expect, it } from "vitest";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { knnShapley } from "./knn-shapley.ts";
import { nearestRows } from "./nearest-rows.ts";

/** Share of the K nearest of a coalition that bear the label of the test row. */
function utility(members: readonly number[], x: Float64Array, y: Float64Array, z: number, label: number, neighbours: number): number {
  const nearest = [...members].sort((a, b) => (x[a] - z) ** 2 - (x[b] - z) ** 2 || a - b).slice(0, neighbours);
  return nearest.filter((i) => y[i] === label).length / neighbours;
}

/** The mean marginal gain over all orders of arrival. */
function shapleyByEnumeration(x: Float64Array, y: Float64Array, z: number, label: number, neighbours: number): number[] {
  const values = new Array<number>(x.length).fill(0);
  let orders = 0;
  const arrive = (present: readonly number[], left: readonly number[]): void => {
    if (left.length === 0) orders++;
    for (const i of left) {
      const gain = utility([...present, i], x, y, z, label, neighbours) - utility(present, x, y, z, label, neighbours);
      values[i] += gain * factorial(left.length - 1);
      arrive(
        [...present, i],
        left.filter((j) => j !== i),
      );
    }
  };
  arrive([], [...x.keys()]);
  return values.map((value) => value / orders);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

it("is the Shapley value of the nearest-neighbour classifier, by enumeration of all orders", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), fc.nat(), (rows, neighbours, seed) => {
      const rng = makeRng(seed);
      const x = Float64Array.from({ length: rows }, () => rng.normal());
      const y = Float64Array.from({ length: rows }, () => rng.integer(2));
      const z = rng.normal();
      const label = rng.integer(2);
      const test = { x: denseMatrix(1, 1, Float64Array.of(z)), y: Float64Array.of(label) };
      const values = knnShapley({ x: denseMatrix(rows, 1, x), y }, test, { neighbours });
      shapleyByEnumeration(x, y, z, label, neighbours).forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
    }),
    { numRuns: 60 },
  );
});

it("is the same for sparse rows as for dense ones, with many ties", () => {
  const rng = makeRng(5);
  const data = Float64Array.from({ length: 60 * 4 }, () => rng.integer(2));
  const [train, test] = [denseMatrix(40, 4, data.slice(0, 160)), denseMatrix(20, 4, data.slice(160))];
  const [y, yTest] = [Float64Array.from({ length: 40 }, () => rng.integer(3)), Float64Array.from({ length: 20 }, () => rng.integer(3))];
  const dense = knnShapley({ x: train, y }, { x: test, y: yTest }, { neighbours: 3 });
  const sparse = knnShapley({ x: toSparse(train), y }, { x: toSparse(test), y: yTest }, { neighbours: 3 });
  dense.forEach((value, i) => expect(sparse[i]).toBeCloseTo(value, 13));
});

it("leaves out no row and is not rescaled, unlike values from a graph of neighbours: they sum to the utility of all rows", () => {
  const rng = makeRng(7);
  const data = Float64Array.from({ length: 500 * 3 }, () => 1e6 + rng.normal());
  const [x, test] = [denseMatrix(400, 3, data.slice(0, 1200)), denseMatrix(100, 3, data.slice(1200))];
  const y = Float64Array.from({ length: 400 }, (_, i) => i % 2);
  const values = knnShapley({ x, y }, { x: test, y: new Float64Array(100) }, { neighbours: 5 });
  const among = Int32Array.from({ length: 400 }, (_, i) => i);
  const source = new Int32Array(500).fill(-1);
  const near = nearestRows(denseMatrix(500, 3, data), { neighbours: 5, metric: "euclidean", source, among });
  let hits = 0;
  for (let i = 400; i < 500; i++) for (let p = 0; p < 5; p++) hits += 1 - y[near.ids[i * 5 + p]];
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(hits / 500, 12);
  expect(values.every((value) => value !== 0)).toBe(true);
});

it("takes no quadratic time where distances agree in all but their last bits", () => {
  const rows = 30_000;
  const x = denseMatrix(
    rows,
    1,
    Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % rows) * 1e-12),
  );
  const y = Float64Array.from({ length: rows }, (_, i) => i % 2);
  const far = { x: denseMatrix(1, 1, Float64Array.of(1)), y: Float64Array.of(0) };
  const sum = knnShapley({ x, y }, far, { neighbours: 1 }).reduce((total, value) => total + value, 0);
  expect([0, 1]).toContain(Math.round(sum * 1e9) / 1e9);
});
