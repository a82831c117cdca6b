import { describe, expect, it } from "vitest";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import { resolveParams } from "../../core/params.ts";
import { type LogisticParams, logistic } from "../../learners/logistic.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { asNetwork, hardenRowsInto } from "./adversarial-noise.ts";
import { parameterCount, reluNetwork } from "../network/relu-network.ts";

const rng = makeRng("harden");
const x = denseMatrix(
  70,
  4,
  Float64Array.from({ length: 280 }, () => rng.uniform()),
);
const target = { kind: "classes" as const, names: ["a", "b", "c"] };
const data = datasetOf(
  x,
  Float64Array.from({ length: 70 }, (_, i) => i % 3),
  target,
);
const shape = { sizes: [4, 9, 3], loss: "cross-entropy" as const };
const theta = Float64Array.from({ length: parameterCount(shape) }, () => 2 * rng.normal());
const network = reluNetwork({ shape, theta, features: data.features, target });
const movable = Int32Array.of(0, 1, 3);

describe("rows made hard", () => {
  it.each(["largest", "mean-square"] as const)("lose more within their ball (%s), in the features that may move and no others", (norm) => {
    const moved = x.data.slice();
    hardenRowsInto(moved, data.y, movable, { most: 0.2, norm, low: 0, high: 1 }, { network, target });
    const after = network.losses({ ...data, x: denseMatrix(70, 4, moved) });
    const before = network.losses(data);
    expect(after.filter((loss, i) => loss > before[i]).length).toBeGreaterThan(65);
    for (let i = 0; i < 70; i++) {
      const change = [0, 1, 2, 3].map((j) => moved[4 * i + j] - x.data[4 * i + j]);
      expect(change[2]).toBe(0);
      const size = norm === "largest" ? Math.max(...change.map(Math.abs)) : Math.hypot(...change) / Math.sqrt(3);
      expect(size).toBeLessThanOrEqual(0.2 + 1e-12);
      for (let j = 0; j < 4; j++) expect(Math.abs(moved[4 * i + j] - 0.5)).toBeLessThanOrEqual(0.5);
    }
  });

  it("stay as they are in a ball of nothing", () => {
    const moved = x.data.slice();
    hardenRowsInto(moved, data.y, movable, { most: 0, norm: "largest", low: 0, high: 1 }, { network, target });
    expect(moved).toEqual(x.data);
  });

  it("may be so for linear scores too, as the corner of the box that the weights point away from", async () => {
    const two = smallData({ seed: 2, rows: 40, cols: 3, classes: 2, sparse: false, weighted: false });
    const params = resolveParams<LogisticParams>(logistic.id, logistic.params, { weightDecay: 0.1 });
    const model = await logistic.fit(two, { rng: makeRng(0), params });
    const linear = asNetwork(model, 3, two.target);
    if (linear === null) throw new Error("a linear model has slopes");
    model.scores(two).forEach((score, i) => expect(linear.scores(two)[i]).toBeCloseTo(score, 10));
    const own = (two.x as { data: Float64Array }).data;
    const moved = own.slice();
    const all = Int32Array.of(0, 1, 2);
    hardenRowsInto(moved, two.y, all, { most: 0.01, norm: "largest", low: -10, high: 10 }, { network: linear, target: two.target });
    const { theta: w } = model.parameters as { theta: Float64Array };
    moved.forEach((value, p) => {
      const away = (two.y[Math.floor(p / 3)] === 1 ? -1 : 1) * Math.sign(w[p % 3]);
      expect(value - own[p]).toBeCloseTo(0.2 * away, 9);
    });
    expect(asNetwork({ ...model, parameters: null }, 3, two.target)).toBeNull();
  });
});
