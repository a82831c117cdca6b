import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { averageProfiles } from "../../attacks/ratings/average-profiles.ts";
import { loveHateProfiles } from "../../attacks/ratings/love-hate-profiles.ts";
import { randomProfiles } from "../../attacks/ratings/random-profiles.ts";
import { segmentProfiles } from "../../attacks/ratings/segment-profiles.ts";
import { resolveParams } from "../../core/params.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, RatingAttack } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { makeRng } from "../../numeric/random.ts";
import { areaUnderCurve, highest } from "../../numeric/orders/ranks.ts";
import { accountEvidence } from "./account-evidence.ts";
import { pcaVarSelect } from "./pca-var-select.ts";

const accounts = 12;

async function attackedBy(attack: RatingAttack, clean: Ratings, seed: number): Promise<Ratings> {
  const input = {
    clean,
    goal: { goal: "promote" as const, targets: Int32Array.of(clean.items.length - 20), audience: null },
    budget: { accounts, fillers: 25 },
    engine: { recommender: null as never, params: {} },
    victim: () => Promise.reject(new Error("no victim is needed")),
  };
  return applyAccounts(clean, await attack.poison(input, { rng: makeRng(seed), params: resolveParams(attack.id, attack.params) }));
}

function scoresOf(detector: AccountDetector, ratings: Ratings, params: object = {}): Promise<Float64Array> {
  return detector.score(ratings, { rng: makeRng(1), params: resolveParams(detector.id, detector.params, { ...params }) });
}

describe("account-evidence", () => {
  it.each([[randomProfiles], [averageProfiles], [segmentProfiles], [loveHateProfiles]] as RatingAttack[][])(
    "finds the accounts of an attack it was not told of: $id",
    async (attack) => {
      const clean = makeMarketplace(1);
      const scores = await scoresOf(accountEvidence, await attackedBy(attack, clean, 2));
      const found = highest(scores, accounts).filter((u) => u >= clean.users.length).length;
      expect(found).toBeGreaterThanOrEqual(accounts - 1);
    },
  );

  it("says of each account that it flags which group it belongs to, with the same scores", async () => {
    const attacked = await attackedBy(averageProfiles, makeMarketplace(1), 2);
    const { values, reason } = await accountEvidence.explain!(attacked, { rng: makeRng(1), params: {} });
    expect(values).toEqual(await scoresOf(accountEvidence, attacked));
    const flagged = Array.from(values.keys()).filter((u) => values[u] >= accountEvidence.cut!);
    expect(flagged.length).toBeGreaterThanOrEqual(accounts - 1);
    // The target is the 20th from the end of 180.
    for (const u of flagged) expect(reason(u)).toMatch(/^about 1\d accounts of one kind, it among them, gave "i160" the rating 5$/);
  });

  it("flags hardly anybody where nobody attacks", async () => {
    for (const seed of [1, 2, 3]) {
      const scores = await scoresOf(accountEvidence, makeMarketplace(seed));
      expect(scores.filter((score) => score >= accountEvidence.cut!).length).toBeLessThanOrEqual(2);
    }
  });

  it("scores accounts alike whatever they are called and in whatever order they come", async () => {
    const ratings = await attackedBy(averageProfiles, makeMarketplace(4, 80, 60), 5);
    const users = ratings.users.length;
    const order = [...ratings.user.keys()].sort((p, q) => ratings.user[q] - ratings.user[p] || ratings.item[p] - ratings.item[q]);
    const reversed = {
      ...ratings,
      user: Int32Array.from(order, (p) => users - 1 - ratings.user[p]),
      item: Int32Array.from(order, (p) => ratings.item[p]),
      value: Float64Array.from(order, (p) => ratings.value[p]),
      users: [...ratings.users].reverse(),
    };
    const [scores, other] = [await scoresOf(accountEvidence, ratings), await scoresOf(accountEvidence, reversed)];
    const largest = scores.map((score, u) => Math.abs(score - other[users - 1 - u])).reduce((a, b) => Math.max(a, b));
    expect(largest).toBeLessThan(0.2);
  });
});

describe("pca-var-select", () => {
  it("finds random profiles by their small loadings", async () => {
    const clean = makeMarketplace(6);
    const scores = await scoresOf(pcaVarSelect, await attackedBy(randomProfiles, clean, 7), { tails: "low" });
    expect(areaUnderCurve(scores, (u) => u >= clean.users.length)).toBeGreaterThan(0.9);
  });
});
