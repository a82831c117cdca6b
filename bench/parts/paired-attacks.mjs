// Attacks against plain counterparts, paired over seeds: a new split, a new clean model, new poison each time.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { catalog } from "../../dist/catalog.js";
import { findBreach } from "../../dist/core/patch.js";
import { predict } from "../../dist/core/learner.js";
import { resolveParams } from "../../dist/core/params.js";
import { budgetOf } from "../../dist/core/threat.js";
import { encoderParams, makeEncoder } from "../../dist/data/encoder.js";
import { incompleteBeta, meanInterval } from "../../dist/numeric/statistics/intervals.js";
import { makeRng } from "../../dist/numeric/random.js";
import { groupOf } from "../../dist/blocks/relabel/target-group.js";
import { rowsInGroup } from "../../dist/core/intent.js";
import { measureIntent } from "../../dist/study/table/intent-metrics.js";
import { makePipeline } from "../../dist/study/table/make-pipeline.js";

const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");
const text = (path) => readFileSync(`${folder}/${path}`, "utf8");
const reach = { attackTasks: null, targetTasks: null };

const sources = {
  spambase: { read: () => numeric(text("spambase/spambase.data"), { train: 600, test: 1500 }), learners: ["logistic", "linear-svm"] },
  "breast-cancer": {
    read: () => numeric(text("breast-cancer/breast_cancer.csv"), { train: 300, test: 269, skip: 1 }),
    learners: ["logistic", "linear-svm"],
  },
  house: { read: () => numeric(text("house/house.csv"), { train: 500, test: 900, skip: 1, label: 0, isReal: true }), learners: ["ridge"] },
  sms: { read: messages, learners: ["logistic", "linear-svm"] },
  reviews: { read: bookReviews, learners: ["logistic", "linear-svm"] },
  enron: { read: enronCounts, learners: ["linear-svm"] },
  digits: {
    read: () => numeric(gunzipSync(readFileSync(`${folder}/digits/digits.csv.gz`)).toString(), { train: 600, test: 1000 }),
    learners: ["logistic", "linear-svm"],
  },
};

/** The table of a set by its name, and how many rows of it are trained and tested on. */
export function dataOf(name) {
  return sources[name].read();
}

/** A split, a tuned pipeline and its clean model. */
export async function prepareSeed(seed, { table, train, test }, learner) {
  const rng = makeRng(seed);
  const order = rng.fork("split").sample(table.rows, train + test);
  const clean = { table, rows: order.slice(0, train) };
  const encoder = makeEncoder(resolveParams("encoder", encoderParams), table);
  const encoded = encoder.fit(table, clean.rows).encode(table, clean.rows);
  const learnerParams = await learner.tune(encoded, { rng: rng.fork("tune"), params: resolveParams(learner.id, learner.params) });
  const pipeline = makePipeline({ encoder, fittedOn: "poisoned", learner, learnerParams, repair: null });
  const victim = await pipeline.fit(clean, { rng: rng.fork("victim") });
  return { rng, clean, testRows: order.slice(train), pipeline, victim };
}

/**
 * Harm is what attacks.mjs says. Each of `attacks` is compared with the strongest of the plain `baselines` there.
 *
 * @param options.label goes into the seeds, so that two benches draw their own splits
 * @param options.learners only these, where given
 * @param options.attacks, options.baselines ids of the catalog, or attacks
 * @param options.set `name=value` for attacks that have such a parameter
 * @returns a row for each set, learner, budget and attack
 */
export async function compareAttacks({ label, data, learners = null, budgets, seeds, firstSeed = 0, attacks, baselines, set = [] }) {
  const rows = [];
  const known = (attack) => (typeof attack === "string" ? catalog.attacks.find(({ id }) => id === attack) : attack);
  const plain = baselines.map((attack) => known(attack).id);
  for (const name of data) {
    const source = dataOf(name);
    const { table, train } = source;
    for (const id of sources[name].learners.filter((learner) => learners?.includes(learner) ?? true)) {
      const learner = catalog.learners.find((candidate) => candidate.id === id);
      const tried = [...baselines, ...attacks]
        .map(known)
        .filter(
          (attack) =>
            attack.targets.includes(learner.targets[0]) && (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null,
        );
      if (tried.every((attack) => plain.includes(attack.id))) continue;
      const results = budgets.map(() => tried.map(() => ({ harm: [], seconds: 0 })));
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        const scene = await prepareSeed(`${label}/${name}/${seed}`, source, learner);
        const { rng, clean, testRows, pipeline, victim } = scene;
        const target = tried.some(({ threat }) => threat.goal === "targeted") ? targetOf(scene) : undefined;
        for (const [b, fraction] of budgets.entries()) {
          const budget = budgetOf(fraction, train);
          for (const [a, attack] of tried.entries()) {
            const before = process.cpuUsage().user;
            const poison = await attack.poison(
              { clean, pipeline, budget, reach, ...(target && { target }), victim: () => Promise.resolve(victim) },
              { rng: rng.fork(attack.id), params: resolveParams(attack.id, attack.params, givenParams(attack, set)) },
            );
            const result = results[b][a];
            result.seconds += (process.cpuUsage().user - before) / 1e6 / seeds;
            const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
            if (breach !== null) throw new Error(`${attack.id}: ${breach}`);
            const poisoned = await pipeline.fit(clean, { rng: rng.fork("poisoned"), poison });
            result.harm.push(harmOf(poison, attack, { poisoned, victim, table, testRows }));
          }
        }
      }
      for (const [b, budget] of budgets.entries()) rows.push(...rowsOf({ data: name, learner: id, budget }, tried, results[b], plain));
      console.error(`${name} ${id} ${attacks.map((attack) => known(attack).id).join(" ")} done`);
    }
  }
  return rows;
}

/** A group drawn at random for the seed, with the test rows that are in it. */
function targetOf({ rng, clean, testRows }) {
  const group = groupOf(clean, { anyOf: null, rows: testRows }, rng.fork("target"));
  return { anyOf: group.anyOf ?? null, rows: rowsInGroup(clean.table, group, testRows) };
}

function harmOf(poison, { threat }, { poisoned, victim, table, testRows }) {
  if (threat.goal === "availability") {
    const [error, cleanError] = [poisoned, victim].map((fitted) => errorOf(fitted, table, testRows));
    return victim.training.target.kind === "real" ? error / cleanError : error - cleanError;
  }
  const encoded = (fitted) => ({ model: fitted.model, encoder: fitted });
  const testOf = (fitted, changed = table) => fitted.encode(changed, testRows);
  const metrics = measureIntent(poison.intent, encoded(poisoned), encoded(victim), table, testOf);
  return threat.goal === "backdoor" ? metrics.attackSuccessRate : metrics.targetErrorRise;
}

function rowsOf(on, tried, results, plain) {
  const mean = ({ harm }) => harm.reduce((sum, value) => sum + value, 0) / harm.length;
  const rival = tried
    .flatMap(({ id }, a) => (plain.includes(id) ? [{ id, ...results[a] }] : []))
    .reduce((a, b) => (mean(a) >= mean(b) ? a : b));
  return tried.map((attack, a) => {
    const { harm, seconds } = results[a];
    const compared = plain.includes(attack.id) ? {} : { rival: rival.id, ...paired(harm, rival.harm) };
    return { ...on, attack: attack.id, harm: meanInterval(harm), seconds, ...compared };
  });
}

function errorOf(fitted, table, rows) {
  const data = fitted.encode(table, rows);
  const predicted = predict(fitted.model, data);
  if (data.target.kind === "real")
    return Math.sqrt(predicted.reduce((sum, value, i) => sum + (value - data.y[i]) ** 2, 0) / predicted.length);
  return predicted.reduce((sum, value, i) => sum + (value === data.y[i] ? 0 : 1), 0) / predicted.length;
}

/** What `name=value` pairs say to an attack that has such parameters. */
export function givenParams(attack, set) {
  const pairs = set.map((pair) => pair.split("=")).filter(([name]) => name in attack.params);
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

/** Holm's step-down correction of the p-values of all comparisons among these rows, in place. */
export function correct(rows) {
  const tested = rows.filter(({ p }) => p !== undefined).sort((a, b) => a.p - b.p);
  let corrected = 0;
  tested.forEach((row, k) => (row.corrected = corrected = Math.max(corrected, Math.min(1, (tested.length - k) * row.p))));
}

/** Six digits are more than ten seeds can tell. */
function rounded(row) {
  return JSON.parse(JSON.stringify(row, (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value)));
}

export function printTable(rows) {
  correct(rows);
  const figure = ({ value, low, high }) => `${value.toFixed(4)} [${low?.toFixed(4)}, ${high?.toFixed(4)}]`;
  console.log(
    `${"data and learner".padEnd(31)} ${"attack".padEnd(19)} ${"harm".padEnd(26)} CPU s  gain on the strongest plain one, Holm-corrected p`,
  );
  for (const { data, learner, budget, attack, harm, seconds, rival, gain, corrected } of rows) {
    const against = rival === undefined ? "" : `${figure(gain)} on ${rival}, p ${corrected.toPrecision(2)}`;
    const on = `${data} ${learner} ${budget * 100} %`;
    console.log(`${on.padEnd(31)} ${attack.padEnd(19)} ${figure(harm).padEnd(26)} ${seconds.toFixed(2).padStart(5)}  ${against}`.trimEnd());
  }
}

/** Puts these rows into a file in place of those of the same family, set, learner and budget. */
export function storeTable(path, rows, { seeds, command }) {
  const stored = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).rows : [];
  const keyOf = ({ family, data, learner, budget }) => [family, data, learner, budget].join();
  const fresh = new Set(rows.map(keyOf));
  const all = [...stored.filter((row) => !fresh.has(keyOf(row))), ...rows.map((row) => ({ ...row, seeds }))];
  correct(all);
  writeFileSync(path, `${JSON.stringify({ command, rows: all.map(rounded) }, null, 1)}\n`);
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
  return { table: textTable(labels, texts), train: 800, test: 2000 };
}

/** Books and kitchenware, positive or negative. */
function bookReviews() {
  const [header, ...rows] = parseCsv(text("reviews/reviews.csv"));
  const [at, of] = [header.indexOf("label"), header.indexOf("text")];
  return {
    table: textTable(
      rows.map((row) => row[at]),
      rows.map((row) => row[of]),
    ),
    train: 800,
    test: 1500,
  };
}

/** Word counts of letters, spam or not: the training part of the set. */
function enronCounts() {
  const buffer = (file) => Uint8Array.from(readFileSync(`${folder}/enron/train_${file}.bin`)).buffer;
  const labels = Array.from(new Int8Array(buffer("y.i8")), (label) => (label > 0 ? "spam" : "ham"));
  const [values, indices, indptr] = [
    new Float32Array(buffer("data.f32")),
    new Int32Array(buffer("indices.i32")),
    new Int32Array(buffer("indptr.i32")),
  ];
  const matrix = { kind: "sparse", rows: labels.length, cols: 5116, indptr, indices, values: Float64Array.from(values) };
  return {
    table: {
      rows: labels.length,
      columns: [category("label", labels), { kind: "vector", name: "words", matrix }],
      roles: { labels: ["label"], features: ["words"], task: null, source: null, id: null },
    },
    train: 800,
    test: 1500,
  };
}

function parseCsv(content) {
  const rows = [];
  let row = [];
  for (const [, quoted, plain, end] of content.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}

function textTable(labels, texts) {
  const columns = [category("label", labels), { ...category("text", texts), kind: "text" }];
  return { rows: labels.length, columns, roles: { labels: ["label"], features: ["text"], task: null, source: null, id: null } };
}

function category(name, values) {
  const names = [...new Set(values)].sort();
  const codeOf = new Map(names.map((value, code) => [value, code]));
  return { kind: "category", name, names, codes: Int32Array.from(values, (value) => codeOf.get(value)) };
}
