import { expect, it } from "vitest";
import type { CertificateInput } from "../../core/certificate.ts";
import type { Column, Table } from "../../core/table.ts";
import { makeRng } from "../../numeric/random.ts";
import { choleskyInPlace, choleskySolveInPlace } from "../../numeric/solvers/cholesky.ts";
import { gram, kernelOf, squaresOf } from "../kernels/row-kernels.ts";
import { labelFreeViews, labelSmoother } from "./label-smoother.ts";

const rng = makeRng("label smoother");
const [train, test] = [150, 140];

function inputOf(shift: number): CertificateInput {
  const rows = train + test;
  const table: Table = {
    rows,
    columns: [
      ...["a", "b", "c"].map((name): Column => ({ kind: "number", name, values: Float64Array.from({ length: rows }, () => rng.normal()) })),
      { kind: "category", name: "task", names: ["n", "s"], codes: Int32Array.from({ length: rows }, (_, i) => i % 2) },
      { kind: "category", name: "label", names: ["x", "y"], codes: Int32Array.from({ length: rows }, (_, i) => (i + shift) % 2) },
    ],
    roles: { labels: ["label"], features: ["a", "b", "c"], task: "task", source: null, id: null },
  };
  return {
    ...{ table, train: Int32Array.from({ length: train }, (_, i) => i), test: Int32Array.from({ length: test }, (_, i) => train + i) },
    ...{ learner: undefined as never, learnerParams: null, scoresOf: () => Promise.reject(new Error("not asked for")) },
  };
}

it("weighs labels as one solve for each row does, tasks by what they share", () => {
  const input = inputOf(0);
  const { width, decay, sharing } = { width: 0.5, decay: 0.7, sharing: 0.25 };
  const { forEachBlock, trainTask, testTask } = labelSmoother(input, { width, decay, sharing, mostRows: 1000 });
  const views = labelFreeViews(input.table, input.train, input.test);
  const squares = squaresOf(views.own);
  const isSame = (a: number, b: number): number => (a % 2 === b % 2 ? 1 : sharing);
  const pooled = kernelOf(gram(views.own, views.own), squares, squares, width);
  const kernel = pooled.map((value, at) => value * isSame(Math.floor(at / train), at % train));
  // Σ Kc² / tr Kc of the rows pooled, with Kc = C K C, C = I − 1/n, by its definition.
  const centred = (k: Float64Array): Float64Array => {
    const half = k.map((value, at) => {
      const i = Math.floor(at / train);
      return value - k.subarray(i * train, (i + 1) * train).reduce((sum, other) => sum + other, 0) / train;
    });
    return half.map((value, at) => {
      const j = at % train;
      let sum = 0;
      for (let i = 0; i < train; i++) sum += half[i * train + j];
      return value - sum / train;
    });
  };
  const c = centred(pooled);
  const trace = Array.from({ length: train }, (_, i) => c[i * train + i]).reduce((a, b) => a + b);
  const ridge = (decay * c.reduce((sum, value) => sum + value * value, 0)) / trace;
  const factor = kernel.slice();
  for (let i = 0; i < train; i++) factor[i * train + i] += ridge;
  expect(choleskyInPlace(factor, train)).toBe(true);
  const crossed = kernelOf(gram(views.asked, views.own), squaresOf(views.asked), squares, width);
  let seen = 0;
  forEachBlock({ rng }, (alpha, from, rows) => {
    for (let i = 0; i < rows; i++, seen++) {
      const row = from + i;
      const expected = Float64Array.from({ length: train }, (_, j) => crossed[row * train + j] * isSame(testTask[row], trainTask[j]));
      choleskySolveInPlace(expected, factor, train);
      for (let j = 0; j < train; j++) expect(alpha[i * train + j]).toBeCloseTo(expected[j], 10);
    }
  });
  expect(seen).toBe(test);
});

it("weighs by features alone, whatever the labels are", () => {
  const input = inputOf(0);
  const { table } = input;
  const turned = table.columns.map((column) =>
    column.name === "label" && "codes" in column ? { ...column, codes: column.codes.map((code) => 1 - code) } : column,
  );
  const params = { width: 2, decay: 0.5, sharing: 0.5, mostRows: 1000 };
  const weightsOf = (given: CertificateInput): number[] => {
    const all: number[] = [];
    labelSmoother(given, params).forEachBlock({ rng }, (alpha) => all.push(...alpha));
    return all;
  };
  expect(weightsOf({ ...input, table: { ...table, columns: turned } })).toEqual(weightsOf(input));
});
