// What is measured: our side of each case, and what its peer is asked.
import { linearModel } from "../dist/blocks/linear-model.js";
import { penaltyOf } from "../dist/blocks/linear-layout.js";
import { logisticLoss, squareLoss, squaredHingeLoss } from "../dist/blocks/margin-losses.js";
import { resolveParams } from "../dist/core/params.js";
import { fitTfIdf, appendTfIdf } from "../dist/data/tf-idf.js";
import { makeTokenizer } from "../dist/data/tokens.js";
import { linearSvm } from "../dist/learners/linear-svm.js";
import { logistic } from "../dist/learners/logistic.js";
import { ridge } from "../dist/learners/ridge.js";
import { makeRng } from "../dist/numeric/random.js";
import { denseRows, reviews, sparseRows } from "./data.mjs";

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
  "tf-idf-words": (small) => tfIdf(small, 1),
  "tf-idf-bigrams": (small) => tfIdf(small, 2),
};

const dense = { rows: 50_000, cols: 100 };
const sparse = { rows: 5_000, cols: 20_000, perRow: 80 };
const smallDense = { rows: 400, cols: 5 };
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
