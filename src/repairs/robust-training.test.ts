import { describe, expect, it } from "vitest";
import { haveCopies } from "../blocks/copies/copies-among.ts";
import { severScores } from "../blocks/outliers/sever-scores.ts";
import type { Dataset } from "../core/dataset.ts";
import { resolveParams } from "../core/params.ts";
import { predict } from "../core/learner.ts";
import type { FittingRepair } from "../core/repair.ts";
import { logistic } from "../learners/logistic.ts";
import { ridge } from "../learners/ridge.ts";
import { denseMatrix, rowDot } from "../numeric/matrices/matrix.ts";
import { makeRng } from "../numeric/random.ts";
import { datasetOf } from "../../test/small-data.ts";
import { huber } from "./huber.ts";
import { severFilter } from "./sever-filter.ts";
import { trim } from "./trim.ts";

const truth = [2, -1, 0.5, 0];

/** Rows of four numbers whose label follows one rule; the last `poisoned` stand together and say otherwise. */
function drawn(seed: number, rows: number, poisoned: number, isReal: boolean): Dataset {
  const rng = makeRng(seed);
  const x = denseMatrix(
    rows,
    4,
    Float64Array.from({ length: rows * 4 }, () => rng.normal()),
  );
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const isPoison = i >= rows - poisoned;
    if (isPoison) for (let j = 0; j < 4; j++) x.data[i * 4 + j] = (j === 0 ? 4 : 0) + 0.3 * rng.normal();
    const z = rowDot(x, i, Float64Array.from(truth)) + 0.3 * rng.normal();
    if (isReal) y[i] = isPoison ? -8 : z;
    else y[i] = (isPoison ? z < 0 : z > 0) ? 1 : 0;
  }
  return datasetOf(x, y, isReal ? { kind: "real" } : { kind: "classes", names: ["no", "yes"] });
}

const params = (isReal: boolean) => ({ ...resolveParams<object>("learner", (isReal ? ridge : logistic).params), weightDecay: 1e-3 });

function fitFor(isReal: boolean) {
  return (data: Dataset, start: unknown = null, replaced: object = {}) =>
    (isReal ? ridge : logistic).fit(data, {
      rng: makeRng("fit"),
      params: { ...params(isReal), ...replaced } as never,
      start: start as never,
    });
}

/** Share of wrong classes, or mean loss of a number. */
async function errorAfter(
  repair: FittingRepair | null,
  data: Dataset,
  test: Dataset,
  isReal: boolean,
  settings: object = {},
): Promise<number> {
  const fit = fitFor(isReal);
  const model =
    repair === null
      ? await fit(data)
      : await repair.repair(data, {
          rng: makeRng("repair"),
          params: resolveParams(repair.id, repair.params, { ...settings }),
          learnerParams: params(isReal),
          fit,
        });
  if (!isReal) return predict(model, test).filter((label, i) => label !== test.y[i]).length / test.y.length;
  return model.losses(test).reduce((sum, loss) => sum + loss, 0) / test.y.length;
}

describe.each([
  [trim, true, { fraction: 0.1 }],
  [trim, false, { fraction: 0.1 }],
  [severFilter, true, { fraction: 0.06 }],
  [severFilter, false, { fraction: 0.06 }],
  [trim, true, { fraction: "auto" }],
  [trim, false, { fraction: "auto" }],
  [severFilter, true, { fraction: "auto" }],
  [severFilter, false, { fraction: "auto" }],
  [huber, true, {}],
] as [FittingRepair, boolean, { readonly fraction?: number | "auto" }][])("$id", (repair, isReal, settings) => {
  it(`takes back at least half of the damage of a cluster that lies, for a ${isReal ? "real target" : "class"}, and costs little without one (fraction ${settings.fraction ?? "none"})`, async () => {
    let [damage, left, cost] = [0, 0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const test = drawn(100 + seed, 1000, 0, isReal);
      const clean = await errorAfter(null, drawn(seed, 300, 0, isReal), test, isReal);
      damage += (await errorAfter(null, drawn(seed, 300, 24, isReal), test, isReal)) - clean;
      left += (await errorAfter(repair, drawn(seed, 300, 24, isReal), test, isReal, settings)) - clean;
      cost += (await errorAfter(repair, drawn(seed, 300, 0, isReal), test, isReal, settings)) / clean - 1;
    }
    expect(left).toBeLessThan(0.5 * damage);
    // Of classes the rows that fit worst are those near the border, and leaving them out moves it.
    expect(cost / 6).toBeLessThan(repair === trim && !isReal && settings.fraction !== "auto" ? 0.5 : 0.15);
  });
});

it("scores gradients as their singular vectors, written out in full, do", async () => {
  const data = drawn(1, 60, 6, false);
  const model = await fitFor(false)(data);
  const { theta } = model.parameters as { theta: Float64Array };
  const scores = severScores(data, model, makeRng(0));
  for (const label of [0, 1]) {
    const own = [...data.y.keys()].filter((i) => data.y[i] === label);
    const gradients = own.map((i) => {
      const row = [0, 1, 2, 3].map((j) => (data.x as { data: Float64Array }).data[i * 4 + j]);
      const p = 1 / (1 + Math.exp(-(rowDot(data.x, i, theta) + theta[4])));
      return [...row, 1].map((value) => (p - label) * value);
    });
    const mean = gradients[0].map((_, j) => gradients.reduce((sum, g) => sum + g[j], 0) / own.length);
    const centred = gradients.map((g) => g.map((value, j) => value - mean[j]));
    let v = [1, 1, 1, 1, 1];
    for (let step = 0; step < 2000; step++) {
      const next = v.map(() => 0);
      for (const g of centred) {
        const p = g.reduce((sum, value, j) => sum + value * v[j], 0);
        g.forEach((value, j) => (next[j] += p * value));
      }
      const length = Math.hypot(...next);
      v = next.map((value) => value / length);
    }
    own.forEach((i, at) => expect(scores[i]).toBeCloseTo(centred[at].reduce((sum, value, j) => sum + value * v[j], 0) ** 2, 2));
  }
});

it("scores by as many directions as there are parameters what the length of the centred gradient is", async () => {
  const data = drawn(2, 40, 4, false);
  const model = await fitFor(false)(data);
  const { theta } = model.parameters as { theta: Float64Array };
  const scores = severScores(data, model, makeRng(0), 5);
  for (const label of [0, 1]) {
    const own = [...data.y.keys()].filter((i) => data.y[i] === label);
    const gradients = own.map((i) => {
      const p = 1 / (1 + Math.exp(-(rowDot(data.x, i, theta) + theta[4])));
      const row = [0, 1, 2, 3].map((j) => (data.x as { data: Float64Array }).data[i * 4 + j]);
      return [...row, 1].map((value) => (p - label) * value);
    });
    const mean = gradients[0].map((_, j) => gradients.reduce((sum, g) => sum + g[j] / own.length, 0));
    own.forEach((i, k) => {
      const squares = gradients[k].reduce((sum, value, j) => sum + (value - mean[j]) ** 2, 0);
      expect(scores[i]).toBeCloseTo(squares, 6);
    });
  }
});

it("finds the rows of a label that are near another of it, the bias counted", () => {
  const x = denseMatrix(5, 2, Float64Array.of(3, 4, 3, 4.2, 4, -3, 3, 4, 0, 0));
  const data = datasetOf(x, Float64Array.of(0, 0, 0, 1, 1), { kind: "classes", names: ["a", "b"] });
  // (3, 4, 1)·(3, 4.2, 1) is .9999 of the lengths; (3, 4, 1)·(4, −3, 1) is 1 / 26; the fourth has no equal of its label.
  expect([...haveCopies(data, Int32Array.of(0, 1, 2, 3, 4), 0.99)]).toEqual([1, 1, 0, 0, 0]);
  expect([...haveCopies(data, Int32Array.of(0, 2, 3), 0.99)]).toEqual([0, 0, 0]);
});
