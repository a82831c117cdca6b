import fc from "fast-check";
import { expect, it } from "vitest";
import { denseMatrix, toSparse } from "../numeric/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { knnShapley } from "./knn-shapley.ts";

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
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (rows, neighbours, seed) => {
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
