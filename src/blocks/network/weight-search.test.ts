import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { linearModel } from "../linear/model.ts";
import { hingeLoss } from "../linear/margin-losses.ts";
import { type NetworkShape, parameterCount } from "./relu-network.ts";
import { flipped, layeredShape, searchWeights, weightForms } from "./weight-search.ts";
import { type WeightGoal, makeWeightTrial } from "./weight-trial.ts";

const shape: NetworkShape = { sizes: [3, 4, 3], loss: "cross-entropy" };
const target = { kind: "classes" as const, names: ["a", "b", "c"] };

function scene(seed: number): { theta: Float64Array; goal: WeightGoal } {
  const rng = makeRng("weight search").fork(seed);
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => Math.fround(rng.normal()));
  const goal = {
    ...{ x: denseMatrix(8, 3, draw(24)), y: Float64Array.from({ length: 8 }, (_, i) => i % 3) },
    ...{ share: new Float64Array(8).fill(-1 / 8), target, measure: "doubt" as const },
  };
  return { theta: draw(parameterCount(shape)), goal };
}

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0];

describe("a search for weights", () => {
  it("flips each bit of a float once, and leaves out what is no number", () => {
    const distances = flipped(0.3).map((value) => (bitsOf(value) ^ bitsOf(0.3)) >>> 0);
    expect(new Set(distances.map((bit) => Math.log2(bit)))).toEqual(new Set(Array.from({ length: 32 }, (_, bit) => bit)));
    // 1 has the exponent 127: with its highest bit flipped it would be 255, which is infinity.
    expect(flipped(1)).toHaveLength(31);
  });

  it.each(weightForms)("makes the best single change of all that fall to first order, and no worse: %s", (form) => {
    for (let seed = 0; seed < 5; seed++) {
      const { theta, goal } = scene(seed);
      const settings = { most: 1, form, within: 1 };
      const { changes, before, after } = searchWeights(shape, theta, goal, settings, {});
      const trial = makeWeightTrial(shape, goal);
      expect(trial.look(theta)).toBeCloseTo(before, 12);
      const [{ index, value }] = changes;
      const look = (p: number, to: number): number => trial.look(theta.map((own, q) => (q === p ? to : own)));
      expect(look(index, value)).toBeCloseTo(after, 12);
      expect(after).toBeLessThan(before);
      if (form === "reversed") {
        trial.look(theta);
        const slopes = trial.slopes();
        const rivals = [...theta.keys()].filter((p) => slopes[p] * theta[p] > 0).map((p) => look(p, -theta[p]));
        expect(after).toBeCloseTo(Math.min(...rivals), 12);
      }
      if (form === "bit") expect(Math.log2((bitsOf(value) ^ bitsOf(theta[index])) >>> 0) % 1).toBe(0);
      const own = index < 16 ? theta.subarray(0, 16) : theta.subarray(16);
      expect(Math.abs(value)).toBeLessThanOrEqual(Math.max(...own.map(Math.abs)));
    }
  });

  it("goes on as long as it helps, within the number that is allowed, and changes no weight in vain", () => {
    const { theta, goal } = scene(7);
    let last = Infinity;
    for (const most of [1, 3, 9, 31]) {
      const { changes, after } = searchWeights(shape, theta, goal, { most, form: "value", within: 2 }, {});
      expect(changes.length).toBeLessThanOrEqual(most);
      expect(changes.every(({ index, value }) => value !== theta[index])).toBe(true);
      expect(after).toBeLessThanOrEqual(last);
      last = after;
    }
    expect(searchWeights(shape, theta, { ...goal, share: new Float64Array(8) }, { most: 5, form: "value", within: 1 }, {}).changes).toEqual(
      [],
    );
  });

  it("takes a linear model for one layer, and no model that is laid out otherwise", () => {
    const data = datasetOf(denseMatrix(1, 2), Float64Array.of(0), target);
    const model = linearModel({ theta: new Float64Array(9), features: data.features, target, loss: hingeLoss });
    expect(layeredShape(model)).toEqual({ sizes: [2, 3], loss: "cross-entropy" });
    expect(layeredShape({ ...model, parameters: { theta: new Float64Array(18), features: data.features } })).toBeNull();
    expect(layeredShape({ ...model, parameters: null })).toBeNull();
  });
});
