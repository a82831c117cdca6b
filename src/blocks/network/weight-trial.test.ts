import { describe, expect, it } from "vitest";
import type { Target } from "../../core/dataset.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { type NetworkShape, parameterCount } from "./relu-network.ts";
import { type WeightGoal, makeWeightTrial } from "./weight-trial.ts";

const classes = (count: number): Target => ({ kind: "classes", names: Array.from({ length: count }, (_, k) => `c${k}`) });
const cases: readonly (readonly [string, number[], Target])[] = [
  ["softmax over three hidden layers", [4, 6, 5, 4, 3], classes(3)],
  ["one logistic answer", [4, 5, 1], classes(2)],
  ["no hidden layer", [4, 3], classes(3)],
  ["a number", [4, 5, 1], { kind: "real" }],
];
const rows = 7;

function scene(sizes: readonly number[], target: Target): { shape: NetworkShape; theta: Float64Array; goal: WeightGoal } {
  const shape: NetworkShape = { sizes, loss: target.kind === "real" ? "square" : "cross-entropy" };
  const rng = makeRng("weight trial");
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => rng.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => (target.kind === "real" ? rng.normal() : i % target.names.length));
  const goal = { x: denseMatrix(rows, 4, draw(rows * 4)), y, share: draw(rows), target, measure: "loss" as const };
  return { shape, theta: draw(parameterCount(shape)), goal };
}

describe("a network on trial", () => {
  it.each(cases)("has the slopes of finite differences: %s", (_, sizes, target) => {
    const { shape, theta, goal } = scene(sizes, target);
    const trial = makeWeightTrial(shape, goal);
    trial.look(theta);
    const slopes = trial.slopes();
    theta.forEach((_weight, p) => {
      const at = (step: number): number => trial.look(theta.map((value, q) => (q === p ? value + step : value)));
      expect(slopes[p]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 5);
    });
  });

  it.each(cases)("answers after one changed weight as the whole network then does: %s", (_, sizes, target) => {
    const { shape, theta, goal } = scene(sizes, target);
    for (const measure of ["loss", "doubt"] as const) {
      const [trial, whole] = [makeWeightTrial(shape, { ...goal, measure }), makeWeightTrial(shape, { ...goal, measure })];
      trial.look(theta);
      theta.forEach((_weight, p) => {
        const changed = theta.map((value, q) => (q === p ? value - 1.5 : value));
        expect(trial.tryChange(p, -1.5)).toBeCloseTo(whole.look(changed), 9);
      });
    }
  });

  it("doubts what it gives a small chance", () => {
    // Scores 0, ln 2 and ln 5: chances 1/8, 2/8 and 5/8.
    const theta = Float64Array.of(0, 0, 0, Math.log(2), 0, Math.log(5));
    const goal = { x: denseMatrix(1, 1), y: Float64Array.of(2), share: Float64Array.of(4), target: classes(3), measure: "doubt" as const };
    expect(makeWeightTrial({ sizes: [1, 3], loss: "cross-entropy" }, goal).look(theta)).toBeCloseTo(4 * (3 / 8), 12);
    const binary = { ...goal, target: classes(2), y: Float64Array.of(1) };
    expect(makeWeightTrial({ sizes: [1, 1], loss: "cross-entropy" }, binary).look(Float64Array.of(0, Math.log(3)))).toBeCloseTo(1, 12);
  });
});
