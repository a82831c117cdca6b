import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog } from "../../src/catalog.ts";
import { resolveParams } from "../../src/core/params.ts";
import type { AccountPoison } from "../../src/core/poison.ts";
import type { Ratings } from "../../src/core/ratings.ts";
import type { RatingAttack, RatingAttackInput } from "../../src/core/recommender.ts";
import { applyPoison, findBreach, undoPoison } from "../../src/core/patch.ts";
import { makeRng } from "../../src/numeric/random.ts";
import { type RatingsShape, makeRatings, ratingsShapes } from "../arbitrary-ratings.ts";

interface Attempt {
  readonly shape: RatingsShape;
  readonly allEqual: boolean;
  readonly accounts: number;
  readonly fillers: number;
  readonly targets: readonly number[];
  readonly seed: number;
}

/** Budgets go beyond the catalogue; targets may come twice; all ratings may be the same. */
const attempts: fc.Arbitrary<Attempt> = fc.record({
  shape: ratingsShapes,
  allEqual: fc.boolean(),
  accounts: fc.integer({ min: 1, max: 4 }),
  fillers: fc.integer({ min: 0, max: 14 }),
  targets: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
  seed: fc.nat(),
});

function ratingsOf({ shape, allEqual }: Attempt): Ratings {
  const ratings = makeRatings(shape);
  return allEqual ? { ...ratings, value: ratings.value.map(() => 3) } : ratings;
}

describe.each(catalog.ratings.attacks.map((attack) => [attack.id, attack as RatingAttack] as const))("rating attack %s", (_, attack) => {
  // What an attack promises holds however long it climbs.
  const params = resolveParams<object>(attack.id, attack.params, attack.atQuick?.() ?? {});
  const recommender = catalog.ratings.recommenders.find(
    (engine) => (attack.refuses?.({ recommender: engine, params: resolveParams(engine.id, engine.params) }) ?? null) === null,
  )!;
  const small = "rank" in recommender.params ? { rank: 2 } : {};
  const engine = { recommender, params: resolveParams<object>(recommender.id, recommender.params, small) };

  function inputOf(attempt: Attempt, goal: RatingAttackInput["goal"]["goal"]): RatingAttackInput {
    const clean = ratingsOf(attempt);
    const targets = Int32Array.from(attempt.targets, (target) => target % clean.items.length);
    return {
      clean,
      goal: { goal, targets: goal === "availability" ? new Int32Array(0) : targets, audience: null },
      budget: { accounts: attempt.accounts, fillers: attempt.fillers },
      engine,
      victim: () => recommender.fit(clean, { rng: makeRng("victim"), params: engine.params }),
    };
  }
  const poisonOf = (input: RatingAttackInput, seed: number): Promise<AccountPoison> => attack.poison(input, { rng: makeRng(seed), params });

  it("keeps to the budget and the scale, rates no item twice, and leaves the clean ratings alone", async () => {
    await fc.assert(
      fc.asyncProperty(attempts, fc.constantFrom(...attack.goals), async (attempt, goal) => {
        const input = inputOf(attempt, goal);
        const poison = await poisonOf(input, attempt.seed);
        expect(findBreach({ poison, ...input })).toBeNull();
        expect(poison.accounts.length).toBe(attempt.accounts);
        expect(input.clean).toEqual(ratingsOf(attempt));
        expect(undoPoison(applyPoison(input.clean, poison), poison)).toEqual(input.clean);
      }),
      { numRuns: 40 },
    );
  });

  it("makes the same accounts from the same seed", async () => {
    await fc.assert(
      fc.asyncProperty(attempts, fc.constantFrom(...attack.goals), async (attempt, goal) => {
        const first = await poisonOf(inputOf(attempt, goal), attempt.seed);
        expect(await poisonOf(inputOf(attempt, goal), attempt.seed)).toEqual(first);
      }),
      { numRuns: 15 },
    );
  });

  it.runIf(attack.goals.includes("promote"))("rates the targets at the end of the scale that serves its goal", async () => {
    await fc.assert(
      fc.asyncProperty(attempts, fc.constantFrom(...attack.goals.filter((goal) => goal !== "availability")), async (attempt, goal) => {
        const input = inputOf(attempt, goal);
        for (const { items, values } of (await poisonOf(input, attempt.seed)).accounts) {
          // Who searches may lift one of several targets far rather than all a little.
          const rated = [...new Set(input.goal.targets)].filter((target) => items.includes(target));
          expect(rated.length).toBeGreaterThanOrEqual(attack.id === "searched-profiles" ? 1 : new Set(input.goal.targets).size);
          for (const target of rated) expect(values[items.indexOf(target)]).toBe(goal === "promote" ? 5 : 1);
        }
      }),
      { numRuns: 15 },
    );
  });
});
