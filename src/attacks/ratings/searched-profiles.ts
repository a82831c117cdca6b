import { closeness } from "../../blocks/ratings/closeness.ts";
import { itemStatistics } from "../../blocks/ratings/item-statistics.ts";
import { likedRatings } from "../../blocks/ratings/liked.ts";
import { listPlace, logPlace, placeUtility } from "../../blocks/ratings/place-utility.ts";
import { type FillerValue, type ProfileRecipe, extremesFor, makeProfiles, mostRated } from "../../blocks/ratings/profiles.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { type Profile, type Ratings, nearestRating, startsByUser } from "../../core/ratings.ts";
import type { RatingAttack, RatingAttackInput, RecommenderModel } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Rng } from "../../numeric/random.ts";

interface SearchedProfilesParams {
  utility: "hit" | "rank";
  listLength: number;
  tastes: number;
  rounds: number;
  share: number;
  finalists: number;
  models: number;
}

interface Candidate {
  readonly poison: AccountPoison;
  readonly utility: number;
}

/** What the search draws from, fixed by the clean ratings and the goal. */
interface Material {
  readonly recipes: readonly ProfileRecipe[];
  /** Items that many know, that are liked together with the targets, that many know and few agree about, and by tastes: each the first first, without targets. */
  readonly orders: readonly Int32Array[];
  readonly average: FillerValue;
  /** Users whose company accounts pass for. */
  readonly centres: Int32Array;
  readonly liked: Ratings;
}

/**
 * Each candidate is judged by a warm training of the engine and what genuine users are then shown of the targets, on the ratings that the engine learns
 * from. First come recipes, the usual attack models among them, then accounts
 * that pass for users of one taste, and the best of all these for each target alone. Then in each round the best accounts are changed, which is kept if it is better: a share of their
 * fillers is exchanged for those of another recipe, all of them take up one item, or rate alike what they disagree about. The best few are
 * trained once more from scratch, and the best of these is taken.
 */
export const searchedProfiles: RatingAttack<SearchedProfilesParams> = {
  kind: "attack",
  id: "searched-profiles",
  title: "Profiles searched through the engine",
  summary: "Tries recipes of accounts on the engine itself, whichever it is, and betters the best by changing what they rate.",
  source: { cite: "Theriac 2026; random search over the attack models of Mobasher et al. 2007, with the engine in the loop", url: null },
  params: {
    utility: {
      type: "choice",
      default: "hit",
      options: ["hit", "rank"],
      help: "what is raised: the share of lists that the targets are on, with a soft edge, or minus the mean log of their places",
    },
    listLength: { type: "number", default: 10, min: 1, max: 10_000, integer: true, help: "places of a list, for hit" },
    tastes: {
      type: "number",
      default: 8,
      min: 0,
      max: 1000,
      integer: true,
      help: "tastes that accounts are tried with: what is liked together with some item, drawn by how many like it, and what the users nearest to some user like",
    },
    rounds: {
      type: "number",
      default: 32,
      min: 0,
      max: 10_000,
      integer: true,
      help: "changes that are tried, each with one warm training",
    },
    share: { type: "number", default: 0.3, min: 0, max: 1, help: "how many of its fillers an account exchanges at a time" },
    finalists: { type: "number", default: 3, min: 1, max: 100, integer: true, help: "candidates that are trained once more from scratch" },
    models: {
      type: "number",
      default: 3,
      min: 1,
      max: 100,
      integer: true,
      help: "trainings from different starts that a candidate is judged by, the engine's own the first; one where all end alike",
    },
  },
  data: "ratings",
  goals: ["promote", "demote"],
  threat: { access: "inject", knowledge: "white-box" },
  atQuick: () => ({ tastes: 0, rounds: 6, finalists: 1, models: 1 }),
  async poison(input, { params, ...context }) {
    const material = materialFor(input, params.tastes, context.rng.fork("tastes"));
    const starts = await startsOf(input, params.models, context);
    // Of one target each recipe is for it alone already.
    const targets = [...new Set(input.goal.targets)];
    const made = material.recipes.length + material.centres.length;
    const first = made + (targets.length > 1 ? targets.length : 0);
    const total = first + params.rounds + params.finalists;
    const best: Candidate[] = [];
    for (let k = 0; k < first + params.rounds; k++) {
      stopIfCancelled(context.signal);
      const stream = context.rng.fork("candidate").fork(k);
      const poison =
        k < material.recipes.length
          ? makeProfiles(input, material.recipes[k], stream)
          : k < made
            ? company(input, material, material.centres[k - material.recipes.length], stream)
            : k < first
              ? focused(best[0].poison, input, targets[k - made])
              : changed(input, best[0].poison, material, params.share, stream);
      best.push({ poison, utility: await judge(input, params, poison, starts, context) });
      best.sort((a, b) => b.utility - a.utility);
      best.length = Math.min(best.length, params.finalists);
      context.progress?.((k + 1) / total);
    }
    const cold = starts.map(() => null);
    let found: Candidate | null = null;
    for (const [k, { poison }] of best.entries()) {
      const utility = await judge(input, params, poison, cold, context);
      if (found === null || utility > found.utility) found = { poison, utility };
      context.progress?.((total - best.length + k + 1) / total);
    }
    return found!.poison;
  },
};

/** Clean models to go on from: the victim's own and others from random starts; the first alone where a second predicts the same for everybody looked at. */
async function startsOf(input: RatingAttackInput, models: number, { rng, signal }: RunContext): Promise<RecommenderModel[]> {
  const { clean, engine } = input;
  const starts = [await input.victim()];
  for (let m = 1; m < models; m++) {
    starts.push(await engine.recommender.fit(clean, { params: engine.params, rng: rng.fork("start").fork(m), signal }));
    if (m === 1 && scoreAlike(starts[0], starts[1], clean)) return [starts[0]];
  }
  return starts;
}

function scoreAlike(one: RecommenderModel, other: RecommenderModel, { users, items }: Ratings): boolean {
  const asked = Int32Array.from({ length: Math.min(3, users.length) }, (_, u) => u);
  const [a, b] = [one, other].map((model) => {
    const scores = new Float64Array(asked.length * items.length);
    model.scoresInto(scores, asked);
    return scores;
  });
  return a.every((score, k) => score === b[k]);
}

/** Mean utility over trainings from these starts; null = from scratch. */
async function judge(
  { clean, goal, engine }: RatingAttackInput,
  { utility, listLength }: SearchedProfilesParams,
  poison: AccountPoison,
  starts: readonly (RecommenderModel | null)[],
  { rng, signal }: RunContext,
): Promise<number> {
  const poisoned = applyAccounts(clean, poison);
  let sum = 0;
  for (const [m, start] of starts.entries()) {
    const model = await engine.recommender.fit(poisoned, { params: engine.params, rng: rng.fork("train").fork(m), signal, start });
    sum += placeUtility(clean, goal, model, utility === "hit" ? listPlace(listLength) : logPlace);
  }
  return sum / starts.length;
}

function materialFor(input: RatingAttackInput, tastes: number, rng: Rng): Material {
  const { clean, goal, budget } = input;
  const { mean, deviation, itemMean, itemDeviation, itemCount } = itemStatistics(clean);
  const { target, opposite } = extremesFor(input);
  const average: FillerValue = (item, draw) => itemMean[item] + itemDeviation[item] * draw.normal();
  const overall: FillerValue = (_, draw) => mean + deviation * draw.normal();
  const [atTarget, atOpposite]: FillerValue[] = [() => target, () => opposite];
  const isTarget = new Set(goal.targets);
  const order = (worth: Float64Array): Int32Array => orderBy(worth.map((value) => -value)).filter((item) => !isTarget.has(item));
  const liked = likedRatings(clean, "auto");
  const orders = [
    itemCount,
    closeness(liked, goal.targets),
    itemCount.map((count, i) => count * itemDeviation[i]),
    ...(goal.audience === null ? [] : [likesOf(input, goal.audience)]),
  ].map(order);
  const ofTastes = Array.from(rng.sample(liked.item.length, Math.min(tastes, liked.item.length)), (p) =>
    order(closeness(liked, Int32Array.of(liked.item[p]))),
  );
  const needed = (budget.fillers + isTarget.size) / itemCount.length;
  const pools = [0, 0.05, 0.2, 1].map((share) => mostRated(itemCount, Math.min(1, Math.max(needed, share))));
  const selected = (items: Int32Array, count: number, fillerValue: FillerValue): ProfileRecipe => ({
    selected: { items: items.subarray(0, count), value: target },
    fillerValue,
  });
  const from = goal.audience ?? Int32Array.from(clean.users.keys());
  return {
    orders: [...orders, ...ofTastes],
    average,
    centres: Int32Array.from(rng.fork("centres").sample(from.length, Math.min(tastes, from.length)), (k) => from[k]),
    liked,
    recipes: [
      ...pools.flatMap((pool) => [average, atTarget, atOpposite].map((fillerValue) => ({ pool, fillerValue }))),
      { fillerValue: overall },
      selected(orders[0], 5, overall),
      selected(orders[0], 5, average),
      ...orders.flatMap((items) => [3, 5, 10, 20].map((count) => selected(items, count, atOpposite))),
      ...[...orders.slice(1), ...ofTastes].map((items) => selected(items, budget.fillers, atTarget)),
    ],
  };
}

/** How many of the audience rated each item above the middle of the scale. Shape: [items]. */
function likesOf({ clean: { user, item, value, items, scale } }: RatingAttackInput, audience: Int32Array): Float64Array {
  const isAimedAt = new Set(audience);
  const likes = new Float64Array(items.length);
  for (let p = 0; p < value.length; p++) if (isAimedAt.has(user[p]) && value[p] > (scale.low + scale.high) / 2) likes[item[p]]++;
  return likes;
}

/**
 * Accounts that pass for the users who like most of what one does, by the cosine of what is liked: each rates the targets, and some of what one of these users likes as
 * that user did. Among the users of one taste, few as they are, so few accounts are a large share.
 */
function company(input: RatingAttackInput, { liked }: Material, centre: number, rng: Rng): AccountPoison {
  const { goal, budget } = input;
  const { target } = extremesFor(input);
  const starts = startsByUser(liked);
  const isTarget = new Set(goal.targets);
  const own = new Set(liked.item.subarray(starts[centre], starts[centre + 1]));
  const nearness = Float64Array.from(liked.users, (_, u) => {
    let common = 0;
    for (let p = starts[u]; p < starts[u + 1]; p++) common += Number(own.has(liked.item[p]));
    return common / Math.sqrt(Math.max(1, starts[u + 1] - starts[u]));
  });
  const nearest = orderBy(nearness.map((value) => -value));
  const targets = [...isTarget];
  const accounts = Array.from({ length: budget.accounts }, (_, a): Profile => {
    const user = nearest[a % nearest.length];
    const likes = Array.from({ length: starts[user + 1] - starts[user] }, (_like, k) => starts[user] + k).filter(
      (p) => !isTarget.has(liked.item[p]),
    );
    const taken = Array.from(rng.fork(a).sample(likes.length, Math.min(budget.fillers, likes.length)), (k) => likes[k]);
    return {
      items: [...targets, ...taken.map((p) => liked.item[p])],
      values: [...targets.map(() => target), ...taken.map((p) => liked.value[p])],
    };
  });
  return { kind: "accounts", accounts };
}

function changed(input: RatingAttackInput, kept: AccountPoison, material: Material, share: number, rng: Rng): AccountPoison {
  const move = rng.integer(3);
  if (move === 0) {
    const recipe = material.recipes[rng.integer(material.recipes.length)];
    return exchanged(kept, makeProfiles(input, recipe, rng), input, share, rng);
  }
  return move === 1 ? takenUp(input, kept, material, rng) : revalued(input, kept, material, rng);
}

/** The accounts without ratings of other targets: what lifts one far may lift several too little. */
function focused(kept: AccountPoison, { goal }: RatingAttackInput, target: number): AccountPoison {
  const others = new Set(goal.targets);
  others.delete(target);
  const accounts = kept.accounts.map(({ items, values }): Profile => {
    const stay = [...items.keys()].filter((k) => !others.has(items[k]));
    return { items: stay.map((k) => items[k]), values: stay.map((k) => values[k]) };
  });
  return { kind: "accounts", accounts };
}

/** All accounts rate a few more items as they rate the targets, in place of some of what they rate otherwise. */
function takenUp(input: RatingAttackInput, kept: AccountPoison, { orders }: Material, rng: Rng): AccountPoison {
  const { target } = extremesFor(input);
  const order = orders[rng.integer(orders.length)];
  const from = Math.min(order.length, 2 * input.budget.fillers);
  const taken = Array.from(rng.sample(from, Math.min(from, input.budget.fillers, 1 + rng.integer(3))), (k) => order[k]);
  const isTarget = new Set(input.goal.targets);
  const accounts = kept.accounts.map((account, a): Profile => {
    const values = new Map(account.items.map((item, k) => [item, account.values[k]]));
    for (const item of taken) values.delete(item);
    const stream = rng.fork(a);
    while (values.size + taken.length > isTarget.size + input.budget.fillers) {
      const others = [...values.keys()].filter((item) => !isTarget.has(item));
      const spare = others.filter((item) => values.get(item) !== target);
      const pool = spare.length > 0 ? spare : others;
      values.delete(pool[stream.integer(pool.length)]);
    }
    for (const item of taken) values.set(item, target);
    return { items: [...values.keys()], values: [...values.values()] };
  });
  return { kind: "accounts", accounts };
}

/** All accounts rate some items (those of one value, or one item) at an end of the scale, or as they are rated on average. */
function revalued(input: RatingAttackInput, kept: AccountPoison, { average }: Material, rng: Rng): AccountPoison {
  const { target, opposite } = extremesFor(input);
  const isTarget = new Set(input.goal.targets);
  const first = kept.accounts[0];
  const open = [...first.items.keys()].filter((k) => !isTarget.has(first.items[k]));
  if (open.length === 0) return kept;
  const picked = open[rng.integer(open.length)];
  const isOne = rng.integer(2) === 0;
  const value: FillerValue = [() => target, () => opposite, average][rng.integer(3)];
  const accounts = kept.accounts.map(({ items, values }, a): Profile => {
    const stream = rng.fork(a);
    const isPicked = (k: number): boolean =>
      !isTarget.has(items[k]) && (isOne ? items[k] === first.items[picked] : values[k] === first.values[picked]);
    return { items, values: values.map((old, k) => (isPicked(k) ? nearestRating(input.clean.scale, value(items[k], stream)) : old)) };
  });
  return { kind: "accounts", accounts };
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
