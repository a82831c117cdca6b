// What injection past sanitisation does to a linear SVM on Enron counts (plain hinge, weight decay 0.09, clean test error 0.029), undefended and after 5 %
// of each class is removed once by each filter, beside the finished attacks that lie with the data.
//   node bench/enron.mjs [--budget 0.01] [--attack influence-injection,svm-injection] [--finished 0] [--set steps=40]
// One patch an attack, chosen by its own objective on training rows. Inserted rows stay within the 95th percentiles of sphere and slab of the clean rows,
// and are whole counts up to what each word was seen to reach. --finished N judges every Nth of the finished attacks of the budget too.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { feasibleSetOf, filterDistances, isFeasible, meanOf } from "../dist/blocks/feasible/feasible-set.js";
import { catalog } from "../dist/catalog.js";
import { findBreach } from "../dist/core/patch.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { budgetOf } from "../dist/core/threat.js";
import { encoderParams, makeEncoder } from "../dist/data/encoder.js";
import { linearSvm } from "../dist/learners/linear-svm.js";
import { selectRows } from "../dist/numeric/matrices/matrix.js";
import { highest } from "../dist/numeric/orders/ranks.js";
import { makeRng } from "../dist/numeric/random.js";
import { truncatedSvd } from "../dist/numeric/solvers/truncated-svd.js";
import { makePipeline } from "../dist/study/table/make-pipeline.js";

const { values: options } = parseArgs({
  options: {
    budget: { type: "string", default: "0.01" },
    attack: { type: "string", default: "flipped-copies,influence-injection" },
    finished: { type: "string", default: "0" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const folder = `${process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data")}/enron`;
const removedShare = 0.05;
const [ham, spam] = [0, 1];
const parts = [readPart("train"), readPart("test")];
const table = tableOf(parts);
const clean = { table, rows: Int32Array.from({ length: parts[0].y.length }, (_, i) => i) };
const testRows = Int32Array.from({ length: parts[1].y.length }, (_, i) => parts[0].y.length + i);
const learnerParams = resolveParams("linear-svm", linearSvm.params, { loss: "hinge", weightDecay: 0.09, bias: "regularised" });
const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner: linearSvm, learnerParams, repair: null });
const rng = makeRng("bench/enron");
const victim = await pipeline.fit(clean, { rng });
const test = victim.encode(table, testRows);
const set = feasibleSetOf(victim.training, 0.95);
const budget = budgetOf(Number(options.budget), clean.rows.length);
const reach = { attackTasks: null, targetTasks: null };

console.log(`${clean.rows.length} training rows, ${budget.rows} inserted; clean test error ${errorOf(victim.model).toFixed(4)}`);
console.log(`test error after ${100 * removedShare} % of each class is removed by each filter, with the inserted rows that it leaves\n`);
console.log(
  `${"attack".padEnd(22)} undefended  sphere           slab             loss             SVD              worst of three  distinct  feasible  CPU s`,
);
for (const id of options.attack.split(",")) {
  const attack = catalog.attacks.find((candidate) => candidate.id === id);
  const given = Object.fromEntries(
    options.set.flatMap((pair) => {
      const [name, value] = pair.split("=");
      return name in attack.params ? [[name, Number.isNaN(Number(value)) ? value : Number(value)]] : [];
    }),
  );
  const before = process.cpuUsage().user;
  const poison = await attack.poison(
    { clean, pipeline, budget, reach, victim: () => Promise.resolve(victim) },
    { rng: rng.fork(id), params: resolveParams(id, attack.params, given) },
  );
  const seconds = (process.cpuUsage().user - before) / 1e6;
  const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
  if (breach !== null) throw new Error(breach);
  const poisoned = pipeline.encode(clean, poison).data;
  await report(id, poisoned, seconds);
}
if (Number(options.finished) > 0) {
  const lines = gunzipSync(readFileSync(`${folder}/attacks.ndjson.gz`))
    .toString()
    .trim()
    .split("\n");
  const fitting = lines.map((line) => JSON.parse(line)).filter(({ rows }) => rows === budget.rows);
  for (const attack of fitting.filter((_, i) => i % Number(options.finished) === 0)) {
    const cells = Array.from({ length: attack.rows }, (_, i) => ({
      indices: attack.indices.slice(attack.indptr[i], attack.indptr[i + 1]),
      values: attack.values.slice(attack.indptr[i], attack.indptr[i + 1]),
    }));
    const insert = cells.map((cell, i) => ({ kind: "raw", cells: { words: cell, label: attack.y[i] > 0 ? "spam" : "ham" } }));
    await report(attack.id, pipeline.encode(clean, { kind: "data", relabel: [], edit: [], insert }).data, null);
  }
}

async function report(name, data, seconds) {
  const model = await fit(data);
  const inserted = data.y.length - clean.rows.length;
  const cells = [];
  const errors = [];
  for (const [filter, scores] of Object.entries(suspicions(data, model))) {
    const gone = new Set([ham, spam].flatMap((y) => worstOf(data, scores, y)));
    const kept = Int32Array.from(data.y.keys()).filter((i) => !gone.has(i));
    const error = errorOf(await fit(pick(data, kept)));
    if (filter !== "svd") errors.push(error);
    cells.push(`${error.toFixed(4)} (${kept.filter((i) => i >= clean.rows.length).length}/${inserted})`.padEnd(16));
  }
  const rows = Array.from({ length: inserted }, (_, i) => denseRow(data, clean.rows.length + i));
  const feasible = rows.filter((x, i) => isFeasible(set, x, data.y[clean.rows.length + i])).length;
  const distinct = new Set(rows.map((x) => x.join())).size;
  console.log(
    `${name.padEnd(22)} ${errorOf(model).toFixed(4).padEnd(11)} ${cells.join(" ")} ${Math.min(...errors)
      .toFixed(4)
      .padEnd(
        15,
      )} ${String(distinct).padStart(8)} ${`${feasible}/${inserted}`.padStart(9)} ${seconds === null ? "     –" : seconds.toFixed(1).padStart(6)}`,
  );
}

/** Suspicion by each filter, from the data as received. SVD: length outside the subspace that holds 95 % of the squared singular values. */
function suspicions(data, model) {
  const rows = data.y.length;
  const out = { sphere: new Float64Array(rows), slab: new Float64Array(rows), loss: model.losses(data), svd: outsideSubspace(data.x) };
  const members = [ham, spam].map((y) => Int32Array.from(data.y.keys()).filter((i) => data.y[i] === y));
  const means = members.map((at) => meanOf(data.x, at));
  const direction = means[spam].map((value, j) => value - means[ham][j]);
  const length = Math.hypot(...direction);
  members.forEach((at, y) => {
    const { distances, offsets } = filterDistances(
      data.x,
      at,
      means[y],
      direction.map((value) => value / length),
    );
    at.forEach((i, k) => ([out.sphere[i], out.slab[i]] = [distances[k], offsets[k]]));
  });
  return out;
}

function outsideSubspace(x) {
  const total = x.values.reduce((sum, value) => sum + value * value, 0);
  const { values, right } = truncatedSvd(x, 120, rng.fork("svd"), { sweeps: 4 });
  let [rank, held] = [0, 0];
  while (rank < values.length && held < 0.95 * total) held += values[rank++] ** 2;
  return Float64Array.from({ length: x.rows }, (_, i) => {
    let outside = 0;
    for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) outside += x.values[p] ** 2;
    for (let k = 0; k < rank; k++) {
      let along = 0;
      for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) along += x.values[p] * right[k * x.cols + x.indices[p]];
      outside -= along * along;
    }
    return outside;
  });
}

function worstOf(data, scores, y) {
  const own = Int32Array.from(data.y.keys()).filter((i) => data.y[i] === y);
  const worst = highest(
    Float64Array.from(own, (i) => scores[i]),
    Math.round(removedShare * own.length),
  );
  return Array.from(worst, (k) => own[k]);
}

function fit(data) {
  return linearSvm.fit(data, { rng, params: learnerParams });
}

function errorOf(model) {
  return predict(model, test).reduce((sum, y, i) => sum + (y === test.y[i] ? 0 : 1), 0) / test.y.length;
}

function pick(data, at) {
  return { ...data, x: selectRows(data.x, at), y: Float64Array.from(at, (i) => data.y[i]), weight: null };
}

function denseRow({ x }, i) {
  const row = new Float64Array(x.cols);
  for (let p = x.indptr[i]; p < x.indptr[i + 1]; p++) row[x.indices[p]] = x.values[p];
  return row;
}

function readPart(name) {
  const buffer = (file) => Uint8Array.from(readFileSync(`${folder}/${name}_${file}.bin`)).buffer;
  const y = Int8Array.from(new Int8Array(buffer("y.i8")), (label) => (label > 0 ? spam : ham));
  return {
    y,
    values: new Float32Array(buffer("data.f32")),
    indices: new Int32Array(buffer("indices.i32")),
    indptr: new Int32Array(buffer("indptr.i32")),
  };
}

function tableOf([train, test]) {
  const rows = train.y.length + test.y.length;
  const shift = train.indptr[train.y.length];
  const matrix = {
    kind: "sparse",
    rows,
    cols: 5116,
    indptr: Int32Array.from([...train.indptr, ...test.indptr.subarray(1).map((at) => at + shift)]),
    indices: Int32Array.from([...train.indices, ...test.indices]),
    values: Float64Array.from([...train.values, ...test.values]),
  };
  return {
    rows,
    columns: [
      { kind: "vector", name: "words", matrix },
      { kind: "category", name: "label", names: ["ham", "spam"], codes: Int32Array.from([...train.y, ...test.y]) },
    ],
    roles: { labels: ["label"], features: ["words"], task: null, source: null, id: null },
  };
}
