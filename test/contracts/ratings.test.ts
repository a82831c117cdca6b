import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { Ratings } from "../../src/core/ratings.ts";
import type { Recommender, RecommenderModel } from "../../src/core/recommender.ts";
import { applyAccounts } from "../../src/core/apply/apply-accounts.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { makeRatings, ratingsShapes } from "../arbitrary-ratings.ts";

const sets = { numRuns: 25 };

function allScores(model: RecommenderModel, { users, items }: Ratings): Float64Array {
  const out = new Float64Array(users.length * items.length);
  model.scoresInto(
    out,
    Int32Array.from(users, (_, u) => u),
  );
  return out;
}

// Whatever learns outside answers as it likes.
const inside = catalog.ratings.recommenders.filter((engine) => engine.outside === undefined);

describe.each(inside.map((engine) => [engine.id, engine as Recommender] as const))("recommender %s", (_, engine) => {
  const params = resolveParams<object>(engine.id, engine.params);

  it("learns the same finite scores from the same seed, whichever users are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(ratingsShapes, fc.nat(), async (shape, seed) => {
        const ratings = makeRatings(shape);
        const fit = () => engine.fit(ratings, { rng: makeRng(seed), params });
        const model = await fit();
        const scores = allScores(model, ratings);
        expect(scores.every(Number.isFinite)).toBe(true);
        expect(allScores(await fit(), ratings)).toEqual(scores);
        const last = ratings.users.length - 1;
        const row = new Float64Array(ratings.items.length);
        model.scoresInto(row, Int32Array.of(last));
        expect(row).toEqual(scores.slice(last * row.length));
      }),
      sets,
    );
  });

  it("leaves the ratings alone", async () => {
    await fc.assert(
      fc.asyncProperty(ratingsShapes, async (shape) => {
        const ratings = makeRatings(shape);
        await engine.fit(ratings, { rng: makeRng(1), params });
        expect(ratings).toEqual(makeRatings(shape));
      }),
      sets,
    );
  });

  it("goes on from a model that does not know the fake accounts", async () => {
    await fc.assert(
      fc.asyncProperty(ratingsShapes, async (shape) => {
        const clean = makeRatings(shape);
        const start = await engine.fit(clean, { rng: makeRng(1), params });
        const before = allScores(start, clean);
        const poisoned = applyAccounts(clean, { kind: "accounts", accounts: [{ items: [clean.items.length - 1], values: [5] }] });
        const model = await engine.fit(poisoned, { rng: makeRng(1), params, start });
        expect(allScores(model, poisoned).every(Number.isFinite)).toBe(true);
        expect(allScores(start, clean)).toEqual(before);
      }),
      sets,
    );
  });

  it("gives genuine users what they would get without the accounts once these weigh nothing", async () => {
    await fc.assert(
      fc.asyncProperty(ratingsShapes, async (shape) => {
        const clean = makeRatings(shape);
        const profile = { items: [0], values: [1] };
        const poisoned = applyAccounts(clean, { kind: "accounts", accounts: [profile, profile] });
        const userWeight = new Float64Array(poisoned.users.length).fill(1, 0, clean.users.length);
        const without = await engine.fit(clean, { rng: makeRng(1), params });
        const weighted = await engine.fit(poisoned, { rng: makeRng(1), params, userWeight });
        const scores = allScores(weighted, poisoned);
        expect(scores.every(Number.isFinite)).toBe(true);
        allScores(without, clean).forEach((score, p) => expect(scores[p]).toBeCloseTo(score, 6));
      }),
      sets,
    );
  });

  it("stops on request", async () => {
    const ratings = makeRatings({ seed: 1, users: 5, items: 5, density: 1, timed: false });
    await expect(engine.fit(ratings, { rng: makeRng(1), params, signal: { aborted: true } })).rejects.toThrow("stopped on request");
  });
});
