import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ratings } from "../../core/ratings.ts";
import type { Factors } from "../../core/recommender.ts";
import { makeRng } from "../../numeric/random.ts";
import { type ImplicitGradientKind, ratingDerivative, ratingSensitivity, zeroFactorGradient } from "./implicit-als-gradient.ts";
import { type RatingUtilityKind, ratingUtility } from "./attack-utility.ts";
import { fitExplicitAls } from "./explicit-als.ts";
import { factorModel } from "./factor-model.ts";

const decay = 0.1;
const [genuine, fakes, items, rank] = [9, 2, 7, 2];

/** Real-valued ratings of nine genuine users and, last, two fake ones; item 0 is the target. */
function smallRatings(seed: number): Ratings {
  const rng = makeRng(seed);
  const cells: { user: number; item: number; value: number }[] = [];
  for (let user = 0; user < genuine + fakes; user++)
    for (let item = 0; item < items; item++)
      if (rng.uniform() < (user >= genuine && item === 0 ? 1 : 0.6) || item === 1 + (user % (items - 1)))
        cells.push({ user, item, value: 1 + 4 * rng.uniform() });
  return {
    user: Int32Array.from(cells, ({ user }) => user),
    item: Int32Array.from(cells, ({ item }) => item),
    value: Float64Array.from(cells, ({ value }) => value),
    time: null,
    users: Array.from({ length: genuine + fakes }, (_, u) => `u${u}`),
    items: Array.from({ length: items }, (_, i) => `i${i}`),
    scale: { low: 1, high: 5, step: 0 },
  };
}

function train(ratings: Ratings, start: Factors | null, sweeps: number): Factors {
  const settings = {
    rank,
    decay,
    sweeps,
    solver: "cholesky" as const,
    start: start && factorModel(start, "rating"),
    userWeight: null,
  };
  return fitExplicitAls(ratings, settings, { rng: makeRng("factors") });
}

function setting(seed: number, kind: RatingUtilityKind) {
  const ratings = smallRatings(seed);
  const factors = train(ratings, null, 8000);
  const clean = { ...ratings, users: ratings.users.slice(0, genuine) };
  const kept = [...ratings.user.keys()].filter((p) => ratings.user[p] < genuine);
  const genuineOnly: Ratings = {
    ...clean,
    user: Int32Array.from(kept, (p) => ratings.user[p]),
    item: Int32Array.from(kept, (p) => ratings.item[p]),
    value: Float64Array.from(kept, (p) => ratings.value[p]),
  };
  const reference = factorModel(train(genuineOnly, null, 200), "rating");
  const goal = { goal: "promote" as const, targets: Int32Array.of(0), audience: null };
  const utility = ratingUtility(genuineOnly, goal, { kind, listLength: 2, temperature: 0.5, margin: 100 }, reference);
  const own = [...ratings.user.keys()].filter((p) => ratings.user[p] >= genuine);
  return { ratings, factors, utility, own };
}

/** Some small problems take very many sweeps: there a difference of two trainings is not that of two minima. */
function standsStill({ ratings, factors }: ReturnType<typeof setting>): boolean {
  const later = train(ratings, factors, 300);
  return later.itemFactors.every((value, k) => Math.abs(value - factors.itemFactors[k]) < 1e-13);
}

function derivatives({ ratings, factors, utility, own }: ReturnType<typeof setting>, kind: ImplicitGradientKind): number[] {
  const gradient = zeroFactorGradient(factors);
  utility.addGradientInto(gradient, factorModel(factors, "rating"), factors);
  const z = ratingSensitivity(ratings, factors, decay, gradient, { kind, tolerance: 1e-13, maxSteps: 2000 });
  return own.map((p) => ratingDerivative(z, factors, ratings.user[p], ratings.item[p]));
}

/** Central differences over trainings that went on from the minimum until they stood still. */
function differences({ ratings, factors, utility, own }: ReturnType<typeof setting>): number[] {
  const step = 1e-4;
  const at = (p: number, by: number): number => {
    const value = ratings.value.slice();
    value[p] += by;
    return utility.value(factorModel(train({ ...ratings, value }, factors, 4000), "rating"));
  };
  return own.map((p) => (8 * (at(p, step) - at(p, -step)) - (at(p, 2 * step) - at(p, -2 * step))) / (12 * step));
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, value, k) => sum + value * y[k], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("the gradient of what trained factors do, by the ratings they were trained on", () => {
  it.each([["shift"], ["softmax"], ["margin"], ["hit"], ["departure"]] as RatingUtilityKind[][])(
    "is that of whole trainings, biases and mean included: %s",
    (kind) => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 400 }), (seed) => {
          const scene = setting(seed, kind);
          fc.pre(standsStill(scene));
          const found = derivatives(scene, "exact");
          const wanted = differences(scene);
          const largest = Math.max(...wanted.map(Math.abs));
          // Where no user is near the margin nothing moves, and there is no direction to compare.
          if (largest < 1e-9) {
            for (const value of found) expect(Math.abs(value)).toBeLessThan(1e-9);
            return;
          }
          expect(cosine(found, wanted)).toBeGreaterThan(0.9999);
          found.forEach((value, k) => expect(Math.abs(value - wanted[k]) / largest).toBeLessThan(1e-6));
        }),
        { numRuns: 3 },
      );
    },
  );

  it("is 0 for fillers as published, and near the exact one after half a step", () => {
    const scene = setting(3, "shift");
    const fillers = scene.own.map((p, k) => ({ k, item: scene.ratings.item[p] })).filter(({ item }) => item !== 0);
    const published = derivatives(scene, "published");
    for (const { k } of fillers) expect(published[k]).toBe(0);
    const [half, exact] = (["half-step", "exact"] as const).map((kind) => derivatives(scene, kind));
    expect(cosine(half, exact)).toBeGreaterThan(0.5);
  });
});
