// How fast detectors by geometry and derivative are, and how well they rank finished attacks. CPU time on one thread, median of several runs.
//   node bench/detectors.mjs [--repeats 9] [--attacks 8] [--only speed|enron]
// The reviews of --attacks finished Enron attacks (evenly from those of 1 %) are inserted one attack at a time; detectors see the training data as received,
// and the learner is the hinge SVM that the attacks were made for (logistic regression where a detector needs a derivative).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { harmOnHeld, selfInfluence } from "../dist/blocks/outliers/row-influence.js";
import { catalog } from "../dist/catalog.js";
import { selectExamples } from "../dist/core/dataset.js";
import { resolveParams } from "../dist/core/params.js";
import { logistic } from "../dist/learners/logistic.js";
import { linearSvm } from "../dist/learners/linear-svm.js";
import { makeRng } from "../dist/numeric/random.js";
import { areaUnderCurve, highest } from "../dist/numeric/orders/ranks.js";
import { stackRows } from "../dist/numeric/matrices/matrix.js";
import { datasetOf, denseRows, twoClasses } from "./parts/data.mjs";

const { values: options } = parseArgs({
  options: { repeats: { type: "string", default: "9" }, attacks: { type: "string", default: "8" }, only: { type: "string" } },
});
const detectorOf = (id) => catalog.detectors.find((detector) => detector.id === id);
const byGeometry = ["sphere", "slab", "svd-residual", "spectral-signatures", "activation-clustering", "label-conditional-outlier"];
const byDerivative = ["influence", "self-influence"];

if (options.only !== "enron") await speed();
if (options.only !== "speed") await enron();

async function speed() {
  console.log("CPU ms, median; one thread");
  const many = classesOfRows({ rows: 10_000, cols: 512, classes: 10 });
  for (const id of byGeometry) {
    if (id === "svd-residual") continue;
    await timed(`${id} 10,000 × 512, 10 classes`, () => scoresOf(id, many, {}));
  }
  await timed("svd-residual 10,000 × 512, 10 classes", () => scoresOf("svd-residual", many, {}), 3);
  const data = denseRows({ rows: 11_000, cols: 100 });
  const [train, held] = [
    [0, 10_000],
    [10_000, 11_000],
  ].map(([from, to]) =>
    selectExamples(
      data,
      Int32Array.from({ length: to - from }, (_, i) => from + i),
    ),
  );
  const params = resolveParams("logistic", logistic.params, { weightDecay: 1e-3 });
  const model = await logistic.fit(train, { params, rng: makeRng("bench") });
  await timed("influence of 10,000 × 100 on 1,000 held-out rows, after training", () =>
    harmOnHeld(logistic.objective(train, params), model, train, held),
  );
  await timed("self-influence of 10,000 × 100, after training", () =>
    selfInfluence(logistic.objective(train, params), model, train, { probes: 32, rng: makeRng("bench") }),
  );
}

async function timed(name, run, repeats = Number(options.repeats)) {
  const times = [];
  for (let i = 0; i <= repeats; i++) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    if (i > 0) times.push((user + system) / 1e3);
  }
  times.sort((a, b) => a - b);
  console.log(`  ${name.padEnd(68)} ${times[times.length >> 1].toFixed(1).padStart(8)}`);
}

function scoresOf(id, data, { learner = linearSvm, learnerParams = { loss: "hinge", weightDecay: 0.09, bias: "regularised" } }) {
  const detector = detectorOf(id);
  const chosen = resolveParams(learner.id, learner.params, learnerParams);
  return detector.score(data, {
    rng: makeRng(`bench/${id}`),
    params: resolveParams(id, detector.params),
    fit: (rows, start = null) => learner.fit(rows, { rng: makeRng("bench/fit"), params: chosen, start }),
    objective: (rows) => learner.objective?.(rows, chosen) ?? null,
    table: null,
  });
}

/** Class means far from the origin; a tenth of class 0 is shifted along one direction. */
function classesOfRows({ rows, cols, classes }) {
  const rng = makeRng("bench/classes");
  const means = Float64Array.from({ length: classes * cols }, () => 5 * rng.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => i % classes);
  const data = Float64Array.from(
    { length: rows * cols },
    (_, p) =>
      means[y[Math.floor(p / cols)] * cols + (p % cols)] + rng.normal() + (Math.floor(p / cols) % 100 === 0 && p % cols === 7 ? 10 : 0),
  );
  const x = { kind: "dense", rows, cols, data };
  return datasetOf(x, y, { kind: "classes", names: Array.from({ length: classes }, (_, k) => `${k}`) });
}

async function enron() {
  const folder = `${process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data")}/enron`;
  const buffer = (name) => Uint8Array.from(readFileSync(`${folder}/train_${name}.bin`)).buffer;
  const y = Float64Array.from(new Int8Array(buffer("y.i8")), (label) => (label > 0 ? 1 : 0));
  const x = {
    kind: "sparse",
    rows: y.length,
    cols: 5116,
    indptr: new Int32Array(buffer("indptr.i32")),
    indices: new Int32Array(buffer("indices.i32")),
    values: Float64Array.from(new Float32Array(buffer("data.f32"))),
  };
  const lines = gunzipSync(readFileSync(`${folder}/attacks.ndjson.gz`))
    .toString()
    .trim()
    .split("\n");
  const finished = lines.map((line) => JSON.parse(line)).filter(({ rows }) => rows === Math.floor(0.01 * y.length));
  const every = Math.max(1, Math.floor(finished.length / Number(options.attacks)));
  const chosen = finished.filter((_, i) => i % every === 0).slice(0, Number(options.attacks));
  console.log(
    `\nEnron, ${chosen.length} of ${finished.length} finished attacks of 1 %: AUC mean and worst, precision among as many as were inserted, CPU s each`,
  );
  for (const id of [...byGeometry, "sever", ...byDerivative]) {
    const [areas, precisions, seconds] = [[], [], []];
    for (const attack of chosen) {
      const inserted = {
        kind: "sparse",
        rows: attack.rows,
        cols: x.cols,
        indptr: Int32Array.from(attack.indptr),
        indices: Int32Array.from(attack.indices),
        values: Float64Array.from(attack.values),
      };
      const labels = Float64Array.from([...y, ...attack.y.map((label) => (label > 0 ? 1 : 0))]);
      const data = datasetOf(stackRows(x, inserted), labels, twoClasses);
      const before = process.cpuUsage();
      const setting = byDerivative.includes(id) ? { learner: logistic, learnerParams: { weightDecay: 0.01 } } : {};
      const { values } = await scoresOf(id, data, setting);
      const { user, system } = process.cpuUsage(before);
      seconds.push((user + system) / 1e6);
      areas.push(areaUnderCurve(values, (i) => i >= y.length));
      precisions.push(highest(values, attack.rows).filter((i) => i >= y.length).length / attack.rows);
    }
    const mean = (v) => v.reduce((a, b) => a + b, 0) / v.length;
    console.log(
      `  ${id.padEnd(28)} AUC ${mean(areas).toFixed(3)} ${Math.min(...areas).toFixed(3)}   precision ${mean(precisions).toFixed(3)} ${Math.min(...precisions).toFixed(3)}   ${mean(seconds).toFixed(2)} s`,
    );
  }
}
