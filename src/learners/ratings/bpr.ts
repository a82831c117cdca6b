import { type FactorRows, factorModel, factorsOfRows, startingRows } from "../../blocks/ratings/factor-model.ts";
import { likedFromSpec, likedRatings } from "../../blocks/ratings/liked.ts";
import { layOut, ratingKernels } from "../../blocks/ratings/rating-kernels.ts";
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
    const epochs = start === null ? params.epochs : params.warmEpochs;
    const steps = openSteps(rows, liked, userWeight, params, rng.fork("pairs"));
    for (let epoch = 0; epoch < epochs; epoch++) {
      stopIfCancelled(signal);
      steps.take(liked.user.length);
      progress?.((epoch + 1) / epochs);
    }
    steps.finishInto(rows);
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

interface Steps {
  take(count: number): void;
  finishInto(rows: FactorRows): void;
}

/** Rows in the memory of the kernels, which nobody else may use before they are finished. */
function openSteps(
  rows: FactorRows,
  liked: Ratings,
  userWeight: Float64Array | null,
  { rank, learningRate, decay }: BprParams,
  rng: Rng,
): Steps {
  const { user, item, users, items } = liked;
  const size = rank + 1;
  const stride = size + (size % 2);
  const { floats, integers, at } = layOut({
    users: users.length * stride,
    items: items.length * stride,
    weight: users.length,
    user: user.length / 2,
    item: user.length / 2,
    starts: (users.length + 1) / 2,
  });
  copyRows(floats, at.users / 8, stride, rows.users, 0, size, users.length, size);
  copyRows(floats, at.items / 8, stride, rows.items, 0, size, items.length, size);
  integers.set(user, at.user / 4);
  integers.set(item, at.item / 4);
  integers.set(startsByUser(liked), at.starts / 4);
  if (userWeight !== null) floats.set(userWeight.subarray(0, users.length), at.weight / 8);
  const whole = 2 ** 32;
  ratingKernels.setState(rng.integer(whole), rng.integer(whole), rng.integer(whole), rng.integer(whole));
  const weightAt = userWeight === null ? 0 : at.weight;
  return {
    take(count) {
      ratingKernels.bprSteps(
        count,
        at.users,
        at.items,
        at.user,
        at.item,
        at.starts,
        weightAt,
        user.length,
        items.length,
        rank,
        stride,
        learningRate,
        decay,
      );
    },
    finishInto(out) {
      copyRows(out.users, 0, size, floats, at.users / 8, stride, users.length, size);
      copyRows(out.items, 0, size, floats, at.items / 8, stride, items.length, size);
    },
  };
}

/** The first `size` numbers of each row, from rows of one width to rows of another. */
function copyRows(
  out: Float64Array,
  to: number,
  outWidth: number,
  from: Float64Array,
  start: number,
  width: number,
  rows: number,
  size: number,
): void {
  for (let i = 0; i < rows; i++) for (let k = 0; k < size; k++) out[to + i * outWidth + k] = from[start + i * width + k];
}
