// What theriac verify passes and what it fails: honest models, and models whose training or serving was corrupted, over many seeds.
//   node bench/verify.mjs [--seeds 20] [--budget 0.05] [--served] [--set spambase]
// A corruption counts where it changes 1 % of the answers on held-out rows or more; smaller ones are listed beside. Seeds go on, up to five times as many,
// until each corruption has counted as often as asked. A served model is known by its answers to the written questions alone; everything else by the model file
// too. --served tries rules of many shapes in models that are only served, and shows which escape.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { applyToTable, insertedRows } from "../dist/core/apply.js";
import { targetOf } from "../dist/core/examples.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { noDataPoison } from "../dist/core/poison.js";
import { rowCells } from "../dist/core/table.js";
import { budgetOf } from "../dist/core/threat.js";
import { demoMarketplace, generateMarketplace } from "../dist/data/generate-marketplace.js";
import { attest } from "../dist/node/attest/attest.js";
import { verify } from "../dist/node/attest/verify.js";
import { readTable } from "../dist/node/read/read-table.js";
import { resolveStudy } from "../dist/node/resolve-study.js";
import { tuneOnWhole } from "../dist/node/train-whole.js";
import { makeRng } from "../dist/numeric/random.js";
import { servedRules } from "./served-rules.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    budget: { type: "string", default: "0.05" },
    served: { type: "boolean", default: false },
    set: { type: "string" },
  },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const budgetFraction = Number(options.budget);
const corruptions = options.served ? servedRules : catalog.attacks.filter(({ threat }) => threat.access === "logic");
const wanted = Number(options.seeds);

const linesOf = (path, from = 0) => readFileSync(path, "utf8").trim().split(/\r?\n/).slice(from);
const reviewLines = () =>
  generateMarketplace({ ...demoMarketplace, fakeAccounts: 0, fakeReviews: 0 }).map(
    ({ category, label, text }) => `${category},${label},${text}`,
  );
const sets = [
  {
    name: "marketplace",
    lines: reviewLines,
    columns: "category,label,text",
    data: { labels: ["label"], features: ["category"], text: ["text"] },
  },
  { name: "breast-cancer", file: "breast-cancer/breast_cancer.csv", skip: 1, data: { labels: ["31"], predict: "classes", header: false } },
  { name: "spambase", file: "spambase/spambase.data", skip: 0, data: { labels: ["58"], predict: "classes", header: false } },
];

for (const set of sets.filter(({ name }) => options.set === undefined || options.set === name)) {
  const file = set.file && join(folder, set.file);
  if (file && !existsSync(file)) {
    console.log(`${set.name}: not here, skipped`);
    continue;
  }
  const lines = file ? linesOf(file, set.skip) : set.lines();
  const counts = new Map(
    ["honest", ...corruptions.map(({ id }) => id)].map((name) => [name, { counted: 0, failed: 0, below: 0, belowFailed: 0 }]),
  );
  const isOpen = (name) => counts.get(name).counted < wanted;
  for (let seed = 0; seed < 5 * wanted && [...counts.keys()].some(isOpen); seed++)
    for (const { name, effect, outcome } of await tryAll(set, lines, seed, isOpen)) {
      const count = counts.get(name);
      const counts1 = name === "honest" || effect >= 0.01;
      count[counts1 ? "counted" : "below"]++;
      if (outcome === "fail") count[counts1 ? "failed" : "belowFailed"]++;
    }
  console.log(`\n${set.name}: ${lines.length} rows`);
  for (const [name, { counted, failed, below, belowFailed }] of counts)
    console.log(
      name === "honest"
        ? `  honest: passed ${counted - failed} of ${counted}`
        : `  ${name}: failed ${failed} of ${counted} that change 1 % of the answers; ${belowFailed} of ${below} that change less`,
    );
}

/** One honest model and one of each corruption, on four fifths of the rows; effects are measured on the others. */
async function tryAll(set, lines, seed, isOpen) {
  const work = mkdtempSync(join(tmpdir(), "theriac-verify-"));
  try {
    const order = [...makeRng(seed).fork("bench").sample(lines.length, lines.length)];
    const cut = Math.floor(0.8 * lines.length);
    const write = (name, rows) => {
      const path = join(work, name);
      writeFileSync(path, `${[...(set.columns ? [set.columns] : []), ...rows.map((i) => lines[i])].join("\n")}\n`);
      return path;
    };
    const path = write("train.csv", order.slice(0, cut));
    const config = { data: { path, ...set.data }, seed };
    const { table } = await readTable({ data: path, text: [], features: [], drop: [], ...set.data });
    const held = (await readTable({ data: write("test.csv", order.slice(cut)), text: [], features: [], drop: [], ...set.data })).table;
    const whole = await tuneOnWhole(table, resolveStudy(config, table).study);
    const honest = await whole.victim();
    const outcomes = [];
    for (const corruption of [null, ...corruptions].filter((each) => isOpen(each?.id ?? "honest"))) {
      const poison =
        corruption &&
        (await corruption.poison(
          { ...whole, budget: budgetOf(budgetFraction, whole.clean.rows.length), reach: { attackTasks: null, targetTasks: null } },
          { rng: whole.rng.fork("attack").fork(corruption.id), params: resolveParams(corruption.id, corruption.params) },
        ));
      if (corruption !== null && poison === null) continue;
      const name = corruption?.id ?? "honest";
      const out = join(work, name);
      const { attestationPath, fitted } = await attest(config, { out, privateKey: null, ...(poison ? { corruption: poison } : {}) });
      const effect = differing(answersOn(honest, table, held), answersOn(fitted, table, held));
      const isServed = (poison?.rules ?? []).length > 0;
      const result = await verify({
        attestation: attestationPath,
        ...(isServed ? { answers: await ask(attestationPath, fitted, table, out) } : {}),
      });
      outcomes.push({ name, effect, outcome: result.outcome });
    }
    return outcomes;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Answers of a pipeline to rows of another table with the same columns. */
function answersOn(fitted, table, held) {
  const insert = Array.from({ length: held.rows }, (_, row) => ({ kind: "raw", cells: rowCells(held, row) }));
  const poison = { ...noDataPoison, insert };
  return predict(fitted.model, fitted.encode(applyToTable(table, poison), insertedRows(table, poison)));
}

function differing(a, b) {
  return a.filter((answer, i) => answer !== b[i]).length / a.length;
}

/** Plays whoever serves the model: reads the questions, writes the answers. */
async function ask(attestation, fitted, table, out) {
  const [questions, answers] = ["questions.jsonl", "answers.jsonl"].map((name) => join(out, name));
  await verify({ attestation, probesTo: questions });
  const asked = linesOf(questions).map((line) => JSON.parse(line));
  const [label] = table.roles.labels;
  const { names } = table.columns.find((column) => column.name === label);
  const insert = asked.map(({ probe: _, ...cells }) => ({ kind: "raw", cells: { ...cells, [label]: names[0] } }));
  const poison = { ...noDataPoison, insert };
  const predicted = predict(fitted.model, fitted.encode(applyToTable(table, poison), insertedRows(table, poison)));
  const classes = targetOf(table).names;
  writeFileSync(answers, asked.map(({ probe }, i) => `${JSON.stringify({ probe, [label]: classes[predicted[i]] })}\n`).join(""));
  return answers;
}
