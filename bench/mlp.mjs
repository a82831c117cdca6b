// A network 784-128-10 on 10,000 rows, 5 passes in batches of 128 by plain SGD, beside the same in numpy and in torch (bench/mlp.py).
import { resolveParams } from "../dist/core/params.js";
import { mlp } from "../dist/node/learners/mlp.js";
import { makeRng } from "../dist/numeric/random.js";
import { datasetOf } from "./parts/data.mjs";

export function network(small, peer) {
  const shape = small ? { rows: 200, cols: 20 } : { rows: 10_000, cols: 784 };
  const data = tenClouds(shape);
  const given = { hidden: "128", epochs: 5, batchRows: 128, optimiser: "sgd", learningRate: 0.1, momentum: 0, weightDecay: 0 };
  const params = resolveParams("mlp", mlp.params, given);
  const lossOf = (model) => model.losses(data).reduce((sum, loss) => sum + loss, 0) / data.y.length;
  return {
    data,
    ours: () => mlp.fit(data, { params, rng: makeRng("bench") }),
    request: { peer, hidden: 128, epochs: 5, batch: 128, rate: 0.1 },
    compare: (model, theirs) => ({ trainingLoss: lossOf(model), peerTrainingLoss: theirs && theirs[0] }),
  };
}

/** Rows about the centre of their class, not far from the others'. */
function tenClouds({ rows, cols }) {
  const rng = makeRng("bench/clouds");
  const centres = Float64Array.from({ length: 10 * cols }, () => 0.1 * rng.normal());
  const y = Float64Array.from({ length: rows }, () => rng.integer(10));
  const data = Float64Array.from({ length: rows * cols }, (_, p) => centres[y[Math.floor(p / cols)] * cols + (p % cols)] + rng.normal());
  return datasetOf({ kind: "dense", rows, cols, data }, y, { kind: "classes", names: [..."0123456789"] });
}
