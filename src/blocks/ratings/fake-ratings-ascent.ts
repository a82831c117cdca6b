import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { type Ratings, nearestRating } from "../../core/ratings.ts";
import type { RatingAttackInput, RecommenderModel } from "../../core/recommender.ts";
import { applyAccounts } from "../../core/apply/apply-accounts.ts";
import type { Rng } from "../../numeric/random.ts";

export interface FakeRatingsAscent {
  readonly input: RatingAttackInput;
  /** Which items the accounts rate, and the ratings to start from; the best of them is climbed. */
  readonly starts: readonly AccountPoison[];
  /** How many trainings from different starts are climbed together: the victim and others. */
  readonly models: number;
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
  /** Trains the engine, going on from a model or from a start of the stream's. */
  fit(ratings: Ratings, start: RecommenderModel | null, rng: Rng): Promise<RecommenderModel>;
}

/**
 * Projected gradient ascent over the ratings of fake accounts, the targets' staying at the end of the scale (Li et al. 2016, algorithm 1): each step
 * trains on, takes the derivatives, moves every filler by the rate times its gradient over the root mean square of its account's, and stays on the
 * scale. Utility and derivatives are means over several models, since the one that is deployed will have been trained anew. What is returned is on the
 * scale's steps; of all points on the way, the starts among them, the one of highest utility by training.
 */
export async function ascendFakeRatings(problem: FakeRatingsAscent, { rng, signal, progress }: RunContext): Promise<AccountPoison> {
  const { input, starts, steps } = problem;
  const { clean } = input;
  const genuine = clean.value.length;
  const streams = Array.from({ length: problem.models }, (_, m) => rng.fork("fit").fork(m));
  const clear = [await input.victim()];
  for (const stream of streams.slice(1)) clear.push(await problem.fit(clean, null, stream));
  const trained = (ratings: Ratings, from: readonly RecommenderModel[]): Promise<RecommenderModel[]> =>
    inTurn(streams, (stream, m) => problem.fit(ratings, from[m], stream));
  const utilityOf = (models: readonly RecommenderModel[]): number =>
    models.reduce((sum, model) => sum + problem.utility(model), 0) / models.length;

  const total = starts.length + steps;
  const tried = await inTurn(starts, async (start, k) => {
    stopIfCancelled(signal);
    const ratings = applyAccounts(clean, start);
    const models = await trained(ratings, clear);
    progress?.((k + 1) / total);
    return { ratings, models, utility: utilityOf(models), accounts: start.accounts.length };
  });
  const first = tried.reduce((a, b) => (b.utility > a.utility ? b : a));
  const { ratings } = first;
  let { models } = first;
  const value = ratings.value.slice();
  const moving = { ...ratings, value };
  let best = { utility: first.utility, value: value.slice() };
  const isTarget = new Uint8Array(clean.items.length);
  for (const target of input.goal.targets) isTarget[target] = 1;
  const span = clean.scale.high - clean.scale.low;
  const noise = rng.fork("langevin");

  for (let step = 0; step < steps; step++) {
    stopIfCancelled(signal);
    const rate = span * problem.firstRate * (problem.lastRate / problem.firstRate) ** (step / Math.max(1, steps - 1));
    const derivatives = models.map((model) => problem.derivatives(moving, model, genuine));
    const slope = scaleByAccountInPlace(meanOf(derivatives), moving, genuine);
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
    models = await trained(moving, models);
    const rounded = value.map((v, p) => (p < genuine ? v : nearestRating(clean.scale, v)));
    const utility = utilityOf(await trained({ ...ratings, value: rounded }, clear));
    if (utility > best.utility) best = { utility, value: rounded };
    progress?.((starts.length + step + 1) / total);
  }
  return withValues(ratings, best.value, clean.users.length, first.accounts);
}

/** One after another: the kernels of a process have one memory. */
async function inTurn<A, B>(all: readonly A[], work: (one: A, index: number) => Promise<B>): Promise<B[]> {
  const out: B[] = [];
  for (const [index, one] of all.entries()) out.push(await work(one, index));
  return out;
}

function meanOf(all: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(all[0].length);
  for (const values of all) for (let k = 0; k < out.length; k++) out[k] += values[k] / all.length;
  return out;
}

/** The derivative of every fake rating over the root mean square of its account's, in place. Shape: slope [fake ratings]. */
function scaleByAccountInPlace(slope: Float64Array, { user }: Ratings, genuine: number): Float64Array {
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
