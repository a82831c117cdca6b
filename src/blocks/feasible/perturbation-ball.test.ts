import fc from "fast-check";
import { expect, it } from "vitest";
import type { Table } from "../../core/table.ts";
import { encoderParams, makeEncoder } from "../../data/encoder.ts";
import { resolveParams } from "../../core/params.ts";
import { allRows } from "../../core/examples.ts";
import { denseMatrix, toDense, toSparse } from "../../numeric/matrices/matrix.ts";
import { type Norm, perturbationBall } from "./perturbation-ball.ts";

const numbers: Table = {
  rows: 5,
  columns: [
    { kind: "number", name: "a", values: Float64Array.of(0, 1, 2, 3, 4) },
    { kind: "number", name: "b", values: new Float64Array(5).fill(7) },
    { kind: "category", name: "c", names: ["x", "y"], codes: Int32Array.of(0, 1, 0, 1, 0) },
    { kind: "category", name: "label", names: ["no", "yes"], codes: Int32Array.of(0, 1, 0, 1, 0) },
  ],
  roles: { labels: ["label"], features: ["a", "b", "c"], task: null, source: null, id: null },
};
const images: Table = {
  rows: 2,
  columns: [
    { kind: "vector", name: "pixels", matrix: toSparse(denseMatrix(2, 3, Float64Array.of(0, 1, 0, 0.5, 0, 0))) },
    { kind: "category", name: "label", names: ["no", "yes"], codes: Int32Array.of(0, 1) },
  ],
  roles: { labels: ["label"], features: ["pixels"], task: null, source: null, id: null },
};

function encoded(table: Table) {
  return makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, allRows(table)).encode(table, allRows(table));
}

const at = (home: Float64Array) => ({ label: 0, task: 0, home });

it("lets numbers move by a share of their range, and neither constants nor categories", () => {
  const data = encoded(numbers);
  const { scale, projectInPlace } = perturbationBall(data, numbers, { norm: "box", radius: 0.25 });
  // The range of "a" is 4, its standard deviation √2, so a quarter of it is 1 / √2 as encoded.
  expect([...scale].map((value) => Number(value.toFixed(12)))).toEqual([Number((1 / Math.SQRT2).toFixed(12)), 0, 0, 0]);
  const base = Float64Array.from(toDense(data.x).data.subarray(0, 4));
  const moved = Float64Array.of(9, 9, 9, 9);
  projectInPlace(moved, at(base));
  expect(moved[0]).toBeCloseTo((1 - 2) / Math.SQRT2, 12);
  expect([...moved.subarray(1)]).toEqual([...base.subarray(1)]);
});

it("lets any place of a vector hold what another holds", () => {
  const { scale, projectInPlace } = perturbationBall(encoded(images), images, { norm: "box", radius: 0.3 });
  expect([...scale]).toEqual([0.3, 0.3, 0.3]);
  const moved = Float64Array.of(-1, 0.2, 1);
  projectInPlace(moved, at(Float64Array.of(0, 1, 0)));
  expect([...moved]).toEqual([0, 0.7, 0.3]);
});

it("keeps every row within its bound and the ranges seen, and a row that is there where it is", () => {
  const data = encoded(images);
  fc.assert(
    fc.property(
      fc.constantFrom<Norm>("box", "ball"),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 1 }),
      (norm, radius, wanted, row) => {
        const { projectInPlace } = perturbationBall(data, images, { norm, radius });
        const base = Float64Array.from(toDense(data.x).data.subarray(3 * row, 3 * row + 3));
        const moved = Float64Array.from(wanted);
        projectInPlace(moved, at(base));
        // Root mean squared distance of the two rows from their mean.
        const usual = Math.sqrt((0.25 ** 2 + 0.5 ** 2) * 1);
        const distances = moved.map((value, j) => Math.abs(value - base[j]));
        if (norm === "box") expect(Math.max(...distances)).toBeLessThanOrEqual(radius + 1e-12);
        else expect(Math.hypot(...distances)).toBeLessThanOrEqual(radius * usual + 1e-12);
        expect(moved.every((value) => value >= -1e-12 && value <= 1 + 1e-12)).toBe(true);
        const again = moved.slice();
        projectInPlace(again, at(base));
        again.forEach((value, j) => expect(value).toBeCloseTo(moved[j], 12));
      },
    ),
  );
});
