// What finding label issues and KNN-Shapley values cost, on one thread, in CPU time; the median of some runs.
//   node bench/label-issues.mjs [--repeats 5]
// Asked: 1,000,000 rows × 10 classes in 0.25 s (cleanlab 2.9: 1.13 s), 10,000 × 1,000 rows × 64 features in 0.8 s (numpy: 1.66 s).
import { parseArgs } from "node:util";
import { labelIssues } from "../dist/blocks/confident-learning.js";
import { knnShapley } from "../dist/blocks/knn-shapley.js";
import { denseMatrix } from "../dist/numeric/matrix.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options } = parseArgs({ options: { repeats: { type: "string", default: "5" } } });

function cpuSeconds(run) {
  const times = Array.from({ length: Number(options.repeats) }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  });
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

function labelled(rows, classes) {
  const rng = makeRng("labels");
  const probabilities = new Float64Array(rows * classes);
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const own = rng.integer(classes);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += probabilities[i * classes + k] = Math.exp(1.5 * rng.normal() + (k === own ? 4 : 0));
    for (let k = 0; k < classes; k++) probabilities[i * classes + k] /= sum;
    labels[i] = rng.uniform() < 0.1 ? rng.integer(classes) : own;
  }
  return { labels, probabilities, classes };
}

const given = labelled(1_000_000, 10);
console.log("label issues, 1,000,000 × 10 (asked: 0.25 s)");
for (const filter of ["prune-by-noise-rate", "prune-by-class", "both", "confident-learning"]) {
  let found = 0;
  const seconds = cpuSeconds(() => (found = labelIssues(given, filter).reduce((sum, is) => sum + is, 0)));
  console.log(`  ${filter}: ${seconds.toFixed(3)} s, ${found} found`);
}

const rng = makeRng("shapley");
const rowsOf = (rows) => ({
  x: denseMatrix(
    rows,
    64,
    Float64Array.from({ length: rows * 64 }, () => rng.normal()),
  ),
  y: Float64Array.from({ length: rows }, () => rng.integer(2)),
});
const [train, test] = [rowsOf(10_000), rowsOf(1_000)];
console.log(
  `KNN-Shapley, 10,000 × 1,000 × 64 (asked: 0.8 s): ${cpuSeconds(() => knnShapley(train, test, { neighbours: 5 })).toFixed(3)} s`,
);
