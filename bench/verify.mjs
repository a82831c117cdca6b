// What theriac verify passes and what it fails: honest models, and models whose training or serving was corrupted, over many seeds.
//   node bench/verify.mjs [--seeds 20] [--budget 0.05] [--served] [--set spambase] [--learner mlp]
// A corruption counts where it changes 1 % of the answers on held-out rows (of a backdoor, on those with its trigger) or more; smaller ones are listed beside. Seeds go on, up to five times as many,
// until each corruption has counted as often as asked. A served model is known by its answers to the written questions alone; everything else by the model file
// too. --served tries rules of many shapes in models that are only served, and shows which escape. A learner that goes by the order of its rows is also trained
// as another machine would round its features, otherwise than the check itself does: "elsewhere"; and a backdoor in weights is also only served.
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { applyToTable, insertedRows } from "../dist/core/apply/apply.js";
import { targetOf } from "../dist/core/examples.js";
import { predict } from "../dist/core/learner.js";
import { resolveParams } from "../dist/core/params.js";
import { noDataPoison } from "../dist/core/poison.js";
import { rowCells } from "../dist/core/table.js";
import { budgetOf } from "../dist/core/threat.js";
import { triggerEdits } from "../dist/core/trigger.js";
import { demoMarketplace, generateMarketplace } from "../dist/data/generate-marketplace.js";
import { attest } from "../dist/node/attest/attest.js";
import { makeAttestation } from "../dist/node/attest/attestation.js";
import { verify } from "../dist/node/attest/verify.js";
import { readAttestation } from "../dist/node/attest/attestation-file.js";
import { stringifyExactly } from "../dist/node/schemas/exact-json.js";
import { digest } from "../dist/node/runs/provenance.js";
import { readTable } from "../dist/node/read/read-table.js";
import { resolveStudy } from "../dist/node/config/resolve-study.js";
import { tuneOnWhole } from "../dist/node/train-whole.js";
import { makeRng } from "../dist/numeric/random.js";
import { servedRules } from "./parts/served-rules.mjs";

const keys = generateKeyPairSync("ed25519");
const trusting = (attestation, data) => ({ attestation, data, publicKey: keys.publicKey });

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    budget: { type: "string", default: "0.05" },
    served: { type: "boolean", default: false },
    set: { type: "string" },
    learner: { type: "string" },
  },
});
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const budgetFraction = Number(options.budget);
const corruptions = options.served ? servedRules : catalog.attacks.filter(({ threat }) => threat.access === "logic");
const wanted = Number(options.seeds);
const followsOrder = catalog.learners.find(({ id }) => id === options.learner)?.followsOrder === true && !options.served;
const onlyServed = "weight-backdoor, served";

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
    ["honest", ...(followsOrder ? ["elsewhere"] : []), ...corruptions.map(({ id }) => id), ...(options.served ? [] : [onlyServed])].map(
      (name) => [name, { counted: 0, failed: 0, below: 0, belowFailed: 0 }],
    ),
  );
  const isOpen = (name) => counts.get(name).counted < wanted;
  for (let seed = 0; seed < 5 * wanted && [...counts.keys()].some(isOpen); seed++)
    for (const { name, effect, outcome } of await tryAll(set, lines, seed, isOpen)) {
      const count = counts.get(name);
      const counts1 = isHonest(name) || effect >= 0.01;
      count[counts1 ? "counted" : "below"]++;
      if (outcome === "fail") count[counts1 ? "failed" : "belowFailed"]++;
    }
  console.log(`\n${set.name}: ${lines.length} rows`);
  for (const [name, { counted, failed, below, belowFailed }] of counts)
    console.log(
      isHonest(name)
        ? `  ${name}: passed ${counted - failed} of ${counted}`
        : `  ${name}: failed ${failed} of ${counted} that change 1 % of the answers; ${belowFailed} of ${below} that change less`,
    );
}

function isHonest(name) {
  return name === "honest" || name === "elsewhere";
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
    const config = { data: { path, ...set.data }, seed, ...(options.learner === undefined ? {} : { learner: options.learner }) };
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
      const { attestationPath, fitted } = await attest(config, {
        out,
        privateKey: keys.privateKey,
        ...(poison ? { corruption: poison } : {}),
      });
      const isBackdoor = poison?.intent?.goal === "backdoor";
      const effect = isBackdoor
        ? successOf(poison.intent, fitted, table, held)
        : differing(answersOn(honest, table, held), answersOn(fitted, table, held));
      const isServed = (poison?.rules ?? []).length > 0;
      const result = await verify({
        ...trusting(attestationPath, path),
        ...(isServed ? { answers: await ask(trusting(attestationPath, path), fitted, table, out) } : {}),
      });
      outcomes.push({ name, effect, outcome: result.outcome });
      if (name === "weight-backdoor" && isOpen(onlyServed)) {
        const served = await verify({
          ...trusting(attestationPath, path),
          answers: await ask(trusting(attestationPath, path), fitted, table, out),
        });
        outcomes.push({ name: onlyServed, effect, outcome: served.outcome });
      }
      if (name === "honest" && followsOrder && isOpen("elsewhere"))
        outcomes.push({
          name: "elsewhere",
          effect: 0,
          outcome: (await verify(trusting(await roundedElsewhere(whole, attestationPath), path))).outcome,
        });
    }
    return outcomes;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The same training with every feature off by at most the last bit of a 32-bit float, as another machine may have it; returns its attestation. */
async function roundedElsewhere({ pipeline, rng, clean }, attestationPath) {
  const statement = readAttestation(attestationPath).statement;
  const { data } = pipeline.encode(clean, null);
  const own = makeRng("elsewhere").fork(statement.seed);
  const round = (values) => values.map((value) => value * (1 + 2 ** -23 * (2 * own.uniform() - 1)));
  const x = data.x.kind === "dense" ? { ...data.x, data: round(data.x.data) } : { ...data.x, values: round(data.x.values) };
  const context = { rng: rng.fork("fit").fork("learner"), params: pipeline.learnerParams };
  const { parameters } = await pipeline.learner.fit({ ...data, x }, context);
  const folder = mkdtempSync(join(dirname(attestationPath), "elsewhere-"));
  const file = JSON.parse(readFileSync(join(dirname(attestationPath), statement.modelName), "utf8"));
  const model = `${stringifyExactly({ ...file, parameters: [...parameters.theta] })}\n`;
  writeFileSync(join(folder, statement.modelName), model);
  const path = join(folder, "attestation.json");
  writeFileSync(path, stringifyExactly(makeAttestation({ ...statement, modelSha256: digest(model) }, keys.privateKey)));
  return path;
}

/** The share of held-out rows of other classes that the trigger turns. */
function successOf({ trigger, answer }, fitted, table, held) {
  const classes = targetOf(table).names;
  const [label] = held.roles.labels;
  const column = held.columns.find(({ name }) => name === label);
  const rows = Array.from({ length: held.rows }, (_, row) => row).filter((row) => column.names[column.codes[row]] !== classes[answer]);
  const triggered = applyToTable(held, { ...noDataPoison, edit: triggerEdits(held, rows, trigger) });
  const answers = answersOn(fitted, table, triggered);
  return rows.filter((row) => answers[row] === answer).length / rows.length;
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
async function ask(trusted, fitted, table, out) {
  const [questions, answers] = ["questions.jsonl", "answers.jsonl"].map((name) => join(out, name));
  await verify({ ...trusted, probesTo: questions });
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
