import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { makeRng } from "../../numeric/random.ts";
import { headObjective } from "./head-objective.ts";
import { type NetworkShape, parameterCount, reluNetwork } from "./relu-network.ts";

describe("the head of a network", () => {
  it.each([
    ["softmax", 3, "cross-entropy"],
    ["logistic", 2, "cross-entropy"],
    ["squares of classes", 3, "square"],
    ["a number", 0, "square"],
  ] as const)("loses what the network loses, and its penalty: %s", (_, classes, loss) => {
    const data = smallData({ seed: 3, rows: 9, cols: 4, classes, sparse: false, weighted: false });
    const shape: NetworkShape = { sizes: [4, 6, classes > 2 ? classes : 1], loss };
    const rng = makeRng("head");
    const theta = Float64Array.from({ length: parameterCount(shape) }, () => rng.normal());
    const model = reluNetwork({ shape, theta, features: data.features, target: data.target });
    const { objective, theta: own, representedBy } = headObjective(model, data, 0.1);
    const mean = model.losses(data).reduce((sum, value) => sum + value / 9, 0);
    const penalty = own.reduce((sum, weight) => sum + 0.05 * weight * weight, 0);
    expect(objective.value(own)).toBeCloseTo(mean + penalty, 9);
    expect(representedBy(data).x).toEqual(model.represent(data));
  });
});
