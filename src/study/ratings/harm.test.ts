import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { catalog } from "../../catalog.ts";
import { predictionShift } from "../../blocks/ratings/target-metrics.ts";
import { NumericalError } from "../../core/errors.ts";
import { resolveParams } from "../../core/params.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { makeRng } from "../../numeric/random.ts";
import { methodOf } from "../config.ts";
import type { RatingsStudyConfig } from "./config.ts";
import { ratingsHarm } from "./harm.ts";
import { type RatingsSetup, setUpRatings } from "./setup.ts";
import { scoreTargets } from "./target-exposure.ts";

const fakes = 6;

async function scene(seed: number, engineId: string, goal: "promote" | "demote") {
  const ratings = makeMarketplace(seed, 60, 50);
  const engine = {
    id: engineId,
    params: resolveParams<object>(engineId, methodOf("engine", catalog.ratings.recommenders, engineId).params, {}),
  };
  const config: RatingsStudyConfig = {
    engines: [{ ...engine, attacks: [] }],
    attacks: [],
    detectors: [],
    repairs: [],
    budgets: [0.1],
    seeds: 1,
    firstSeed: seed,
    goal,
    targets: ["i2", "i45"],
    fillers: 10,
    flagFraction: 0.05,
  };
  const setup = await setUpRatings({ ratings, config, methods: catalog.ratings }, engine, seed, {});
  if (setup instanceof NumericalError) throw setup;
  const attack = methodOf("attack", catalog.ratings.attacks, "average-profiles");
  const input = {
    clean: setup.train,
    goal: setup.goal,
    budget: { accounts: fakes, fillers: 10 },
    engine: setup.engine,
    victim: () => Promise.resolve(setup.victim),
  };
  return { setup, poison: await attack.poison(input, { rng: makeRng(seed).fork("attack"), params: {} }) };
}

const at = { attack: "average-profiles", budgetFraction: 0.1, seed: 0 };
const harmOf = (setup: RatingsSetup, poison: AccountPoison, engine: string) => ratingsHarm(setup, poison, { ...at, engine }, {});
const engines = fc.constantFrom("als-explicit", "als-implicit", "item-knn", "item-knn-implicit", "mtrl-users", "bpr");
const goals = fc.constantFrom<("promote" | "demote")[]>("promote", "demote");
const seeds = fc.integer({ min: 0, max: 500 });

describe("who is hurt", () => {
  it("tells of users one by one what the exposure of the targets says of all, whatever the engine and the goal", () =>
    fc.assert(
      fc.asyncProperty(seeds, engines, goals, async (seed, engine, goal) => {
        const { setup, poison } = await scene(seed, engine, goal);
        const harm = await harmOf(setup, poison, engine);
        const poisoned = applyAccounts(setup.train, poison);
        const model = await setup.engine.recommender.fit(poisoned, { rng: setup.rng.fork("fit"), params: setup.engine.params });
        const after = scoreTargets(model, setup.train, setup.goal);
        const pairs = after.reduce((sum, { users }) => sum + users, 0);
        const listed = (exposures: typeof after): number => exposures.reduce((sum, { hitRate, users }) => sum + (hitRate ?? 0) * users, 0);
        const total = (of: (user: (typeof harm.users)[number]) => number): number => harm.users.reduce((sum, user) => sum + of(user), 0);
        expect(total((user) => user.listedAfter)).toBeCloseTo(listed(after), 6);
        expect(total((user) => user.listedBefore)).toBeCloseTo(listed(setup.cleanScores), 6);
        // Groups weigh pairs of user and target alike, as the exposure does.
        const open = (t: number): number => after[t].users;
        const shift = after.reduce((sum, exposure, t) => sum + predictionShift(setup.cleanScores[t], exposure)! * open(t), 0) / pairs;
        expect(harm.groups.reduce((sum, { users }) => sum + users, 0)).toBe(harm.users.length);
        const openTo = (user: string): number => {
          const u = setup.train.users.indexOf(user);
          return after.filter(({ ranks }) => !Number.isNaN(ranks[u])).length;
        };
        expect(total(({ user, shift: own }) => own * openTo(user)) / pairs).toBeCloseTo(shift, 8);
        expect(new Set(harm.users.map(({ user }) => user)).size).toBe(harm.users.length);
        // None who comes later gained, or lost, more targets than one who comes before.
        const change = harm.users.map((user) => (goal === "demote" ? -1 : 1) * (user.listedAfter - user.listedBefore));
        expect(change).toEqual([...change].sort((a, b) => b - a));
      }),
      { numRuns: 20 },
    ));

  it("shares out among accounts and groups what all accounts lift together", () =>
    fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom("als-explicit", "item-knn", "als-implicit"), async (seed, engine) => {
        const { setup, poison } = await scene(seed, engine, "promote");
        const { traced, groups, users, targets } = await harmOf(setup, poison, engine);
        expect([...traced!.accounts].sort()).toEqual([1, 2, 3, 4, 5, 6]);
        traced!.vulnerability.forEach((row) => expect(row).toHaveLength(Math.min(20, users.length)));
        for (const { account, item, target, pathLift, itemLift, lift } of traced!.paths) {
          const profile = poison.accounts[account - 1];
          const rated = profile.items.map((i) => setup.train.items[i]);
          expect(rated).toContain(item);
          expect(targets).toContain(target);
          expect(itemLift).toBeGreaterThan(0);
          expect(pathLift).toBeGreaterThanOrEqual(itemLift / traced!.accounts.length - 1e-12);
          expect(Number.isFinite(lift)).toBe(true);
        }
        const weighted = traced!.byGroup.map((row) => row.reduce((sum, value, g) => sum + value * groups[g].users, 0));
        // Accounts come by what they do for all users.
        expect(weighted).toEqual([...weighted].sort((a, b) => b - a));
      }),
      { numRuns: 12 },
    ));

  it("is nothing where nobody attacks", async () => {
    const { setup } = await scene(1, "als-explicit", "promote");
    const { users, groups } = await harmOf(setup, { kind: "accounts", accounts: [] }, "als-explicit");
    for (const { listedBefore, listedAfter, rankBefore, rankAfter, shift } of users)
      expect([listedAfter, rankAfter, shift]).toEqual([listedBefore, rankBefore, 0]);
    for (const { hitRateBefore, hitRateAfter } of groups) expect(hitRateAfter).toBe(hitRateBefore);
  });

  it("follows no way through an engine that learns in random steps", async () => {
    const { setup, poison } = await scene(2, "bpr", "promote");
    expect((await harmOf(setup, poison, "bpr")).traced).toBeNull();
  });
});
