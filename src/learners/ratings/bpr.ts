import { factorModel, factorsOfRows, startingRows } from "../../blocks/ratings/factor-model.ts";
import { likedFromSpec, likedRatings } from "../../blocks/ratings/liked.ts";
import { stopIfCancelled } from "../../core/context.ts";
import { type Ratings, ratingsWhere, startsByUser } from "../../core/ratings.ts";
import type { Recommender } from "../../core/recommender.ts";
import type { Rng } from "../../numeric/random.ts";

export interface BprParams {
  readonly rank: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly epochs: number;
  readonly warmEpochs: number;
  readonly likedFrom: number | "auto";
}

/**
 * Each step draws a liked rating (u, i) and any item j, and goes down the gradient of −ln σ(b_i − b_j + p_u · (q_i − q_j)) + (λ/2) |θ|² of the
 * parameters θ it touches; it does nothing where u likes j too. Steps of items are multiplied by the weight of u; users of weight 0 are not drawn.
 */
export const bpr: Recommender<BprParams> = {
  kind: "recommender",
  id: "bpr",
  title: "Bayesian personalised ranking",
  summary: "Ranks items by inner products that are trained, pair by pair, to put what a user liked above what the user did not.",
  source: {
    cite: "Rendle, Freudenthaler, Gantner & Schmidt-Thieme 2009, BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI",
    url: "https://arxiv.org/abs/1205.2618",
  },
  feedback: "implicit",
  params: {
    rank: { type: "number", default: 32, min: 1, max: 512, integer: true, help: "factors of a user or item" },
    learningRate: { type: "number", default: 0.05, min: 1e-9, max: 10, help: "length of a step" },
    decay: { type: "number", default: 0.01, min: 0, max: 100, help: "λ, the pull of parameters towards 0" },
    epochs: {
      type: "number",
      default: 50,
      min: 1,
      max: 100_000,
      integer: true,
      help: "steps, in multiples of the number of liked ratings",
    },
    warmEpochs: { type: "number", default: 15, min: 1, max: 100_000, integer: true, help: "the same, going on from a trained model" },
    likedFrom: likedFromSpec,
  },
  async fit(ratings, { params, start = null, userWeight = null, rng, signal, progress }) {
    const { rank } = params;
    const all = likedRatings(ratings, params.likedFrom);
    const liked = userWeight === null ? all : ratingsWhere(all, (p) => userWeight[all.user[p]] > 0);
    const rows = startingRows({ users: ratings.users.length, items: ratings.items.length, rank }, start, rng);
    warmUp(rows.users, rank, rng.fork("users"));
    const step = makeStep(rows, rank, params);
    const draw = makeDraw(liked, rng.fork("pairs"));
    const epochs = start === null ? params.epochs : params.warmEpochs;
    for (let epoch = 0; epoch < epochs; epoch++) {
      stopIfCancelled(signal);
      for (let k = 0; k < liked.user.length; k++) if (draw.next()) step(draw.user, draw.liked, draw.other, userWeight?.[draw.user] ?? 1);
      progress?.((epoch + 1) / epochs);
    }
    return factorModel(factorsOfRows(rows, rank, 0), "preference");
  },
};

/** Gives users who have none small random factors: from zeros neither side would move. */
function warmUp(users: Float64Array, rank: number, rng: Rng): void {
  const size = rank + 1;
  for (let at = 0; at < users.length; at += size) {
    let isCold = true;
    for (let k = 0; k < rank; k++) isCold &&= users[at + k] === 0;
    for (let k = 0; k < rank; k++) {
      const drawn = (0.1 * rng.normal()) / Math.sqrt(rank);
      if (isCold) users[at + k] = drawn;
    }
  }
}

interface Draw {
  user: number;
  liked: number;
  other: number;
  /** False where the other item is liked too. */
  next(): boolean;
}

function makeDraw(ratings: Ratings, rng: Rng): Draw {
  const { user, item, items } = ratings;
  const starts = startsByUser(ratings);
  const draw: Draw = {
    user: 0,
    liked: 0,
    other: 0,
    next() {
      const p = rng.integer(user.length);
      draw.user = user[p];
      draw.liked = item[p];
      draw.other = rng.integer(items.length);
      return !isAmong(item, draw.other, starts[draw.user], starts[draw.user + 1]);
    },
  };
  return draw;
}

/** Whether `wanted` is in the rising part [from, to) of `values`. */
function isAmong(values: Int32Array, wanted: number, from: number, to: number): boolean {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < to && values[low] === wanted;
}

type Step = (user: number, liked: number, other: number, weight: number) => void;

function makeStep(rows: { users: Float64Array; items: Float64Array }, rank: number, { learningRate, decay }: BprParams): Step {
  const { users, items } = rows;
  const size = rank + 1;
  return (user, liked, other, weight) => {
    const u = user * size;
    const i = liked * size;
    const j = other * size;
    let margin = items[i + rank] - items[j + rank];
    for (let k = 0; k < rank; k++) margin += users[u + k] * (items[i + k] - items[j + k]);
    const pull = 1 / (1 + Math.exp(margin));
    const itemRate = learningRate * weight;
    for (let k = 0; k < rank; k++) {
      const p = users[u + k];
      const a = items[i + k];
      const b = items[j + k];
      users[u + k] = p + learningRate * (pull * (a - b) - decay * p);
      items[i + k] = a + itemRate * (pull * p - decay * a);
      items[j + k] = b + itemRate * (-pull * p - decay * b);
    }
    items[i + rank] += itemRate * (pull - decay * items[i + rank]);
    items[j + rank] += itemRate * (-pull - decay * items[j + rank]);
  };
}
