// How well task-contrast finds attacked tasks, on Landmine (29 tasks): half of each task's rows make the trusted relation; five tasks of the other half
// are given 30 % of optimised rows, against themselves (direct) or against five others (indirect), or plain contradicted copies (flip).
//   node bench/task-contrast.mjs [--seeds 20] [--turn]
// Beside the AUC of the attacked tasks: the share of them that stands out, and honest tasks that do. --turn adds what was tried and left out: how far a
// task turns the others, and how their relations change, both against a training without it.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pseudoUtility, trainingUtility } from "../dist/blocks/injection/attack-utility.js";
import { boxDomain, percentileBox } from "../dist/blocks/feasible/box.js";
import { withInjected } from "../dist/blocks/injection/injected-rows.js";
import { lossAim } from "../dist/blocks/injection/attack-aim.js";
import { bilevelAscent } from "../dist/blocks/injection/bilevel-ascent.js";
import { implicitGradient } from "../dist/blocks/injection/implicit-gradient.js";
import { flippedSeeds, spreadBudget } from "../dist/blocks/injection/injection-starts.js";
import { mtrlObjective } from "../dist/blocks/mtrl/objective.js";
import { standsOutAbove, taskEvidence } from "../dist/blocks/mtrl/task-evidence.js";
import { relationCorrelations } from "../dist/blocks/mtrl/task-relation.js";
import { positionsWhere, selectExamples } from "../dist/core/dataset.js";
import { makeEncoder } from "../dist/data/encoder.js";
import { mtrl } from "../dist/learners/mtrl.js";
import { readTable } from "../dist/node/read/read-table.js";
import { meanInterval } from "../dist/numeric/statistics/intervals.js";
import { makeRng } from "../dist/numeric/random.js";
import { areaUnderCurve } from "../dist/numeric/orders/ranks.js";

const { values: options } = parseArgs({ options: { seeds: { type: "string", default: "20" }, turn: { type: "boolean", default: false } } });
const folder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data");
const { table } = await readTable({
  data: `${folder}/landmine/landmine.csv`,
  labels: ["label"],
  text: [],
  features: [],
  drop: [],
  task: "task",
});
const taskOf = table.columns.find(({ name }) => name === "task");
const tasks = taskOf.names.length;
const everyTask = Array.from({ length: tasks }, (_, task) => task);
const params = { relationDecay: 0.003, weightDecay: 0, bias: "regularised", epsilon: 1e-6, tolerance: 1e-8 };
const climbing = { ...params, epsilon: 1e-3, tolerance: 1e-6 };
const [ratio, attackedCount] = [0.3, 5];

/** scenario → evidence → { auc, found, falseAlarms } of each seed. */
const figures = new Map();
for (let seed = 0; seed < Number(options.seeds); seed++) {
  const rng = makeRng(seed);
  const fit = (data, start = null) => mtrl.fit(data, { rng, params, start });
  const { trusted, clean } = splitHalves(rng.fork("split"));
  const relation = (await fit(trusted)).relation;
  const cleanModel = await fit(clean);
  const drawn = [...rng.fork("tasks").sample(tasks, 2 * attackedCount)];
  const [attacked, others] = [drawn.slice(0, attackedCount), drawn.slice(attackedCount)];
  await judge("clean", clean, attacked, relation, fit);
  const counts = spreadBudget(
    clean,
    attacked,
    Math.floor(ratio * positionsWhere(clean.y.length, (i) => attacked.includes(clean.task[i])).length),
  );
  const seedsOf = (name) => flippedSeeds(clean, counts, rng.fork("seeds").fork(name));
  await judge("flip", withInjected(clean, seedsOf("flip")), attacked, relation, fit);
  for (const [reach, targets] of [
    ["direct", attacked],
    ["indirect", others],
  ])
    for (const objective of ["train", "pseudo"]) {
      const name = `${reach} ${objective}`;
      const utility =
        objective === "train"
          ? trainingUtility(clean, targets)
          : pseudoUtility(clean, cleanModel, targets, attacked, rng.fork("utility").fork(name));
      const objectiveOf = (data) => mtrlObjective(data, climbing, { relation: "exact", solveTolerance: 1e-8 });
      const problem = {
        ...implicitGradient(objectiveOf, lossAim(utility)),
        clean,
        seeds: seedsOf(name),
        domain: boxDomain(percentileBox(clean.x, clean.features, 0.01)),
        fit: (data, start) => mtrl.fit(data, { rng, params: climbing, start }),
        labels: null,
      };
      const { rows } = await bilevelAscent(problem, { steps: 60, firstRate: 0.3, lastRate: 0.03 }, { rng });
      await judge(name, withInjected(clean, rows), attacked, relation, fit);
    }
  console.error(`seed ${seed} done`);
}
console.log(
  `AUC of the ${attackedCount} attacked of ${tasks} tasks [95 % interval]; share of them above ${standsOutAbove}; honest tasks above it, per run\n`,
);
for (const [scenario, evidence] of figures) {
  console.log(scenario);
  for (const [name, runs] of evidence) {
    const auc = meanInterval(
      runs.map((run) => run.auc),
      [0, 1],
    );
    const mean = (key) => (runs[0][key] === null ? "   –" : (runs.reduce((sum, run) => sum + run[key], 0) / runs.length).toFixed(2));
    console.log(
      `  ${name.padEnd(32)} ${auc.value.toFixed(3)} [${auc.low?.toFixed(3)}, ${auc.high?.toFixed(3)}]  ${mean("found")}  ${mean("falseAlarms")}`,
    );
  }
}

/** Each task's rows in two halves, each with an encoder of its own, as two deliveries would have. */
function splitHalves(rng) {
  const halves = [[], []];
  for (const task of everyTask) {
    const rows = positionsWhere(table.rows, (i) => taskOf.codes[i] === task);
    rng
      .fork(task)
      .sample(rows.length, rows.length)
      .forEach((i, p) => halves[p < rows.length / 2 ? 0 : 1].push(rows[i]));
  }
  const [trusted, clean] = halves.map((half) => {
    const rows = Int32Array.from(half);
    return makeEncoder({ bigrams: false, minDocuments: 1, fittedOn: "poisoned" }, table).fit(table, rows).encode(table, rows);
  });
  return { trusted, clean };
}

async function judge(scenario, data, attacked, relation, fit) {
  const model = await fit(data);
  const alone = taskEvidence(model, data, null);
  const beside = taskEvidence(model, data, relation);
  record(scenario, "score with a trusted relation", beside.score, attacked, true);
  record(scenario, "score without", alone.score, attacked, true);
  record(scenario, "  surprise", alone.surprise, attacked);
  record(scenario, "  contradiction", alone.contradiction, attacked);
  record(scenario, "  lost ties (trusted)", beside.lostTies, attacked);
  if (options.turn)
    for (const [name, scores] of Object.entries(await withoutEach(model, data, fit))) record(scenario, `  ${name}`, scores, attacked);
}

function record(scenario, name, scores, attacked, isScore = false) {
  const above = everyTask.filter((task) => isScore && scores[task] > standsOutAbove);
  const hit = above.filter((task) => scenario !== "clean" && attacked.includes(task)).length;
  const evidence = figures.get(scenario) ?? new Map();
  figures.set(scenario, evidence.set(name, evidence.get(name) ?? []));
  evidence.get(name).push({
    auc: areaUnderCurve(scores, (task) => attacked.includes(task)),
    found: isScore ? hit / attacked.length : null,
    falseAlarms: isScore ? above.length - hit : null,
  });
}

/** What a training without each task changes for the others. */
async function withoutEach(model, data, fit) {
  const width = model.weights.length / tasks;
  const before = relationCorrelations(model.relation, tasks, () => true);
  const turn = new Float64Array(tasks);
  const relations = new Float64Array(tasks);
  for (const left of everyTask) {
    const without = await fit(
      selectExamples(
        data,
        positionsWhere(data.y.length, (i) => data.task[i] !== left),
      ),
      model,
    );
    const after = relationCorrelations(without.relation, tasks, (task) => task !== left);
    for (const task of everyTask) {
      if (task === left) continue;
      turn[left] += 1 - cosine(model.weights, without.weights, task * width, width);
      for (const other of everyTask)
        if (other !== left && other !== task) relations[left] += after[task * tasks + other] - before[task * tasks + other];
    }
  }
  return { "turn of the others": turn, "rise of the others' relations": relations };
}

function cosine(a, b, offset, width) {
  let [ab, aa, bb] = [0, 0, 0];
  for (let j = offset; j < offset + width; j++) {
    ab += a[j] * b[j];
    aa += a[j] * a[j];
    bb += b[j] * b[j];
  }
  return ab / Math.sqrt(aa * bb);
}
