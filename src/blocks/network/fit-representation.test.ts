import { expect, it } from "vitest";
import type { BaseModel } from "../../core/learner.ts";
import { smallData } from "../../../test/small-data.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { fitRepresentation } from "./fit-representation.ts";
import { representedBy } from "../triggers/pretraining-attack-setup.ts";

const data = smallData({ seed: 5, rows: 24, cols: 3, classes: 2, sparse: false, weighted: false });
const rng = makeRng("layers");
const model = (sizes: number[], count: number): BaseModel => ({ sizes, theta: Float64Array.from({ length: count }, () => rng.normal()) });
const base = model([3, 5, 4], 5 * 4 + 4 * 6);
const goals = representedBy(model([3, 5, 4], 5 * 4 + 4 * 6), data);

const weight = Float64Array.from({ length: 24 }, (_, i) => 1 + (i % 3));

function lossOf(given: BaseModel): number {
  const h = representedBy(given, data);
  return h.data.reduce((sum, value, p) => sum + 0.5 * weight[Math.floor(p / 4)] * (value - goals.data[p]) ** 2, 0) / data.y.length;
}

it("steps first against the slope that finite differences find", () => {
  const learningRate = 1e-4;
  const all = { steps: 1, learningRate, batchRows: 24 };
  const moved = fitRepresentation(base, { x: data.x, goals, weight }, all, { rng: makeRng(1) });
  base.theta.forEach((value, p) => {
    const at = (shift: number): number => lossOf({ ...base, theta: base.theta.map((own, q) => (q === p ? own + shift : own)) });
    const slope = (at(1e-6) - at(-1e-6)) / 2e-6;
    // Adam's first step is as long as the rate, wherever there is a slope.
    if (Math.abs(slope) > 1e-4) expect(moved.theta[p] - value).toBeCloseTo(-learningRate * Math.sign(slope), 7);
    if (slope === 0) expect(moved.theta[p]).toBe(value);
  });
});

it("comes close to goals, the same from sparse rows, and leaves the model that it was given alone", () => {
  const before = base.theta.slice();
  const settings = { steps: 1500, learningRate: 0.01, batchRows: 10 };
  const moved = fitRepresentation(base, { x: data.x, goals, weight }, settings, { rng: makeRng(1) });
  expect(lossOf(moved)).toBeLessThan(0.05 * lossOf(base));
  expect(fitRepresentation(base, { x: toSparse(data.x), goals, weight }, settings, { rng: makeRng(1) })).toEqual(moved);
  expect(base.theta).toEqual(before);
});

it("stays where it is where the goals are met", () => {
  const met = representedBy(base, data);
  const settings = { steps: 9, learningRate: 0.01, batchRows: 10 };
  expect(fitRepresentation(base, { x: data.x, goals: denseMatrix(24, 4, met.data), weight }, settings, { rng: makeRng(1) }).theta).toEqual(
    base.theta,
  );
});
