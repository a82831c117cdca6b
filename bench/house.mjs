// What gradient-injection does to ridge regression on house prices, beside the finished attack that lies with the data (alpha 0.1, 300 clean rows, 75 poisons,
// made by the code of Jagielski et al. 2018 in some 64 s of CPU): test error of the poisoned model over that of the clean one.
//   node bench/house.mjs [--steps 60] [--starts 3] [--tail 0]
// Features are taken as they are, in [0, 1]; inserted rows stay within what the clean rows show. alpha is λ n, so λ is 0.1 / 300 and 0.1 / 375.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { gradientInjection } from "../dist/attacks/inject/gradient-injection.js";
import { findBreach } from "../dist/core/patch.js";
import { resolveParams } from "../dist/core/params.js";
import { budgetOf } from "../dist/core/threat.js";
import { ridge } from "../dist/learners/ridge.js";
import { denseMatrix } from "../dist/numeric/matrices/matrix.js";
import { makeRng } from "../dist/numeric/random.js";
import { makePipeline } from "../dist/study/table/make-pipeline.js";

const { values: options } = parseArgs({
  options: { steps: { type: "string", default: "60" }, starts: { type: "string", default: "3" }, tail: { type: "string", default: "0" } },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const alpha = 0.1;
const [label, flag] = ["SalePrice", "is_poison"];

const training = readColumns("poisoned-train.csv");
const test = readColumns("poisoned-test.csv");
const features = Object.keys(test).filter((name) => name !== label);
const isPoison = training[flag];
const positions = (poison) => Int32Array.from([...isPoison.keys()].filter((row) => (isPoison[row] === 1) === poison));
const clean = { table: tableOf(training), rows: positions(false) };
const everything = { table: clean.table, rows: Int32Array.from(isPoison.keys()) };
const testTable = tableOf(test);
const budget = budgetOf(75 / clean.rows.length, clean.rows.length);
const pipeline = pipelineFor(clean.rows.length + budget.rows);
const reach = { attackTasks: null, targetTasks: null };

const cleanError = await testError(pipelineFor(clean.rows.length), clean, null);
const finished = await testError(pipeline, everything, null);
console.log(
  `clean test MSE ${cleanError.toPrecision(5)}; the finished attack ${finished.toPrecision(5)}, ${(finished / cleanError).toFixed(1)}×\n`,
);
console.log("objective             seed   test MSE      ×   CPU s");
for (const objective of ["validation", "train", "parameter-distance"]) {
  for (let seed = 0; seed < 3; seed++) {
    const params = resolveParams("gradient-injection", gradientInjection.params, {
      objective,
      steps: Number(options.steps),
      starts: Number(options.starts),
      tail: Number(options.tail),
    });
    const before = process.cpuUsage();
    const victim = pipeline.fit(clean, { rng: makeRng("victim") });
    const poison = await gradientInjection.poison(
      { clean, pipeline, budget, reach, victim: () => victim },
      { rng: makeRng(`house/${seed}`), params },
    );
    const { user, system } = process.cpuUsage(before);
    const breach = findBreach({ poison, threat: gradientInjection.threat, budget, reach, clean });
    if (breach !== null) throw new Error(breach);
    const error = await testError(pipeline, clean, poison);
    console.log(
      `${objective.padEnd(20)} ${String(seed).padStart(5)} ${error.toPrecision(5).padStart(10)} ${(error / cleanError).toFixed(1).padStart(6)} ${((user + system) / 1e6).toFixed(2).padStart(7)}`,
    );
  }
}

async function testError(fitting, set, poison) {
  const fitted = await fitting.fit(set, { rng: makeRng("fit"), poison });
  const rows = fitted.encode(
    testTable,
    Int32Array.from({ length: testTable.rows }, (_, row) => row),
  );
  const scores = fitted.model.scores(rows);
  return scores.reduce((sum, score, i) => sum + (score - rows.y[i]) ** 2, 0) / scores.length;
}

function pipelineFor(rows) {
  const learnerParams = resolveParams("ridge", ridge.params, { weightDecay: alpha / rows, tolerance: 1e-8 });
  return makePipeline({ encoder: { fit: asTheyAre }, fittedOn: "frozen", learner: ridge, learnerParams, repair: null });
}

/** Features without scaling. */
function asTheyAre() {
  return {
    features: { names: features, kinds: features.map(() => "real"), groups: features },
    decode: (x) => Object.fromEntries(features.map((name, j) => [name, x[j]])),
    encode(table, rows) {
      const column = (name) => table.columns.find((candidate) => candidate.name === name).values;
      const x = denseMatrix(rows.length, features.length);
      features.forEach((name, j) => rows.forEach((row, i) => (x.data[i * features.length + j] = column(name)[row])));
      return {
        x,
        y: Float64Array.from(rows, (row) => column(label)[row]),
        weight: null,
        target: { kind: "real" },
        task: new Int32Array(rows.length),
        tasks: ["all"],
        source: new Int32Array(rows.length).fill(-1),
        sources: [],
        row: rows,
        features: this.features,
      };
    },
  };
}

function tableOf(columns) {
  const names = [label, ...features];
  return {
    rows: columns[label].length,
    columns: names.map((name) => ({ kind: "number", name, values: columns[name] })),
    roles: { labels: [label], features, task: null, source: null, id: null },
  };
}

function readColumns(file) {
  const [header, ...lines] = readFileSync(`${folder}/house/${file}`, "utf8").trim().split(/\r?\n/);
  const cells = lines.map((line) => line.split(",").map(Number));
  return Object.fromEntries(header.split(",").map((name, j) => [name, Float64Array.from(cells, (row) => row[j])]));
}
