// Attacks against baselines, paired over seeds: a new split, a new clean model, new poison each time; shared by attacks.mjs and label-attacks.mjs.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
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

const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
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
 * Damage is the rise of the test error, for a real label the RMSE over that of the clean model. Each of `attacks` is compared with the stronger of the
 * baselines there, or with each of them; p-values are of two-sided paired t tests, corrected by Holm over the whole table, which is printed.
 *
 * @param options.label goes into the seeds, so that two benches draw their own splits
 * @param options.learners only these, where given
 * @param options.set `name=value` for attacks that have such a parameter
 */
export async function compareAttacks({
  label,
  data,
  learners = null,
  budgets,
  seeds,
  firstSeed = 0,
  attacks,
  baselines,
  against = "stronger",
  set = [],
}) {
  const rows = [];
  for (const name of data) {
    const source = dataOf(name);
    const { table, train } = source;
    for (const id of sources[name].learners.filter((learner) => learners?.includes(learner) ?? true)) {
      const learner = catalog.learners.find((candidate) => candidate.id === id);
      const tried = [...baselines, ...attacks]
        .map((attack) => catalog.attacks.find((candidate) => candidate.id === attack))
        .filter(
          (attack) =>
            attack.targets.includes(learner.targets[0]) && (attack.refuses?.({ table, learner, sharing: "pooled" }) ?? null) === null,
        );
      const results = budgets.map(() => tried.map(() => ({ damage: [], seconds: 0 })));
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        const { rng, clean, testRows, pipeline, victim } = await prepareSeed(`${label}/${name}/${seed}`, source, learner);
        const cleanError = errorOf(victim, table, testRows);
        for (const [b, fraction] of budgets.entries()) {
          const budget = budgetOf(fraction, train);
          for (const [a, attack] of tried.entries()) {
            const before = process.cpuUsage().user;
            const poison = await attack.poison(
              { clean, pipeline, budget, reach, victim: () => Promise.resolve(victim) },
              { rng: rng.fork(attack.id), params: resolveParams(attack.id, attack.params, givenParams(attack, set)) },
            );
            const result = results[b][a];
            result.seconds += (process.cpuUsage().user - before) / 1e6 / seeds;
            const breach = findBreach({ poison, threat: attack.threat, budget, reach, clean });
            if (breach !== null) throw new Error(`${attack.id}: ${breach}`);
            const poisoned = await pipeline.fit(clean, { rng: rng.fork("poisoned"), poison });
            const error = errorOf(poisoned, table, testRows);
            result.damage.push(victim.training.target.kind === "real" ? error / cleanError : error - cleanError);
          }
        }
      }
      for (const [b, fraction] of budgets.entries())
        rows.push(...rowsOf(`${name} ${id} ${fraction * 100} %`, tried, results[b], { baselines, against }));
      console.error(`${name} ${id} done`);
    }
  }
  print(rows);
}

function rowsOf(on, tried, results, { baselines, against }) {
  const mean = ({ damage }) => damage.reduce((sum, value) => sum + value, 0) / damage.length;
  const known = tried.flatMap(({ id }, a) => (baselines.includes(id) ? [{ id, ...results[a] }] : []));
  const rivals = against === "each" ? known : [known.reduce((a, b) => (mean(a) >= mean(b) ? a : b))];
  return tried.map((attack, a) => {
    const { damage, seconds } = results[a];
    const comparisons = baselines.includes(attack.id) ? [] : rivals.map((rival) => ({ rival: rival.id, ...paired(damage, rival.damage) }));
    return { on, attack: attack.id, damage: meanInterval(damage), seconds, comparisons };
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

function print(rows) {
  const tested = rows.flatMap(({ comparisons }) => comparisons).sort((a, b) => a.p - b.p);
  let corrected = 0;
  tested.forEach((test, k) => (test.corrected = corrected = Math.max(corrected, Math.min(1, (tested.length - k) * test.p))));
  const figure = ({ value, low, high }) => `${value.toFixed(4)} [${low?.toFixed(4)}, ${high?.toFixed(4)}]`;
  console.log(`${"data and learner".padEnd(31)} ${"attack".padEnd(18)} ${"damage".padEnd(26)} CPU s  gain on a baseline, Holm-corrected p`);
  for (const { on, attack, damage, seconds, comparisons } of rows) {
    const gains = comparisons.map(({ rival, gain, corrected: p }) => `${figure(gain)} on ${rival}, p ${p.toPrecision(2)}`).join("; ");
    console.log(`${on.padEnd(31)} ${attack.padEnd(18)} ${figure(damage).padEnd(26)} ${seconds.toFixed(2).padStart(5)}  ${gains}`.trimEnd());
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
