import { expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import { expectClose } from "../../../test/objective-checks.ts";
import { denseMatrix, toDense, toSparse } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { parameterCount, reluNetwork, shapeOf } from "./relu-network.ts";

it.each([[[]], [[5]], [[6, 4]]])("sends slopes in a representation of layers %j back to the inputs", (hidden) => {
  const data = smallData({ seed: 7, rows: 4, cols: 3, classes: 3, sparse: false, weighted: false });
  const rng = makeRng("slopes");
  const shape = shapeOf(3, hidden, data.target, "cross-entropy");
  const theta = Float64Array.from({ length: parameterCount(shape) }, () => rng.normal());
  const model = reluNetwork({ shape, theta, features: data.features, target: data.target });
  const width = hidden.at(-1) ?? 3;
  const slopes = denseMatrix(
    4,
    width,
    Float64Array.from({ length: 4 * width }, () => rng.normal()),
  );
  const x = toDense(data.x);
  const valueAt = (p: number, move: number): number => {
    const moved = x.data.slice();
    moved[p] += move;
    const h = model.represent?.({ ...data, x: denseMatrix(4, 3, moved) });
    return slopes.data.reduce((sum, slope, q) => sum + slope * (h?.data[q] ?? NaN), 0);
  };
  const differences = x.data.map((_, p) => (valueAt(p, 1e-6) - valueAt(p, -1e-6)) / 2e-6);
  expectClose(model.representSlopes?.(data, slopes).data ?? new Float64Array(), differences, 1e-6);
  expect(model.representSlopes?.({ ...data, x: toSparse(x) }, slopes)).toEqual(model.representSlopes?.(data, slopes));
});
