import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { type ProfileRecipe, extremesFor, makeProfiles, mostRated } from "../../blocks/ratings/profiles.ts";
import { rankUtility } from "../../blocks/ratings/rank-utility.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { AccountPoison } from "../../core/poison.ts";
import type { Profile, Ratings } from "../../core/ratings.ts";
import type { RatingAttack, RatingAttackInput } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply-accounts.ts";
import type { Rng } from "../../numeric/random.ts";

interface SearchedProfilesParams {
  rounds: number;
  share: number;
}

/** Shares of all items, most rated first, that fillers are drawn from in the first round; 0 = exactly as many as are needed. */
const pools = [0, 0.05, 0.2, 1];

/**
 * Each candidate is judged by a warm training of the engine and the mean log rank of the targets. First come recipes: every pool (of what the audience likes too, where there is one) with
 * fillers as they are rated on average, at the targets' end of the scale, or at the other. Then in each round a share of the best accounts' fillers is exchanged
 * for fillers of another pool and value, which is kept if it is better.
 */
export const searchedProfiles: RatingAttack<SearchedProfilesParams> = {
  kind: "attack",
  id: "searched-profiles",
  title: "Profiles searched through the engine",
  summary: "Tries recipes of accounts on the engine itself, whichever it is, and betters the best by exchanging fillers.",
  source: { cite: "Theriac 2026; random search over the attack models of Mobasher et al. 2007, with the engine in the loop", url: null },
  params: {
    rounds: { type: "number", default: 16, min: 0, max: 10_000, integer: true, help: "exchanges of fillers, each with one warm training" },
    share: { type: "number", default: 0.3, min: 0, max: 1, help: "how many of its fillers an account exchanges at a time" },
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "white-box" },
  async poison(input, { params, ...context }) {
    const recipes = recipesFor(input);
    const judge = await judgeOf(input, context);
    const total = recipes.length + params.rounds;
    let best: { poison: AccountPoison; utility: number } | null = null;
    for (let k = 0; k < total; k++) {
      stopIfCancelled(context.signal);
      const stream = context.rng.fork("candidate").fork(k);
      const fresh = makeProfiles(input, recipes[k < recipes.length ? k : stream.integer(recipes.length)], stream);
      const poison: AccountPoison =
        best === null || k < recipes.length ? fresh : exchanged(best.poison, fresh, input, params.share, stream);
      const utility = await judge(poison);
      if (best === null || utility > best.utility) best = { poison, utility };
      context.progress?.((k + 1) / total);
    }
    return best!.poison;
  },
};

function recipesFor(input: RatingAttackInput): ProfileRecipe[] {
  const { itemMean, itemDeviation, itemCount } = itemStatistics(input.clean);
  const { target, opposite } = extremesFor(input);
  const values: ProfileRecipe["fillerValue"][] = [
    (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal(),
    () => target,
    () => opposite,
  ];
  const needed = (input.budget.fillers + new Set(input.goal.targets).size) / itemCount.length;
  const drawn = pools.map((share) => mostRated(itemCount, Math.min(1, Math.max(needed, share))));
  if (input.goal.audience !== null) drawn.push(mostRated(likesOf(input.clean, input.goal.audience), Math.min(1, needed)));
  return drawn.flatMap((pool) => values.map((fillerValue) => ({ pool, fillerValue })));
}

/** How many of the audience rated each item above the middle of the scale. Shape: [items]. */
function likesOf({ user, item, value, items, scale }: Ratings, audience: Int32Array): Float64Array {
  const isAimedAt = new Set(audience);
  const likes = new Float64Array(items.length);
  for (let p = 0; p < value.length; p++) if (isAimedAt.has(user[p]) && value[p] > (scale.low + scale.high) / 2) likes[item[p]]++;
  return likes;
}

async function judgeOf(input: RatingAttackInput, { rng, signal }: RunContext): Promise<(poison: AccountPoison) => Promise<number>> {
  const { clean, goal, engine } = input;
  const start = await input.victim();
  return async (poison) => {
    const run = { params: engine.params, rng: rng.fork("train"), signal, start };
    return rankUtility(clean, goal, await engine.recommender.fit(applyAccounts(clean, poison), run));
  };
}

/** The accounts of `kept` with a share of their fillers replaced by those of `fresh` that they do not rate yet. */
function exchanged(kept: AccountPoison, fresh: AccountPoison, { goal }: RatingAttackInput, share: number, rng: Rng): AccountPoison {
  const targets = new Set(goal.targets);
  const accounts = kept.accounts.map((account, a): Profile => {
    const fillers = [...account.items.keys()].filter((k) => !targets.has(account.items[k]));
    const count = Math.ceil(share * fillers.length);
    const dropped = new Set(Array.from(rng.fork(a).sample(fillers.length, count), (k) => fillers[k]));
    const stay = [...account.items.keys()].filter((k) => !dropped.has(k));
    const rated = new Set(stay.map((k) => account.items[k]));
    const other = fresh.accounts[a];
    const added = [...other.items.keys()].filter((k) => !rated.has(other.items[k]) && !targets.has(other.items[k])).slice(0, dropped.size);
    return {
      items: [...stay.map((k) => account.items[k]), ...added.map((k) => other.items[k])],
      values: [...stay.map((k) => account.values[k]), ...added.map((k) => other.values[k])],
    };
  });
  return { kind: "accounts", accounts };
}
