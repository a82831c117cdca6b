import fc from "fast-check";
import { expect, it } from "vitest";
import { productInto, productWithTransposeInto } from "./dense-product.ts";
import { makeRng } from "../random.ts";

const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 11 }),
  inner: fc.integer({ min: 0, max: 13 }),
  cols: fc.integer({ min: 0, max: 11 }),
  seed: fc.nat(),
});

function drawn(label: string, seed: number, length: number): Float64Array {
  const rng = makeRng(seed).fork(label);
  return Float64Array.from({ length }, () => rng.normal());
}

it("multiplies matrices of any shape as three plain loops do, and writes nothing beyond them", () => {
  fc.assert(
    fc.property(shapes, ({ rows, inner, cols, seed }) => {
      const [a, b, bT] = [drawn("a", seed, rows * inner), drawn("b", seed, inner * cols), drawn("bT", seed, cols * inner)];
      const [out, outT] = [new Float64Array(rows * cols + 3).fill(7), new Float64Array(rows * cols + 3).fill(7)];
      productInto(out, a, b, rows, inner, cols);
      productWithTransposeInto(outT, a, bT, rows, inner, cols);
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++) {
          let [sum, sumT] = [0, 0];
          for (let k = 0; k < inner; k++) {
            sum += a[i * inner + k] * b[k * cols + j];
            sumT += a[i * inner + k] * bT[j * inner + k];
          }
          expect(out[i * cols + j]).toBeCloseTo(sum, 12);
          expect(outT[i * cols + j]).toBeCloseTo(sumT, 12);
        }
      for (const rest of [out, outT]) expect([...rest.subarray(rows * cols)]).toEqual([7, 7, 7]);
    }),
  );
});
