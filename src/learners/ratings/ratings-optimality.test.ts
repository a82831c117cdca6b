import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeRatings, ratingsShapes } from "../../../test/arbitrary-ratings.ts";
import { datasetOf } from "../../../test/small-data.ts";
import { resolveParams } from "../../core/params.ts";
import type { Ratings } from "../../core/ratings.ts";
import { type FactorModel, type Factors, type Recommender, isFactorModel } from "../../core/recommender.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { makeRng } from "../../numeric/random.ts";
import { mtrl } from "../mtrl.ts";
import { alsExplicit } from "./als-explicit.ts";
import { alsImplicit } from "./als-implicit.ts";
import { bpr } from "./bpr.ts";
import { mtrlUsers } from "./mtrl-users.ts";

const ratings = makeRatings({ seed: 5, users: 9, items: 7, density: 0.5, timed: false });
const userWeight = Float64Array.of(1, 0.5, 1, 0.2, 1, 1, 0.7, 1, 1);

async function fit(engine: Recommender, given: Record<string, unknown>, more: object = {}): Promise<FactorModel> {
  const model = await engine.fit(ratings, { rng: makeRng(3), params: resolveParams(engine.id, engine.params, given), ...more });
  if (!isFactorModel(model)) throw new Error("no factors");
  return model;
}

function scoresOf(model: FactorModel, { users, items }: Ratings = ratings): Float64Array {
  const out = new Float64Array(users.length * items.length);
  model.scoresInto(
    out,
    Int32Array.from(users, (_, u) => u),
  );
  return out;
}

function score({ rank, mean, userFactors, itemFactors, userBias, itemBias }: Factors, u: number, i: number): number {
  let sum = mean + userBias[u] + itemBias[i];
  for (let k = 0; k < rank; k++) sum += userFactors[u * rank + k] * itemFactors[i * rank + k];
  return sum;
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
const rowOf = (values: Float64Array, row: number, rank: number): Float64Array => values.subarray(row * rank, (row + 1) * rank);

/** The objective as the doc comment of the block states it. */
function explicitObjective(f: Factors, decay: number, weight: Float64Array): number {
  let sum = 0;
  ratings.user.forEach((u, p) => {
    const i = ratings.item[p];
    const penalties =
      squares(rowOf(f.userFactors, u, f.rank)) + f.userBias[u] ** 2 + squares(rowOf(f.itemFactors, i, f.rank)) + f.itemBias[i] ** 2;
    sum += weight[u] * ((ratings.value[p] - score(f, u, i)) ** 2 + decay * penalties);
  });
  return sum;
}

function implicitObjective(f: Factors, confidence: number, decay: number, weight: Float64Array): number {
  let sum = decay * squares(f.itemFactors);
  ratings.users.forEach((_, u) => {
    let own = decay * squares(rowOf(f.userFactors, u, f.rank));
    ratings.items.forEach((_i, i) => {
      const isLiked = ratings.user.some((user, p) => user === u && ratings.item[p] === i && ratings.value[p] >= 4);
      own += (isLiked ? 1 + confidence : 1) * (Number(isLiked) - score(f, u, i)) ** 2;
    });
    sum += weight[u] * own;
  });
  return sum;
}

/** The largest slope of f in any entry of these arrays, by central differences. */
function steepest(f: () => number, arrays: readonly Float64Array[]): number {
  const h = 1e-5;
  let most = 0;
  for (const array of arrays)
    for (let k = 0; k < array.length; k++) {
      const kept = array[k];
      array[k] = kept + h;
      const above = f();
      array[k] = kept - h;
      const below = f();
      array[k] = kept;
      most = Math.max(most, Math.abs(above - below) / (2 * h));
    }
  return most;
}

describe.each(["cg", "cholesky"])("solved by %s to the end", (solver) => {
  const long = { rank: 2, sweeps: 3000, solver, cgSteps: 3 };

  it("als-explicit stands where its objective is flat", async () => {
    for (const weight of [null, userWeight]) {
      const { factors } = await fit(alsExplicit, { ...long, decay: 0.05 }, { userWeight: weight });
      const arrays = [factors.userFactors, factors.itemFactors, factors.userBias, factors.itemBias];
      expect(squares(factors.userFactors)).toBeGreaterThan(0.01);
      expect(steepest(() => explicitObjective(factors, 0.05, weight ?? new Float64Array(9).fill(1)), arrays)).toBeLessThan(1e-5);
    }
  });

  it("als-implicit stands where its objective is flat", async () => {
    for (const weight of [null, userWeight]) {
      const { factors } = await fit(alsImplicit, { ...long, confidence: 5, decay: 0.1 }, { userWeight: weight });
      expect(squares(factors.userFactors)).toBeGreaterThan(0.01);
      const objective = (): number => implicitObjective(factors, 5, 0.1, weight ?? new Float64Array(9).fill(1));
      expect(steepest(objective, [factors.userFactors, factors.itemFactors])).toBeLessThan(1e-5);
    }
  });
});

it.each([alsExplicit, alsImplicit] as Recommender[])("$id ends up at the same scores by either solver", async (engine) => {
  const given = { rank: 2, sweeps: 3000, decay: 0.1 };
  const exact = scoresOf(await fit(engine, { ...given, solver: "cholesky" }));
  scoresOf(await fit(engine, { ...given, solver: "cg" })).forEach((value, p) => expect(value).toBeCloseTo(exact[p], 6));
});

it.each([alsExplicit, alsImplicit] as Recommender[])("$id goes on where it stopped", async (engine) => {
  const given = { rank: 2, decay: 0.1, sweeps: 5, warmSweeps: 7, solver: "cholesky" };
  const start = await fit(engine, given);
  const resumed = scoresOf(await fit(engine, given, { start }));
  scoresOf(await fit(engine, { ...given, sweeps: 12 })).forEach((value, p) => expect(resumed[p]).toBeCloseTo(value, 10));
});

it("bpr's step goes down the gradient of its loss", async () => {
  const one: Ratings = {
    user: Int32Array.of(0),
    item: Int32Array.of(0),
    value: Float64Array.of(5),
    time: null,
    users: ["a"],
    items: ["x", "y"],
    scale: { low: 1, high: 5, step: 1 },
  };
  const factors: Factors = {
    rank: 2,
    mean: 0,
    userFactors: Float64Array.of(0.3, -0.8),
    itemFactors: Float64Array.of(0.5, 0.2, -0.4, 0.9),
    userBias: new Float64Array(1),
    itemBias: Float64Array.of(0.1, -0.2),
  };
  const decay = 0.07;
  const start: FactorModel = { unit: "preference", factors, scoresInto: () => undefined };
  // The other item is drawn half of the time; a seed is taken at which it is.
  const params = { rank: 2, learningRate: 1e-6, decay, epochs: 1, warmEpochs: 1, likedFrom: "auto" as const };
  let moved: Factors | null = null;
  for (let seed = 0; moved === null; seed++) {
    const model = await bpr.fit(one, { rng: makeRng(seed), params, start });
    if (isFactorModel(model) && model.factors.itemBias[0] !== 0.1) moved = model.factors;
  }
  const arrays = ["userFactors", "itemFactors", "itemBias"] as const;
  const loss = (): number => {
    const margin = score(factors, 0, 0) - score(factors, 0, 1);
    return Math.log(1 + Math.exp(-margin)) + (decay / 2) * arrays.reduce((sum, name) => sum + squares(factors[name]), 0);
  };
  for (const name of arrays)
    factors[name].forEach((before, k) => {
      factors[name][k] = before + 1e-5;
      const above = loss();
      factors[name][k] = before - 1e-5;
      const slope = (above - loss()) / 2e-5;
      factors[name][k] = before;
      expect((moved[name][k] - before) / -params.learningRate).toBeCloseTo(slope, 4);
    });
});

// With as many users as unknowns, ε enters both objectives alike.
it("mtrl-users predicts what relationship learning over the same item factors does", async () => {
  await fc.assert(
    fc.asyncProperty(
      ratingsShapes.map((shape) => ({ ...shape, users: 3, items: shape.items + 2, density: 1 })),
      async (shape) => {
        const data = makeRatings(shape);
        const [rank, relationDecay] = [2, 0.05];
        const epsilon = 1e-3;
        const params = resolveParams<any>("mtrl-users", mtrlUsers.params, {
          rank,
          relationDecay,
          weightDecay: 0.01,
          epsilon,
          rounds: 2000,
        });
        const model = await mtrlUsers.fit(data, { rng: makeRng(1), params });
        if (!isFactorModel(model)) throw new Error("no factors");
        const { itemFactors, itemBias, mean } = model.factors;
        const x = denseMatrix(data.user.length, rank);
        data.item.forEach((i, p) => x.data.set(rowOf(itemFactors, i, rank), p * rank));
        const y = data.value.map((value, p) => value - mean - itemBias[data.item[p]]);
        const tasks = { ...datasetOf(x, y, { kind: "real" }), task: data.user, tasks: data.users };
        const peerParams = { relationDecay, weightDecay: 0.01, bias: "regularised" as const, epsilon, tolerance: 1e-12 };
        const peer = (await mtrl.fit(tasks, { rng: makeRng(1), params: peerParams })).scores(tasks);
        const own = scoresOf(model, data);
        data.user.forEach((u, p) => {
          const i = data.item[p];
          expect(own[u * data.items.length + i] - mean - itemBias[i]).toBeCloseTo(peer[p], 5);
        });
      },
    ),
    { numRuns: 15 },
  );
});
