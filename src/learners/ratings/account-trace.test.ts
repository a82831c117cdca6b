import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { averageProfiles } from "../../attacks/ratings/average-profiles.ts";
import { bandwagonProfiles } from "../../attacks/ratings/bandwagon-profiles.ts";
import { ratingBaseline } from "../../blocks/ratings/baseline.ts";
import { resolveParams } from "../../core/params.ts";
import type { Ratings } from "../../core/ratings.ts";
import { type FactorModel, type RatingAttack, type Recommender, type RecommenderModel, isFactorModel } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { makeRng } from "../../numeric/random.ts";
import { alsExplicit } from "./als-explicit.ts";
import { alsImplicit } from "./als-implicit.ts";
import { bpr } from "./bpr.ts";
import { itemKnnImplicit } from "./item-knn-implicit.ts";
import { itemKnn } from "./item-knn.ts";
import { mtrlUsers } from "./mtrl-users.ts";

const target = 50;
const fakes = 12;

function paramsOf(engine: Recommender): object {
  const exact = { rank: 4, solver: "cholesky", sweeps: 60, itemSweeps: 60, rounds: 20, neighbours: 20, shrink: 5, epochs: 2 };
  const own = Object.fromEntries(Object.entries(exact).filter(([name]) => name in engine.params));
  return resolveParams<object>(engine.id, engine.params, own);
}

async function scene(seed: number, engine: Recommender, attack: RatingAttack = averageProfiles) {
  const clean = makeMarketplace(seed, 90, 80);
  const input = {
    clean,
    goal: { goal: "promote" as const, targets: Int32Array.of(target), audience: null },
    budget: { accounts: fakes, fillers: 15 },
    engine: { recommender: engine, params: {} },
    victim: () => Promise.reject(new Error("no victim is needed")),
  };
  const attackParams = resolveParams<object>(attack.id, attack.params, {});
  const poisoned = applyAccounts(clean, await attack.poison(input, { rng: makeRng(seed).fork("attack"), params: attackParams }));
  const fit = (ratings: Ratings): Promise<RecommenderModel> => engine.fit(ratings, { params: paramsOf(engine), rng: makeRng("fit") });
  const [before, after] = [await fit(clean), await fit(poisoned)];
  const accounts = Int32Array.from({ length: fakes }, (_, k) => clean.users.length + k);
  const users = Int32Array.from(clean.users, (_, u) => u).filter((u) => !has(clean, u, target));
  return { clean, poisoned, before, after, accounts, users };
}

function has({ user, item }: Ratings, u: number, i: number): boolean {
  return user.some((v, p) => v === u && item[p] === i);
}

function scoresOf(model: RecommenderModel, { items }: Ratings, users: Int32Array): Float64Array {
  const all = new Float64Array(users.length * items.length);
  model.scoresInto(all, users);
  return Float64Array.from(users, (_, n) => all[n * items.length + target]);
}

function summed(model: RecommenderModel, accounts: Int32Array, users: Int32Array): { lifts: Float64Array; sums: Float64Array } {
  const lifts = new Float64Array(accounts.length * users.length);
  model.trace!(target, accounts).liftsInto(lifts, users);
  const sums = Float64Array.from(users, (_, n) => accounts.reduce((sum, _a, k) => sum + lifts[k * users.length + n], 0));
  return { lifts, sums };
}

function correlation(a: Float64Array, b: Float64Array): number {
  const centred = (x: Float64Array): Float64Array => x.map((value) => value - x.reduce((sum, v) => sum + v, 0) / x.length);
  const [p, q] = [centred(a), centred(b)];
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, k) => sum + value * y[k], 0);
  return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
}

/** Gauss's elimination, so that the solution owes nothing to the solver under test. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let c = 0; c < rows.length; c++) {
    const pivot = rows.slice(c).reduce((best, _, k) => (Math.abs(rows[c + k][c]) > Math.abs(rows[best][c]) ? c + k : best), c);
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < rows.length; r++) {
      if (r === c) continue;
      const scale = rows[r][c] / rows[c][c];
      rows[r] = rows[r].map((value, k) => value - scale * rows[c][k]);
    }
  }
  return rows.map((row, i) => row[rows.length] / row[i]);
}

/** What the target's row of als-explicit were without the accounts, from its normal equations. */
function rowWithout(model: FactorModel, { user, item, value }: Ratings, isOut: (u: number) => boolean, decay: number): number[] {
  const { rank, mean, userFactors, userBias } = model.factors;
  const size = rank + 1;
  const matrix = Array.from({ length: size }, () => Array<number>(size).fill(0));
  const right = Array<number>(size).fill(0);
  let raters = 0;
  for (let p = 0; p < value.length; p++) {
    if (item[p] !== target || isOut(user[p])) continue;
    raters++;
    const z = [...userFactors.subarray(user[p] * rank, (user[p] + 1) * rank), 1];
    z.forEach((a, j) => {
      right[j] += a * (value[p] - mean - userBias[user[p]]);
      z.forEach((b, k) => (matrix[j][k] += a * b));
    });
  }
  for (let j = 0; j < size; j++) matrix[j][j] += decay * raters;
  return solve(matrix, right);
}

const seeds = fc.integer({ min: 0, max: 1000 });
const few = { numRuns: 8 };

describe("what accounts lift", () => {
  it("adds up, in als-explicit, to the score less that of a target fitted without them", () =>
    fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { clean, poisoned, after, accounts, users } = await scene(seed, alsExplicit);
        if (!isFactorModel(after)) throw new Error("als-explicit has factors");
        const { rank, mean, userFactors, userBias } = after.factors;
        const x = rowWithout(after, poisoned, (u) => u >= clean.users.length, 0.1);
        const scores = scoresOf(after, poisoned, users);
        const { sums } = summed(after, accounts, users);
        users.forEach((u, n) => {
          const z = [...userFactors.subarray(u * rank, (u + 1) * rank), 1];
          expect(sums[n]).toBeCloseTo(scores[n] - (mean + userBias[u] + z.reduce((sum, value, c) => sum + value * x[c], 0)), 8);
        });
      }),
      few,
    ));

  it("adds up, in item-knn-implicit, to the score less that of a model that never counted them", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom<RatingAttack>(averageProfiles, bandwagonProfiles), async (seed, attack) => {
        const { clean, poisoned, after, accounts, users } = await scene(seed, itemKnnImplicit, attack);
        const userWeight = Float64Array.from(poisoned.users, (_, u) => (u < clean.users.length ? 1 : 0));
        const without = await itemKnnImplicit.fit(poisoned, {
          params: paramsOf(itemKnnImplicit) as never,
          rng: makeRng("fit"),
          userWeight,
        });
        const [now, then] = [after, without].map((model) => scoresOf(model, poisoned, users));
        summed(after, accounts, users).sums.forEach((sum, n) => expect(sum).toBeCloseTo(now[n] - then[n], 10));
      }),
      few,
    ));

  it("adds up, in item-knn, to the score less that of neighbours and a baseline of the target without them, by the formula", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom<RatingAttack>(averageProfiles, bandwagonProfiles), async (seed, attack) => {
        const { clean, poisoned, after, accounts, users } = await scene(seed, itemKnn, attack);
        const { user, item, value, items } = poisoned;
        const base = ratingBaseline(poisoned, null);
        const own = poisoned.users.map((_, u) => {
          const values = value.filter((_v, p) => user[p] === u);
          return values.reduce((sum, v) => sum + v, 0) / values.length;
        });
        const row = new Map(poisoned.users.map((_, u) => [u, new Map<number, number>()]));
        user.forEach((u, p) => row.get(u)!.set(item[p], value[p]));
        const kept = clean.users.map((_, u) => row.get(u)!);
        const entry = (u: number, i: number): number | undefined => (kept[u].has(i) ? kept[u].get(i)! - own[u] : undefined);
        const length = (i: number): number => Math.sqrt(kept.reduce((sum, _, u) => sum + (entry(u, i) ?? 0) ** 2, 0));
        const similar = items
          .map((_, j) => {
            const both = kept.flatMap((_k, u) => (entry(u, target) === undefined || entry(u, j) === undefined ? [] : [u]));
            const product = both.reduce((sum, u) => sum + entry(u, target)! * entry(u, j)!, 0);
            return {
              j,
              s: j === target || product <= 0 ? 0 : ((both.length / (both.length + 5)) * product) / (length(target) * length(j)),
            };
          })
          .filter(({ s }) => s > 0)
          .sort((a, b) => b.s - a.s)
          .slice(0, 20);
        const raters = kept.filter((ratings) => ratings.has(target));
        const bias = raters.reduce((sum, ratings) => sum + ratings.get(target)! - base.mean, 0) / (25 + raters.length);
        const scores = scoresOf(after, poisoned, users);
        const { sums } = summed(after, accounts, users);
        users.forEach((u, n) => {
          const heard = similar.filter(({ j }) => row.get(u)!.has(j));
          const total = heard.reduce((sum, { s }) => sum + s, 0);
          const voices = heard.reduce((sum, { j, s }) => sum + s * (row.get(u)!.get(j)! - base.mean - base.user[u] - base.item[j]), 0);
          expect(sums[n]).toBeCloseTo(scores[n] - (base.mean + base.user[u] + bias + (total > 0 ? voices / total : 0)), 8);
        });
      }),
      few,
    ));

  it.each([alsExplicit, alsImplicit, itemKnn, itemKnnImplicit, mtrlUsers] as Recommender[])(
    "goes with what training again shows, user by user, in $id",
    async (engine) => {
      const { clean, before, after, accounts, users } = await scene(3, engine, bandwagonProfiles);
      const [was, is] = [before, after].map((model) => scoresOf(model, clean, users));
      const { sums } = summed(after, accounts, users);
      expect(
        correlation(
          sums,
          is.map((score, n) => score - was[n]),
        ),
      ).toBeGreaterThan(0.7);
    },
  );

  it.each([alsExplicit, alsImplicit, itemKnn, itemKnnImplicit, mtrlUsers] as Recommender[])(
    "goes through items that both rated, and is the same whatever order the accounts are named in, in $id",
    (engine) =>
      fc.assert(
        fc.asyncProperty(seeds, async (seed) => {
          const { poisoned, after, accounts, users } = await scene(seed, engine);
          const trace = after.trace!(target, accounts);
          for (const k of [0, 5])
            for (const u of users.subarray(0, 12))
              for (const { item, lift } of trace.through(k, u)) {
                expect(has(poisoned, u, item) && has(poisoned, accounts[k], item) && item !== target).toBe(true);
                expect(Number.isFinite(lift) && lift !== 0).toBe(true);
              }
          const { lifts } = summed(after, accounts, users);
          const back = summed(after, accounts.slice().reverse(), users).lifts;
          users.forEach((_, n) => expect(back[n]).toBeCloseTo(lifts[(accounts.length - 1) * users.length + n], 9));
        }),
        { numRuns: 3 },
      ),
  );

  it("is nothing for an account that is no rater of the target, in als-explicit", async () => {
    const { poisoned, after } = await scene(1, alsExplicit);
    const stranger = poisoned.users.findIndex((_, u) => !has(poisoned, u, target));
    const { lifts } = summed(after, Int32Array.of(stranger), Int32Array.of(0, 1, 2));
    expect([...lifts].every((lift) => lift === 0)).toBe(true);
  });

  it("is, through an item in als-explicit, the account's surprise times what the item makes of both in the metric of the target", async () => {
    const { clean, poisoned, after, accounts, users } = await scene(2, alsExplicit);
    if (!isFactorModel(after)) throw new Error("als-explicit has factors");
    const { rank, mean, itemFactors, itemBias, userFactors, userBias } = after.factors;
    const { user, item, value } = poisoned;
    const userRow = (u: number): number[] => [...userFactors.subarray(u * rank, (u + 1) * rank), 1];
    const itemRow = (i: number): number[] => [...itemFactors.subarray(i * rank, (i + 1) * rank), 1];
    const ridged = (rows: number[][]): number[][] =>
      rows[0].map((_, j) => rows[0].map((_c, k) => rows.reduce((sum, z) => sum + z[j] * z[k], j === k ? 0.1 * rows.length : 0)));
    const positions = [...user.keys()];
    const place = (u: number, i: number): number[] => {
      const own = positions.filter((p) => user[p] === u);
      const pull = value[own.find((p) => item[p] === i)!] - mean - itemBias[i];
      return solve(
        ridged(own.map((p) => itemRow(item[p]))),
        itemRow(i).map((z) => z * pull),
      );
    };
    const metric = ridged(positions.filter((p) => item[p] === target).map((p) => userRow(user[p])));
    const without = rowWithout(after, poisoned, (u) => u >= clean.users.length, 0.1);
    const a = accounts[0];
    const rating = value[positions.find((p) => user[p] === a && item[p] === target)!];
    const surprise = rating - mean - userBias[a] - userRow(a).reduce((sum, z, c) => sum + z * without[c], 0);
    const trace = after.trace!(target, accounts);
    let checked = 0;
    for (const u of users.subarray(0, 10))
      for (const { item: i, lift } of trace.through(0, u)) {
        const towards = solve(metric, place(a, i));
        expect(lift).toBeCloseTo(surprise * place(u, i).reduce((sum, z, c) => sum + z * towards[c], 0), 9);
        checked++;
      }
    expect(checked).toBeGreaterThan(10);
  });

  it("is not told of an engine that learns in random steps", async () => {
    expect((await scene(1, bpr)).after.trace).toBeUndefined();
  });
});
