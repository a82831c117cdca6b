import { expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { layOut, ratingKernels } from "./rating-kernels.ts";

it("odds of a kind are those of the formula, bit for bit, down to where they vanish", () => {
  const rng = makeRng("kernels");
  const [rows, stride] = [500, 4];
  const values = Float64Array.from({ length: rows * stride }, (_, p) => (p % stride === 3 ? 0 : 30 * rng.uniform() * rng.normal()));
  const usual = Float64Array.from({ length: rows }, () => -20 * rng.uniform());
  const [mean, h] = [
    [0.3, -1, 0.2, 0],
    [0.4, 0.1, 2, 0],
  ];
  const { floats, at } = layOut({ odds: rows, weights: rows, values: rows * stride, usual: rows, mean: stride, h: stride });
  floats.set(values, at.values / 8);
  floats.set(usual, at.usual / 8);
  floats.set(mean, at.mean / 8);
  floats.set(h, at.h / 8);
  ratingKernels.kindOdds(at.odds, at.weights, at.values, at.usual, at.mean, at.h, rows, stride, 1.5, 0.25);
  for (let j = 0; j < rows; j++) {
    let log = 1.5 - usual[j];
    for (let t = 0; t < 3; t++) log -= (values[j * stride + t] - mean[t]) * (values[j * stride + t] - mean[t]) * h[t];
    const odds = 0.25 * Math.exp(Math.min(500, log));
    expect(floats[at.odds / 8 + j]).toBe(odds);
    expect(floats[at.weights / 8 + j]).toBe(odds / (1 + odds));
  }
});

it("memory is found again as it was left by the same owner alone", () => {
  const [one, other] = [{}, {}];
  expect(layOut({ a: 3 }, one).isKept).toBe(false);
  expect(layOut({ a: 3 }, one).isKept).toBe(true);
  expect(layOut({ a: 3 }, other).isKept).toBe(false);
  expect(layOut({ a: 3 }, one).isKept).toBe(false);
  layOut({ a: 3 });
  expect(layOut({ a: 3 }, one).isKept).toBe(false);
});
