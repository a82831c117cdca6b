import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../core/dataset.ts";
import { type Model, predict } from "../../core/learner.ts";
import { resolveParams } from "../../core/params.ts";
import { denseMatrix, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { datasetOf, smallData } from "../../../test/small-data.ts";
import { missingRuntime } from "../onnx/runtime.ts";
import { type MlpParams, mlp } from "./mlp.ts";

async function trained(data: Dataset, given: Record<string, unknown> = {}, seed = 1): Promise<Model> {
  return mlp.fit(data, { params: resolveParams<MlpParams>("mlp", mlp.params, given), rng: makeRng(seed) });
}

function accuracyOf(model: Model, data: Dataset): number {
  const predicted = predict(model, data);
  return data.y.filter((y, i) => y === predicted[i]).length / data.y.length;
}

/** Two classes that no line parts: the sign of a product. */
function checkerboard(rows: number): Dataset {
  const rng = makeRng("checkerboard");
  const x = denseMatrix(
    rows,
    2,
    Float64Array.from({ length: 2 * rows }, () => 2 * rng.uniform() - 1),
  );
  const y = Float64Array.from({ length: rows }, (_, i) => Number(x.data[2 * i] * x.data[2 * i + 1] > 0));
  return datasetOf(x, y, { kind: "classes", names: ["apart", "alike"] });
}

describe.skipIf(missingRuntime() !== null)("the network", () => {
  it("learns what no linear model can, and the same from sparse rows", async () => {
    const data = checkerboard(600);
    const model = await trained(data);
    expect(accuracyOf(model, data)).toBeGreaterThan(0.95);
    expect((await trained({ ...data, x: toSparse(data.x) })).parameters?.theta).toEqual(model.parameters?.theta);
  });

  it("finds least squares where it has no hidden layer, in the units of the label", async () => {
    const rng = makeRng("line");
    const x = denseMatrix(
      200,
      1,
      Float64Array.from({ length: 200 }, () => rng.normal()),
    );
    const data = datasetOf(
      x,
      x.data.map((value) => 5000 + 300 * value),
      { kind: "real" },
    );
    const model = await trained(data, { hidden: "", weightDecay: 0, epochs: 400, learningRate: 0.01 });
    const [slope, bias] = model.parameters?.theta ?? [];
    expect(slope / 300).toBeCloseTo(1, 3);
    expect(bias / 5000).toBeCloseTo(1, 3);
  });

  it("differs by its seed, and counts a row of weight 2 as two rows", async () => {
    const data = smallData({ seed: 3, rows: 10, cols: 3, classes: 2, sparse: false, weighted: false });
    expect((await trained(data, {}, 2)).parameters?.theta).not.toEqual((await trained(data)).parameters?.theta);
    const twice = (positions: readonly number[], weight: Float64Array | null): Dataset => ({
      ...datasetOf(
        denseMatrix(
          positions.length,
          3,
          Float64Array.from(positions.flatMap((i) => [...(data.x as { data: Float64Array }).data.subarray(3 * i, 3 * i + 3)])),
        ),
        Float64Array.from(positions, (i) => data.y[i]),
        data.target,
        weight,
      ),
    });
    const once = Array.from({ length: 10 }, (_, i) => i);
    const weighted = await trained(twice(once, new Float64Array(10).fill(1).fill(2, 7)), { epochs: 20 });
    const repeated = await trained(twice([...once, 7, 8, 9], null), { epochs: 20 });
    weighted.parameters?.theta.forEach((value, p) => expect(value).toBeCloseTo(repeated.parameters?.theta[p] ?? NaN, 4));
  });

  it("goes on from another model's weights where it is told to and the layers are the same", async () => {
    for (const classes of [3, 0]) {
      const data = smallData({ seed: 5, rows: 40, cols: 4, classes, sparse: false, weighted: false });
      const start = await trained(data, {}, 2);
      const from = (given: Record<string, unknown>): Promise<Model> =>
        mlp.fit(data, { params: resolveParams<MlpParams>("mlp", mlp.params, given), rng: makeRng(7), start });
      const still = { learningRate: 1e-8, epochs: 1 };
      const on = await from({ ...still, continues: true });
      on.parameters?.theta.forEach((value, p) => expect(value).toBeCloseTo(start.parameters?.theta[p] ?? NaN, 5));
      const afresh = (await trained(data, still, 7)).parameters?.theta;
      expect((await from(still)).parameters?.theta).toEqual(afresh);
      expect((await from({ ...still, continues: true, hidden: "5" })).parameters?.theta.length).toBe(5 * 5 + 6 * Math.max(1, classes));
    }
  });

  it("says scores that are linear in what it represents, and how far each weight reaches", async () => {
    const data = smallData({ seed: 8, rows: 30, cols: 4, classes: 3, sparse: false, weighted: false });
    const model = await trained(data, { hidden: "6,5", epochs: 10 });
    const { theta } = model.parameters as { theta: Float64Array };
    const h = model.represent?.(data);
    expect(h?.cols).toBe(5);
    const last = theta.subarray(theta.length - 3 * 6);
    const scores = model.scores(data);
    const inputs = model.parameterInputs?.(data);
    for (let k = 0; k < 3; k++) {
      for (let i = 0; i < 30; i++) {
        let z = last[k * 6 + 5];
        for (let j = 0; j < 5; j++) z += last[k * 6 + j] * (h?.data[i * 5 + j] ?? NaN);
        expect(z).toBeCloseTo(scores[i * 3 + k], 9);
      }
      for (let j = 0; j < 6; j++) {
        const square = j === 5 ? 0 : (h?.data.filter((_, p) => p % 5 === j).reduce((sum, value) => sum + value * value, 0) ?? NaN) / 30;
        expect(inputs?.[theta.length - 18 + k * 6 + j]).toBeCloseTo(Math.sqrt(square), 9);
      }
    }
  });

  it("refuses widths that are none, and says when training runs away", async () => {
    const data = checkerboard(40);
    for (const hidden of ["0", "3,,4", "two", "1e9", "2.5"]) await expect(trained(data, { hidden })).rejects.toThrow("mlp.hidden must be");
    await expect(trained(data, { optimiser: "sgd", learningRate: 10, weightDecay: 100, epochs: 200 })).rejects.toThrow("ran away");
  });
});

const images = "../shared/data/mnist/t10k-images-idx3-ubyte.gz";
describe.skipIf(missingRuntime() !== null || !existsSync(images))("on handwritten digits (../shared/data/mnist, absent: skipped)", () => {
  it("reaches an accuracy of 0.93 after five passes over 8,000", async () => {
    const [x, y] = [images, images.replace("images-idx3", "labels-idx1")].map((path) => gunzipSync(readFileSync(path)));
    const order = makeRng("mnist").sample(10_000, 10_000);
    const names = Array.from({ length: 10 }, (_, k) => String(k));
    const part = (rows: Int32Array): Dataset =>
      datasetOf(
        denseMatrix(
          rows.length,
          784,
          Float64Array.from({ length: 784 * rows.length }, (_, p) => x[16 + 784 * rows[Math.floor(p / 784)] + (p % 784)] / 255),
        ),
        Float64Array.from(rows, (row) => y[8 + row]),
        { kind: "classes", names },
      );
    const [train, test] = [part(order.subarray(0, 8000)), part(order.subarray(8000))];
    const model = await trained(train, { hidden: "128", epochs: 5, batchRows: 128, optimiser: "sgd", learningRate: 0.1 });
    expect(accuracyOf(model, test)).toBeGreaterThanOrEqual(0.93);
  });
});
