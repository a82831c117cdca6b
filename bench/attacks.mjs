// Optimised injections against the baselines that need no optimising, paired over seeds: a new split, a new clean model, new poison each time.
//   node bench/attacks.mjs [--seeds 10] [--budget 0.05] [--data spambase,house] [--attack svm-injection] [--set steps=20]
// Damage is the rise of the test error, for house the RMSE over that of the clean model. Each optimised attack is compared with the stronger of the two
// baselines on that data; p-values are of two-sided paired t tests, corrected by Holm over the whole table.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { catalog } from "../dist/catalog.js";
import { findBreach } from "../dist/core/guard.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { budgetOf } from "../dist/core/threat.js";
import { encoderParams, makeEncoder } from "../dist/data/encoder.js";
import { incompleteBeta, meanInterval } from "../dist/numeric/intervals.js";
import { makeRng } from "../dist/numeric/random.js";
import { makePipeline } from "../dist/study/make-pipeline.js";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    budget: { type: "string", default: "0.05" },
    data: { type: "string", default: "spambase,breast-cancer,house,sms,digits" },
    attack: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
  },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const text = (path) => readFileSync(`${folder}/${path}`, "utf8");
const reach = { attackTasks: null, targetTasks: null };
const baselines = ["flipped-copies", "random-injection"];

const sources = {
  spambase: { read: () => numeric(text("spambase/spambase.data"), { train: 600, test: 1500 }), learners: ["logistic", "linear-svm"] },
  "breast-cancer": {
    read: () => numeric(text("breast-cancer/breast_cancer.csv"), { train: 300, test: 269, skip: 1 }),
    learners: ["logistic", "linear-svm"],
  },
  house: { read: () => numeric(text("house/house.csv"), { train: 500, test: 900, skip: 1, label: 0, isReal: true }), learners: ["ridge"] },
  sms: { read: messages, learners: ["logistic"] },
  digits: {
    read: () => numeric(gunzipSync(readFileSync(`${folder}/digits/digits.csv.gz`)).toString(), { train: 600, test: 1000 }),
    learners: ["logistic"],
  },
};
const optimised = catalog.attacks.filter(({ id, threat }) =>
  options.attack === undefined ? threat.access === "inject" && threat.knowledge !== "none" : options.attack.split(",").includes(id),
);

const comparisons = [];
for (const name of options.data.split(",")) {
  const { table, train, test } = sources[name].read();
  for (const id of sources[name].learners) {
    const learner = catalog.learners.find((candidate) => candidate.id === id);
    const attacks = [...baselines.map((baseline) => catalog.attacks.find((attack) => attack.id === baseline)), ...optimised].filter(
      (attack) => attack.targets.includes(learner.targets[0]) && (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null,
    );
    const damage = new Map(attacks.map((attack) => [attack.id, []]));
    const seconds = new Map(attacks.map((attack) => [attack.id, 0]));
    for (let seed = 0; seed < Number(options.seeds); seed++) {
      const rng = makeRng(`bench/attacks/${name}/${seed}`);
      const order = rng.fork("split").sample(table.rows, train + test);
      const clean = { table, rows: order.slice(0, train) };
      const testRows = order.slice(train);
      const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
      const encoded = encoder.fit(table, clean.rows).encode(table, clean.rows);
      const learnerParams = await learner.tune(encoded, { rng: rng.fork("tune"), params: resolveParams(id, learner.params) });
      const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner, learnerParams, repair: null });
      const victim = await pipeline.fit(clean, { rng: rng.fork("victim") });
      const cleanError = errorOf(victim, table, testRows);
      const budget = budgetOf(Number(options.budget), train);
      for (const attack of attacks) {
        const before = process.cpuUsage().user;
        const poison = await attack.poison(
          { clean, pipeline, budget, reach, victim: () => Promise.resolve(victim) },
          { rng: rng.fork(attack.id), params: resolveParams(attack.id, attack.params, given(attack)) },
        );
        seconds.set(attack.id, seconds.get(attack.id) + (process.cpuUsage().user - before) / 1e6);
        const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
        if (breach !== null) throw new Error(`${attack.id}: ${breach}`);
        const poisoned = await pipeline.fit(clean, { rng: rng.fork("poisoned"), poison });
        const error = errorOf(poisoned, table, testRows);
        damage.get(attack.id).push(victim.training.target.kind === "real" ? error / cleanError : error - cleanError);
      }
    }
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const strongest = baselines.reduce((a, b) => (mean(damage.get(a)) >= mean(damage.get(b)) ? a : b));
    for (const [attack, values] of damage) {
      const row = { on: `${name} ${id}`, attack, damage: meanInterval(values), seconds: seconds.get(attack) / values.length };
      const isBaseline = baselines.includes(attack);
      comparisons.push(isBaseline ? row : { ...row, strongest, ...paired(values, damage.get(strongest)) });
    }
    console.error(`${name} ${id} done`);
  }
}
print(comparisons);

function errorOf(fitted, table, rows) {
  const data = fitted.encode(table, rows);
  const predicted = predict(fitted.model, data);
  if (data.target.kind === "real")
    return Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - data.y[i]) ** 2, 0) / predicted.length);
  return predicted.reduce((sum, value, i) => sum + (value === data.y[i] ? 0 : 1), 0) / predicted.length;
}

/** What --set says to an attack that has such parameters. */
function given(attack) {
  const pairs = options.set.map((pair) => pair.split("=")).filter(([name]) => name in attack.params);
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number.isNaN(Number(value)) ? value : Number(value)]));
}

/** Mean difference with its interval, and the p-value of Student's paired test. */
function paired(a, b) {
  const gain = meanInterval(a.map((value, i) => value - b[i]));
  const n = a.length;
  const variance = a.reduce((sum, value, i) => sum + (value - b[i] - gain.value) ** 2, 0) / (n - 1);
  if (variance === 0) return { gain, p: gain.value === 0 ? 1 : 0 };
  const t = gain.value / Math.sqrt(variance / n);
  return { gain, p: incompleteBeta((n - 1) / (n - 1 + t * t), (n - 1) / 2, 0.5) };
}

function print(rows) {
  const tested = rows.filter((row) => row.p !== undefined).sort((a, b) => a.p - b.p);
  let corrected = 0;
  tested.forEach((row, k) => (row.corrected = corrected = Math.max(corrected, Math.min(1, (tested.length - k) * row.p))));
  const figure = ({ value, low, high }) => `${value.toFixed(4)} [${low?.toFixed(4)}, ${high?.toFixed(4)}]`;
  console.log(
    `${"data and learner".padEnd(25)} ${"attack".padEnd(22)} ${"damage".padEnd(26)} CPU s  gain on the stronger baseline, Holm-corrected p`,
  );
  for (const row of rows) {
    const gain = row.gain === undefined ? "" : `${figure(row.gain)} on ${row.strongest}, p ${row.corrected.toPrecision(2)}`;
    console.log(
      `${row.on.padEnd(25)} ${row.attack.padEnd(22)} ${figure(row.damage).padEnd(26)} ${row.seconds.toFixed(2).padStart(5)}  ${gain}`,
    );
  }
}

function numeric(content, { train, test, skip = 0, label = undefined, isReal = false }) {
  const cells = content
    .trim()
    .split(/\r?\n/)
    .slice(skip)
    .map((line) => line.split(",").map(Number));
  const at = label ?? cells[0].length - 1;
  const names = cells[0].map((_, j) => (j === at ? "label" : `x${j}`));
  const columns = names.map((name, j) =>
    j === at && !isReal
      ? category(
          name,
          cells.map((row) => String(row[j])),
        )
      : { kind: "number", name, values: Float64Array.from(cells, (row) => row[j]) },
  );
  const features = names.filter((name) => name !== "label");
  return {
    table: { rows: cells.length, columns, roles: { labels: ["label"], features, task: null, source: null, id: null } },
    train,
    test,
  };
}

function messages() {
  const lines = text("sms/sms.tsv").trim().split(/\r?\n/);
  const [labels, texts] = [0, 1].map((at) =>
    lines.map((line) => (at === 0 ? line.slice(0, line.indexOf("\t")) : line.slice(line.indexOf("\t") + 1))),
  );
  const columns = [category("label", labels), { ...category("text", texts), kind: "text" }];
  const roles = { labels: ["label"], features: ["text"], task: null, source: null, id: null };
  return { table: { rows: lines.length, columns, roles }, train: 800, test: 2000 };
}

function category(name, values) {
  const names = [...new Set(values)].sort();
  const codeOf = new Map(names.map((value, code) => [value, code]));
  return { kind: "category", name, names, codes: Int32Array.from(values, (value) => codeOf.get(value)) };
}
