// What is measured: our side of each case, and what its peer is asked.
import { linearModel } from "../dist/blocks/linear/model.js";
import { penaltyOf } from "../dist/blocks/linear/layout.js";
import { logisticLoss, squareLoss, squaredHingeLoss } from "../dist/blocks/linear/margin-losses.js";
import { resolveParams } from "../dist/core/params.js";
import { fitTfIdf, appendTfIdf } from "../dist/data/tf-idf.js";
import { makeTokenizer } from "../dist/data/tokens.js";
import { alsExplicit } from "../dist/learners/ratings/als-explicit.js";
import { alsImplicit } from "../dist/learners/ratings/als-implicit.js";
import { linearSvm } from "../dist/learners/linear-svm.js";
import { logistic } from "../dist/learners/logistic.js";
import { ridge } from "../dist/learners/ridge.js";
import { makeRng } from "../dist/numeric/random.js";
import { network } from "./mlp.mjs";
import { denseRows, reviews, sparseRows, syntheticRatings } from "./parts/data.mjs";

/** `small` is for the smoke test. Each makes { data | texts, ours(), request, compare(ours, theirs) }. */
export const cases = {
  "dense-logistic": (small) =>
    training({ data: denseRows(small ? smallDense : dense), learner: logistic, peer: "lbfgs", bias: "free", loss: logisticLoss }),
  "dense-svm": (small) =>
    training({
      data: denseRows(small ? smallDense : dense),
      learner: linearSvm,
      peer: "linear-svc",
      bias: "regularised",
      loss: squaredHingeLoss,
    }),
  ridge: (small) =>
    training({
      data: denseRows({ ...(small ? smallDense : dense), real: true }),
      learner: ridge,
      peer: "ridge",
      bias: "free",
      loss: squareLoss,
    }),
  "sparse-logistic-lbfgs": (small) =>
    training({ data: sparseRows(small ? smallSparse : sparse), learner: logistic, peer: "lbfgs", bias: "free", loss: logisticLoss }),
  "sparse-logistic-liblinear": (small) =>
    training({
      data: sparseRows(small ? smallSparse : sparse),
      learner: logistic,
      peer: "liblinear",
      bias: "regularised",
      loss: logisticLoss,
    }),
  influence: (small) => influence(denseRows(small ? smallDense : { rows: 10_000, cols: 100 })),
  "als-explicit": (small) => explicitAls(small ? smallRatings : hundredThousand(80_000)),
  "als-explicit-1m": (small) => explicitAls(small ? smallRatings : million),
  "als-implicit": (small) => implicitAls(small ? smallRatings : hundredThousand(99_000)),
  "als-implicit-1m": (small) => implicitAls(small ? smallRatings : million),
  "factor-scores": (small) => factorScores(small ? smallRatings : { users: 990, items: 1682, ratings: 80_000 }),
  "mlp-numpy": (small) => network(small, "mlp-numpy"),
  "mlp-torch": (small) => network(small, "mlp-torch"),
  "tf-idf-words": (small) => tfIdf(small, 1),
  "tf-idf-bigrams": (small) => tfIdf(small, 2),
};

const dense = { rows: 50_000, cols: 100 };
const sparse = { rows: 5_000, cols: 20_000, perRow: 80 };
const smallDense = { rows: 400, cols: 5 };
const hundredThousand = (ratings) => ({ users: 943, items: 1682, ratings });
const million = { users: 6_040, items: 3_706, ratings: 1_000_000 };
const smallRatings = { users: 30, items: 40, ratings: 400 };
const smallSparse = { rows: 300, cols: 200, perRow: 8 };

/** λ = 1 / n, which is C = 1 (alpha = 1) on the side of the peer. */
async function training({ data, learner, peer, bias, loss }) {
  const weightDecay = 1 / data.x.rows;
  const fit = async (given) => {
    const params = resolveParams(learner.id, learner.params, { bias, weightDecay, ...given });
    return (await learner.fit(data, { params, rng: makeRng("bench") })).parameters.theta;
  };
  const objective = (theta) => {
    const losses = linearModel({ theta, features: data.features, target: data.target, loss }).losses(data);
    return losses.reduce((sum, value) => sum + value, 0) / losses.length + penaltyOf(theta, theta.length, weightDecay, bias);
  };
  const lowest = objective(await fit({ tolerance: 1e-9 }));
  const gap = (theta) => Math.max(0, objective(theta) / lowest - 1);
  return {
    data,
    ours: () => fit({}),
    request: { peer },
    compare: (ours, theirs) => ({ gap: gap(ours), peerGap: theirs && gap(Float64Array.from(theirs)) }),
  };
}

/** Of every row on the mean loss over all rows. */
async function influence(data) {
  const params = resolveParams("logistic", logistic.params, { weightDecay: 1 / data.x.rows });
  const { theta } = (await logistic.fit(data, { params, rng: makeRng("bench") })).parameters;
  const ours = () => {
    const objective = logistic.objective(data, params);
    const gradient = new Float64Array(objective.size);
    objective.gradientInto(gradient, theta);
    for (let j = 0; j < theta.length - 1; j++) gradient[j] -= params.weightDecay * theta[j];
    const out = new Float64Array(data.x.rows);
    objective.rowSensitivitiesInto(out, theta, objective.solveHessian(theta, gradient), data);
    return out;
  };
  const farthest = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0) / Math.max(...a.map(Math.abs));
  return {
    data,
    ours,
    request: { peer: "influence", theta: [...theta] },
    compare: (a, b) => ({ difference: b && farthest(a, b) }),
  };
}

function tfIdf(small, ngrams) {
  const texts = reviews(small ? 60 : 6_400).map(({ text }) => text);
  const ours = () => {
    const tokenizer = makeTokenizer({ bigrams: ngrams === 2 });
    const documents = texts.map((text) => tokenizer.countTerms(text));
    const fitted = fitTfIdf(documents, tokenizer, { minDocuments: 2, firstNew: tokenizer.terms.length });
    const room = documents.reduce((sum, { ids }) => sum + ids.length, 0);
    const out = { indices: new Int32Array(room), values: new Float64Array(room), length: 0 };
    for (const document of documents) appendTfIdf(out, document, fitted, 0);
    return out.length;
  };
  return {
    texts,
    ours,
    request: { peer: "tf-idf", ngrams },
    compare: (entries, theirs) => ({ entries, peerEntries: theirs && theirs[0] }),
  };
}

/** Ten sweeps from random items, rank 32; the figure is the objective per rating, which both sides bring down. */
function explicitAls(shape) {
  const ratings = syntheticRatings(shape);
  const params = resolveParams("als-explicit", alsExplicit.params, { rank: 32, decay: 0.1, sweeps: 10 });
  return {
    ratings,
    ours: () => alsExplicit.fit(ratings, { params, rng: makeRng("bench") }),
    request: { peer: "als-explicit", rank: 32, decay: 0.1, sweeps: 10 },
    compare: ({ factors }, theirs) => ({
      objective: explicitObjective(ratings, factors, params.decay),
      peerObjective: theirs && theirs[0],
    }),
  };
}

function implicitAls(shape) {
  const ratings = syntheticRatings(shape);
  const params = resolveParams("als-implicit", alsImplicit.params, { rank: 32, confidence: 10, decay: 10, sweeps: 10, likedFrom: 1 });
  return {
    ratings,
    ours: () => alsImplicit.fit(ratings, { params, rng: makeRng("bench") }),
    request: { peer: "als-implicit", rank: 32, confidence: 10, decay: 10, sweeps: 10, cgSteps: 3 },
    compare: ({ factors }, theirs) => ({ objective: implicitObjective(ratings, factors, params), peerObjective: theirs && theirs[0] }),
  };
}

/** Every item's score for every user. */
async function factorScores(shape) {
  const ratings = syntheticRatings(shape);
  const params = resolveParams("als-explicit", alsExplicit.params, { sweeps: 1 });
  const model = await alsExplicit.fit(ratings, { params, rng: makeRng("bench") });
  const users = Int32Array.from(ratings.users, (_, u) => u);
  const out = new Float64Array(users.length * ratings.items.length);
  return {
    ratings,
    ours: () => {
      model.scoresInto(out, users);
      return out.length;
    },
    request: { peer: "factor-scores", rank: 32 },
    compare: (ours, theirs) => ({ scores: ours, peerScores: theirs && theirs[0] }),
  };
}

/** Per rating. */
function explicitObjective({ user, item, value }, { rank, mean, userFactors, itemFactors, userBias, itemBias }, decay) {
  let sum = 0;
  for (let n = 0; n < value.length; n++) {
    const [u, i] = [user[n], item[n]];
    let score = mean + userBias[u] + itemBias[i];
    let penalty = userBias[u] ** 2 + itemBias[i] ** 2;
    for (let k = 0; k < rank; k++) {
      const [p, q] = [userFactors[u * rank + k], itemFactors[i * rank + k]];
      score += p * q;
      penalty += p * p + q * q;
    }
    sum += (value[n] - score) ** 2 + decay * penalty;
  }
  return sum / value.length;
}

/** Per rating, all of which are liked. */
function implicitObjective({ user, item }, { rank, userFactors, itemFactors, userBias, itemBias }, { confidence, decay }) {
  let sum = 0;
  for (let u = 0; u < userBias.length; u++)
    for (let i = 0; i < itemBias.length; i++) {
      let score = 0;
      for (let k = 0; k < rank; k++) score += userFactors[u * rank + k] * itemFactors[i * rank + k];
      sum += score ** 2;
    }
  for (let n = 0; n < user.length; n++) {
    let score = 0;
    for (let k = 0; k < rank; k++) score += userFactors[user[n] * rank + k] * itemFactors[item[n] * rank + k];
    sum += (1 + confidence) * (1 - score) ** 2 - score ** 2;
  }
  for (const factors of [userFactors, itemFactors]) for (const value of factors) sum += decay * value ** 2;
  return sum / user.length;
}
