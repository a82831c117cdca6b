import { expect, it } from "vitest";
import { orientedGradients } from "./oriented-gradients.ts";

const side = 14;
const imageOf = (bright: (x: number, y: number) => boolean): Float64Array =>
  Float64Array.from({ length: side * side }, (_, k) => (bright(k % side, Math.floor(k / side)) ? 1 : 0));
const { features, mapInto } = orientedGradients(side);
const mapped = (image: Float64Array): Float64Array => {
  const out = new Float64Array(features);
  mapInto(out, image);
  return out;
};
const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, j) => sum + value * b[j], 0);

it("has unit length, and is 0 of an image without an edge", () => {
  const bar = mapped(imageOf((x, y) => x >= 6 && x < 8 && y > 2 && y < 11));
  expect(product(bar, bar)).toBeCloseTo(1, 12);
  expect(mapped(new Float64Array(side * side)).every((value) => value === 0)).toBe(true);
});

it("does not mind where a figure stands, or that it leans, and tells upright from lying", () => {
  const upright = mapped(imageOf((x, y) => x >= 6 && x < 8 && y > 2 && y < 11));
  const moved = mapped(imageOf((x, y) => x >= 8 && x < 10 && y > 2 && y < 11));
  const leaning = mapped(imageOf((x, y) => y > 2 && y < 11 && x >= 6 + Math.floor((y - 7) / 3) && x < 8 + Math.floor((y - 7) / 3)));
  const lying = mapped(imageOf((x, y) => y >= 6 && y < 8 && x > 2 && x < 11));
  expect(product(upright, moved)).toBeGreaterThan(0.99);
  expect(product(upright, leaning)).toBeGreaterThan(0.8);
  expect(product(upright, lying)).toBeLessThan(0.5);
});
