// Wrong labels on one thread: medians of CPU time on seeded random data, beside cleanlab and NumPy where there is a python3 that has them (THERIAC_PYTHON).
//   node bench/label-issues.mjs [--small] [--repeats 5]
// Asked: label issues of 1,000,000 × 10 in 0.25 s, KNN-Shapley values of 10,000 × 1,000 × 64 in 0.8 s.
// `rows alike` is how many of the rows that cleanlab flags we flag, and the other way round. Equal values at the edge of a count are up to a sort that
// differs between processors, so a few may differ. `agree` is the largest difference of two values.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { confidentFilters, labelIssues } from "../dist/blocks/noisy-labels/confident-learning.js";
import { knnShapley } from "../dist/blocks/outliers/knn-shapley.js";
import { labelQuality, qualityScores } from "../dist/blocks/noisy-labels/label-quality.js";
import { nearestRows } from "../dist/blocks/outliers/nearest-rows.js";
import { areaUnderCurve } from "../dist/numeric/orders/ranks.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options } = parseArgs({
  options: { small: { type: "boolean", default: false }, repeats: { type: "string", default: "5" } },
});
const repeats = Number(options.repeats);
const labelled = labelledProbabilities(options.small ? 5_000 : 1_000_000, 10);
const clouds = cloudsOf(options.small ? 500 : 10_000, options.small ? 50 : 1_000, 64);

const folder = mkdtempSync(join(tmpdir(), "theriac-labels-"));
try {
  for (const [name, values] of Object.entries({ ...labelled, ...clouds }))
    if (ArrayBuffer.isView(values)) writeFileSync(join(folder, `${name}.bin`), values);
  const python = process.env["THERIAC_PYTHON"] ?? "python3";
  const sizes = [labelled.classes, clouds.cols, clouds.neighbours, repeats].map(String);
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  const ran = spawnSync(python, [join(import.meta.dirname, "label-issues.py"), folder, ...sizes], { env, encoding: "utf8" });
  const peers = ran.status === 0 ? JSON.parse(ran.stdout) : null;
  if (peers === null) console.log("no python3 with cleanlab and numpy (set THERIAC_PYTHON): our times alone\n");
  if (process.env["DEBUG"]) console.log(ran.stderr);
  console.log(`${"".padEnd(48)} CPU s    peer`);
  report(peers);
} finally {
  rmSync(folder, { recursive: true });
}

function report(peers) {
  for (const filter of confidentFilters) {
    const { seconds, answer } = timed(() => labelIssues(labelled, filter));
    const theirs = peers?.filters[filter.replaceAll("-", "_")];
    let alike = "";
    if (theirs) {
      const mask = readFileSync(join(folder, `${filter.replaceAll("-", "_")}.mask`));
      alike = `${answer.reduce((sum, is, i) => sum + (is & mask[i]), 0)} of ${mask.reduce((sum, is) => sum + is, 0)} rows alike, ours ${count(answer)}`;
    }
    line(`label issues, ${filter}`, seconds, theirs?.seconds, alike || `${count(answer)} rows`);
  }
  for (const method of qualityScores) {
    const { seconds, answer } = timed(() => labelQuality(labelled, method));
    const theirs = peers?.scores[method.replaceAll("-", "_")];
    const total = answer.reduce((sum, value) => sum + value, 0);
    line(`score, ${method}`, seconds, theirs?.seconds, `sum ${total.toFixed(6)}${theirs ? `, theirs ${theirs.sum.toFixed(6)}` : ""}`);
  }
  const { train, trainLabels, validation, validationLabels, cols, neighbours, flipped } = clouds;
  const dense = (data) => ({ kind: "dense", rows: data.length / cols, cols, data });
  const valued = { x: dense(train), y: trainLabels };
  const judges = { x: dense(validation), y: validationLabels };
  const { seconds, answer } = timed(() => knnShapley(valued, judges, { neighbours }));
  const auc = areaUnderCurve(
    answer.map((value) => -value),
    (i) => flipped[i] === 1,
  );
  const found = `sum ${answer.reduce((sum, value) => sum + value, 0).toFixed(6)}, AUC of flipped ${auc.toFixed(4)}`;
  let agree = "";
  if (peers) {
    const theirs = new Float64Array(Uint8Array.from(readFileSync(join(folder, "shapley.bin"))).buffer);
    agree = `, agree within ${answer.reduce((top, value, i) => Math.max(top, Math.abs(value - theirs[i])), 0).toExponential(1)}`;
  }
  const shape = (rows) => `${rows.length / cols}`;
  line(`KNN-Shapley ${shape(train)} × ${shape(validation)} × ${cols}`, seconds, peers?.shapley.seconds, found + agree);
  const source = new Int32Array(trainLabels.length).fill(-1);
  const near = timed(() => nearestRows(dense(train), { neighbours: 10, metric: "euclidean", source, among: null }));
  line(`10 nearest of ${shape(train)} × ${cols}, exact`, near.seconds);
}

function line(name, seconds, peer, more = "") {
  console.log(`${name.padEnd(46)} ${seconds.toFixed(3).padStart(7)} ${(peer?.toFixed(3) ?? "–").padStart(7)}  ${more}`);
}

function count(mask) {
  return mask.reduce((sum, is) => sum + is, 0);
}

/** The median of several runs; the first does not count. */
function timed(run) {
  const times = [];
  let answer;
  for (let r = 0; r <= repeats; r++) {
    const before = process.cpuUsage();
    answer = run();
    const { user, system } = process.cpuUsage(before);
    if (r > 0) times.push((user + system) / 1e6);
  }
  return { seconds: times.sort((a, b) => a - b)[times.length >> 1], answer };
}

/** A tenth of the labels is wrong; the models are right about most rows. */
function labelledProbabilities(rows, classes) {
  const rng = makeRng("bench/labels");
  const labels = new Int32Array(rows);
  const probabilities = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    const truth = rng.integer(classes);
    labels[i] = rng.uniform() < 0.1 ? (truth + 1 + rng.integer(classes - 1)) % classes : truth;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += probabilities[i * classes + k] = Math.exp(rng.normal() + (k === truth ? 3 : 0));
    for (let k = 0; k < classes; k++) probabilities[i * classes + k] /= sum;
  }
  return { labels, probabilities, classes };
}

/** Two clouds; a tenth of the training labels is flipped. */
function cloudsOf(trainRows, validationRows, cols) {
  const rng = makeRng("bench/clouds");
  const rows = (labels) => {
    const x = new Float64Array(labels.length * cols);
    for (let p = 0; p < x.length; p++) x[p] = rng.normal() + 0.35 * (labels[Math.floor(p / cols)] === 1 ? 1 : -1);
    return x;
  };
  const draw = (count) => Float64Array.from({ length: count }, () => rng.integer(2));
  const [truth, validationLabels] = [draw(trainRows), draw(validationRows)];
  const flipped = Int32Array.from({ length: trainRows }, () => Number(rng.uniform() < 0.1));
  const trainLabels = truth.map((label, i) => (flipped[i] === 1 ? 1 - label : label));
  return { train: rows(truth), trainLabels, validation: rows(validationLabels), validationLabels, flipped, cols, neighbours: 5 };
}
