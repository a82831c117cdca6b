import { type RunContext, stopIfCancelled } from "../core/context.ts";
import { type AccountPoison, type Ratings, nearestRating } from "../core/ratings.ts";
import type { RatingAttackInput, RecommenderModel } from "../core/recommender.ts";
import { applyAccounts } from "../data/ratings-accounts.ts";

export interface FakeRatingsAscent {
  readonly input: RatingAttackInput;
  /** Which items the accounts rate, and the ratings to start from. */
  readonly start: AccountPoison;
  /** What is climbed, by the model that training ends with. */
  utility(model: RecommenderModel): number;
  /** Its derivative by the ratings from position `from` on, which the accounts gave. Shape: [ratings − from]. */
  derivatives(ratings: Ratings, model: RecommenderModel, from: number): Float64Array;
  readonly steps: number;
  /** Of the first step and the last, as a share of the scale. */
  readonly firstRate: number;
  readonly lastRate: number;
  /** β of stochastic gradient Langevin dynamics towards what the items are rated; null = plain ascent. */
  readonly mimicry: { readonly itemMean: Float64Array; readonly itemDeviation: Float64Array; readonly weight: number } | null;
  /** Trains the engine. */
  fit(ratings: Ratings, start: RecommenderModel): Promise<RecommenderModel>;
}

/**
 * Projected gradient ascent over the ratings of fake accounts, the targets' staying at the end of the scale (Li et al. 2016, algorithm 1): each step
 * trains on, takes the derivatives, moves every filler by the rate times its gradient over the root mean square of its account's, and stays on the
 * scale. What is returned is on the scale's steps; of all points on the way, the start among them, the one of highest utility by training.
 */
export async function ascendFakeRatings(problem: FakeRatingsAscent, { rng, signal, progress }: RunContext): Promise<AccountPoison> {
  const { input, start, steps } = problem;
  const { clean } = input;
  const genuine = clean.value.length;
  const ratings = applyAccounts(clean, start);
  const value = ratings.value.slice();
  const moving = { ...ratings, value };
  const isTarget = new Uint8Array(clean.items.length);
  for (const target of input.goal.targets) isTarget[target] = 1;
  const span = clean.scale.high - clean.scale.low;
  const noise = rng.fork("langevin");
  const victim = await input.victim();
  let model = await problem.fit(moving, victim);
  let best = { utility: problem.utility(model), value: value.slice() };

  for (let step = 0; step < steps; step++) {
    stopIfCancelled(signal);
    const rate = span * problem.firstRate * (problem.lastRate / problem.firstRate) ** (step / Math.max(1, steps - 1));
    const slope = byAccount(problem.derivatives(moving, model, genuine), moving, genuine);
    for (let p = genuine; p < value.length; p++) {
      const i = ratings.item[p];
      if (isTarget[i] === 1) continue;
      let move = rate * slope[p - genuine];
      if (problem.mimicry !== null) {
        const { itemMean, itemDeviation, weight } = problem.mimicry;
        const spread = Math.max(itemDeviation[i], 0.05 * span);
        move = (rate / 2) * (weight * slope[p - genuine] - (value[p] - itemMean[i]) / spread ** 2) + Math.sqrt(rate) * noise.normal();
      }
      value[p] = Math.min(clean.scale.high, Math.max(clean.scale.low, value[p] + move));
    }
    model = await problem.fit(moving, model);
    const rounded = value.map((v, p) => (p < genuine ? v : nearestRating(clean.scale, v)));
    const trained = await problem.fit({ ...ratings, value: rounded }, victim);
    const utility = problem.utility(trained);
    if (utility > best.utility) best = { utility, value: rounded };
    progress?.((step + 1) / steps);
  }
  return withValues(ratings, best.value, clean.users.length, start.accounts.length);
}

/** The derivative of every fake rating over the root mean square of its account's. Shape: [fake ratings]. */
function byAccount(derivatives: Float64Array, { user }: Ratings, genuine: number): Float64Array {
  const slope = derivatives.slice();
  for (let from = 0; from < slope.length;) {
    let to = from;
    let squares = 0;
    for (; to < slope.length && user[genuine + to] === user[genuine + from]; to++) squares += slope[to] * slope[to];
    const scale = squares > 0 ? 1 / Math.sqrt(squares / (to - from)) : 0;
    for (let p = from; p < to; p++) slope[p] *= scale;
    from = to;
  }
  return slope;
}

function withValues({ user, item }: Ratings, value: Float64Array, genuineUsers: number, count: number): AccountPoison {
  const accounts = Array.from({ length: count }, () => ({ items: [] as number[], values: [] as number[] }));
  for (let p = 0; p < user.length; p++) {
    if (user[p] < genuineUsers) continue;
    accounts[user[p] - genuineUsers].items.push(item[p]);
    accounts[user[p] - genuineUsers].values.push(value[p]);
  }
  return { kind: "accounts", accounts };
}
