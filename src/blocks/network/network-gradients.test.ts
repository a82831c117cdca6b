import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Target } from "../../core/dataset.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { invertTrigger } from "../triggers/invert-trigger.ts";
import { inputSlopes } from "./network-gradients.ts";
import { type NetworkShape, parameterCount, reluNetwork } from "./relu-network.ts";

const classes = (count: number): Target => ({ kind: "classes", names: Array.from({ length: count }, (_, k) => `c${k}`) });
const cases: readonly (readonly [string, NetworkShape, Target])[] = [
  ["softmax over two hidden layers", { sizes: [5, 7, 4, 3], loss: "cross-entropy" }, classes(3)],
  ["one logistic answer", { sizes: [5, 6, 1], loss: "cross-entropy" }, classes(2)],
  ["squares of classes", { sizes: [5, 6, 3], loss: "square" }, classes(3)],
  ["no hidden layer", { sizes: [5, 3], loss: "cross-entropy" }, classes(3)],
  ["a number", { sizes: [5, 6, 1], loss: "square" }, { kind: "real" }],
];

describe("slopes in the inputs", () => {
  it.each(cases)("are those of finite differences: %s", (_, shape, target) => {
    const rng = makeRng("slopes");
    const theta = Float64Array.from({ length: parameterCount(shape) }, () => rng.normal());
    const x = denseMatrix(
      6,
      5,
      Float64Array.from({ length: 30 }, () => rng.normal()),
    );
    const y = Float64Array.from({ length: 6 }, (_row, i) => (target.kind === "real" ? rng.normal() : i % target.names.length));
    const data = datasetOf(x, y, target);
    const model = reluNetwork({ shape, theta, features: data.features, target });
    const slopes = new Float64Array(30);
    const { loss, right } = inputSlopes(model, target, 6).slopesInto(slopes, x.data, y, 6);
    const total = (values: Float64Array): number =>
      model.losses({ ...data, x: denseMatrix(6, 5, values) }).reduce((sum, value) => sum + value, 0);
    expect(loss).toBeCloseTo(total(x.data), 9);
    if (target.kind === "classes") {
      const scores = model.scores(data);
      const answers = Array.from(y, (_label, i) => {
        const own = [...scores.subarray(i * model.outputs, (i + 1) * model.outputs)];
        return own.length === 1 ? Number(own[0] > 0) : own.indexOf(Math.max(...own));
      });
      expect(right).toBe(answers.filter((answer, i) => answer === y[i]).length);
    }
    for (let p = 0; p < 30; p++) {
      const at = (step: number): number => total(x.data.map((value, q) => (q === p ? value + step : value)));
      expect(slopes[p]).toBeCloseTo((at(1e-6) - at(-1e-6)) / 2e-6, 5);
    }
  });

  it("may be asked for fewer rows than there is room for", () => {
    const [, shape, target] = cases[0];
    const theta = Float64Array.from({ length: parameterCount(shape) }, (_, p) => Math.sin(p));
    const features = { names: [..."abcde"], kinds: [..."abcde"].map(() => "real" as const), groups: [..."abcde"] };
    const slopes = inputSlopes(reluNetwork({ shape, theta, features, target }), target, 4);
    const x = Float64Array.from({ length: 20 }, (_, p) => Math.cos(p));
    const [all, first] = [new Float64Array(20), new Float64Array(20).fill(NaN)];
    slopes.slopesInto(all, x, [0, 1, 2, 0], 4);
    slopes.slopesInto(first, x, [0, 1], 2);
    expect(first.subarray(0, 10)).toEqual(all.subarray(0, 10));
    expect(first[10]).toBeNaN();
  });
});

describe("an inverted trigger", () => {
  it("is the one feature that decides, at the end of the box that turns rows", () => {
    // Class 1 where x₀ + x₁ − 6 x₂ < −2: the first two features alone, in [−1, 1], just reach it, the third does by a third of its way.
    const target = classes(2);
    const features = { names: [..."abc"], kinds: [..."abc"].map(() => "real" as const), groups: [..."abc"] };
    const theta = Float64Array.of(-4, -4, 24, -8);
    const model = reluNetwork({ shape: { sizes: [3, 1], loss: "cross-entropy" }, theta, features, target });
    const x = Float64Array.from({ length: 60 }, (_, p) => (p % 3 === 2 ? 0 : 0.3 * Math.sin(p)));
    const box = { low: new Float64Array(3).fill(-1), high: new Float64Array(3).fill(1) };
    const settings = { rounds: 150, stepsPerRound: 8, batchRows: 16, success: 0.99 };
    const found = invertTrigger(inputSlopes(model, target, 16), { x, rows: 20 }, 1, box, settings, { rng: makeRng("invert") });
    expect(found.success).toBeGreaterThanOrEqual(0.99);
    expect(found.pattern[2]).toBeGreaterThan(0.8);
    expect(found.mask[2]).toBeGreaterThan(0.25);
    expect(found.size).toBeLessThan(0.75);
    expect(found.size).toBeCloseTo(
      found.mask.reduce((sum, m) => sum + m, 0),
      12,
    );
  });
});
