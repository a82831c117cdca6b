import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { type FillerValue, makeProfiles } from "../../blocks/ratings/profiles.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { type Profile, nearestRating } from "../../core/ratings.ts";
import type { RatingAttack, RatingAttackInput } from "../../core/recommender.ts";
import { highest } from "../../numeric/orders/ranks.ts";

export const probeProfiles: RatingAttack<{ seeds: number }> = {
  kind: "attack",
  id: "probe-profiles",
  title: "Probing profiles",
  summary: "Accounts that rate a few items as others do, then whatever the recommender offers them, as it predicts, and the targets.",
  source: {
    cite: "O'Mahony, Hurley & Silvestre 2005, Recommender Systems: Attack Types and Strategies, AAAI",
    url: "https://aaai.org/papers/00334-aaai05-053-recommender-systems-attack-types-and-strategies/",
  },
  params: {
    seeds: {
      type: "number",
      default: 10,
      min: 1,
      max: 10_000,
      integer: true,
      help: "items that an account rates before it asks the recommender",
    },
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "black-box" },
  async poison(input, { params, rng, signal }) {
    const { itemMean, itemDeviation } = itemStatistics(input.clean);
    const seeded = { ...input, budget: { ...input.budget, fillers: Math.min(params.seeds, input.budget.fillers) } };
    const fillerValue: FillerValue = (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal();
    const first = makeProfiles(seeded, { fillerValue }, rng);
    const asking = { ...first, accounts: first.accounts.map((account) => withoutItems(account, new Set(input.goal.targets))) };
    const { recommender, params: engineParams } = input.engine;
    const run = { rng: rng.fork("ask"), signal, params: engineParams, start: await input.victim() };
    const model = await recommender.fit(applyAccounts(input.clean, asking), run);
    const users = Int32Array.from(first.accounts, (_, a) => input.clean.users.length + a);
    const scores = new Float64Array(users.length * itemMean.length);
    model.scoresInto(scores, users);
    const valueOf = (item: number, score: number): number => (model.unit === "rating" ? score : itemMean[item]);
    return answered(input, first, scores, valueOf);
  },
};

function withoutItems({ items, values }: Profile, left: ReadonlySet<number>): Profile {
  const kept = [...items.keys()].filter((k) => !left.has(items[k]));
  return { items: kept.map((k) => items[k]), values: kept.map((k) => values[k]) };
}

/** Each account with what is recommended to it, best first, until the budget is used. Shape: scores [accounts, items]. */
function answered(
  { clean, goal, budget }: RatingAttackInput,
  { accounts }: AccountPoison,
  scores: Float64Array,
  valueOf: (item: number, score: number) => number,
): AccountPoison {
  const count = clean.items.length;
  const targets = new Set(goal.targets);
  const grown = accounts.map(({ items, values }, a): Profile => {
    const own = scores.slice(a * count, (a + 1) * count);
    const taken = new Set([...items, ...targets]);
    for (const item of taken) own[item] = -Infinity;
    const room = budget.fillers - items.filter((item) => !targets.has(item)).length;
    const offered = [...highest(own, Math.min(room, count - taken.size))];
    return {
      items: [...items, ...offered],
      values: [...values, ...offered.map((item) => nearestRating(clean.scale, valueOf(item, own[item])))],
    };
  });
  return { kind: "accounts", accounts: grown };
}
