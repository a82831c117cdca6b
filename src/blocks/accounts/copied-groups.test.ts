import { describe, expect, it } from "vitest";
import { makeMarketplace } from "../../../test/rating-marketplace.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { makeRng } from "../../numeric/random.ts";
import { copiedGroups } from "./copied-groups.ts";
import { likelyModels, mostModels } from "./copied-profiles.ts";
import { judgeCopies } from "./judge-groups.ts";
import { ballotsOf, middleBallotsOf } from "./vote-kinds.ts";

const itemsOf = (ratings: Ratings, u: number): number[] => {
  const starts = startsByUser(ratings);
  return [...ratings.item.subarray(starts[u], starts[u + 1])];
};

/** The formula as the doc comment states it, from sets. */
function natsByHand(ratings: Ratings, u: number, v: number): number {
  const [own, model] = [itemsOf(ratings, u), new Set(itemsOf(ratings, v))];
  const hits = own.filter((i) => model.has(i)).length;
  const inside = Math.max(0.5, Math.min(0.98, hits / own.length));
  const raters = (i: number): number => ratings.item.filter((item) => item === i).length;
  let sum = 0;
  for (const i of own) {
    const chance = 1 - Math.exp((-model.size * (raters(i) - 1)) / ratings.item.length);
    sum += model.has(i) ? Math.log(inside / Math.max(1e-6, Math.min(0.98, chance))) : Math.log((1 - inside) / Math.max(0.02, 1 - chance));
  }
  return Math.max(0, sum);
}

const target = 170;
/** Accounts that rate most of what a genuine account of their own rates, at any value, and a target at 5. */
function withCopies(clean: Ratings, count: number): { ratings: Ratings; models: number[] } {
  const rng = makeRng("copies");
  const models = Array.from(rng.sample(clean.users.length, count));
  const accounts = models.map((model, a) => {
    const own = itemsOf(clean, model).filter((i) => i !== target);
    const taken = Array.from(rng.fork(a).sample(own.length, Math.ceil(0.7 * own.length)), (k) => own[k]);
    return { items: [target, ...taken], values: [5, ...taken.map((_, k) => 2 + (k % 3))] };
  });
  return { ratings: applyAccounts(clean, { kind: "accounts", accounts }), models };
}

const strengthsOf = (ratings: Ratings) => {
  const groups = copiedGroups(ratings, ballotsOf(ratings));
  return { groups, judgement: judgeCopies(groups, copiedGroups(ratings, middleBallotsOf(ratings))) };
};

describe("accounts that copy", () => {
  const clean = makeMarketplace(3);

  it("have their model first, with the nats of the formula", () => {
    const { ratings, models } = withCopies(clean, 12);
    const found = likelyModels(ratings);
    models.forEach((model, a) => {
      const at = (clean.users.length + a) * mostModels;
      expect([...found.models.subarray(at, at + mostModels)]).toContain(model);
      for (let k = 0; k < mostModels; k++)
        expect(found.nats[at + k]).toBeCloseTo(natsByHand(ratings, clean.users.length + a, found.models[at + k]), 8);
    });
  });

  it.each([12, 40, 100])("are a group behind their target, be they %d of all", (count) => {
    const { ratings } = withCopies(clean, count);
    const { groups, judgement } = strengthsOf(ratings);
    const best = groups.map((_, g) => g).reduce((a, b) => (judgement.strengths[b] > judgement.strengths[a] ? b : a));
    expect(groups[best].item).toBe(target);
    expect(judgement.strengths[best]).toBeGreaterThan(judgement.cut);
    const members = groups[best].accounts.filter((_, j) => groups[best].membership[j] > 0.5);
    expect(members.filter((u) => u >= clean.users.length).length).toBeGreaterThanOrEqual(0.8 * count);
    expect(members.filter((u) => u < clean.users.length).length).toBeLessThanOrEqual(2);
  });

  it("are none where nobody copies", () => {
    for (const seed of [3, 4, 5]) {
      const { judgement } = strengthsOf(makeMarketplace(seed));
      expect(Math.max(0, ...judgement.strengths)).toBeLessThan(judgement.cut);
    }
  });
});
