// Whether the search of `theriac tasks` finds the three attack tasks that hurt targets most, and what an attacker keeps who does not have the targets' rows.
//   node bench/task-search.mjs [--sets sarcos,reviews,landmine] [--first 20] [--seeds 4] [--triples 40] [--ratio 0.3] [--no-knowledge] [--json FILE]
// Needs `npm run build`; research data in ../shared/data or THERIAC_DATA. Damage: rise of nRMSE, error rate or 1 − AUC, its mean over the targets, on test
// rows that neither search nor attack sees. The best of the triples is by those very rows, the mean over the seeds: a little of it is luck that a search
// cannot have. Sarcos has one target here, so that there are twenty triples and all are tried; of reviews the three other domains are dealt into four tasks each.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { aloneSettings, fitAlone } from "../dist/blocks/mtrl/fit-alone.js";
import { joinRows, selectExamples } from "../dist/core/dataset.js";
import { areaUnderCurve } from "../dist/numeric/orders/ranks.js";
import { makeRng } from "../dist/numeric/random.js";
import { viewOf } from "../dist/study/tasks/attacker-view.js";
import { attackTasksInOrder, chooseSet, setsToTry } from "../dist/study/tasks/few-tasks.js";
import { makeTaskTools } from "../dist/study/tasks/make-tools.js";
import { trySets } from "../dist/study/tasks/measure-few.js";
import { meanMatrix } from "../dist/study/tasks/strongest-pairs.js";
import { settingsOf } from "./parts/task-attacks.mjs";
import { isThere, rowsOf, splitOf, taskSets } from "./parts/task-sets.mjs";

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: "sarcos,reviews,landmine" },
    first: { type: "string", default: "20" },
    seeds: { type: "string", default: "4" },
    triples: { type: "string", default: "40" },
    ratio: { type: "string", default: "0.3" },
    "no-knowledge": { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const [first, seedCount, triplesAsked, budgetFraction] = ["first", "seeds", "triples", "ratio"].map((name) => Number(values[name]));
const wanted = 3;
const found = {};
for (const id of values.sets.split(",")) {
  if (!isThere(id)) console.log(`${id}: left out, its data are not there`);
  else found[id] = await measureSet(id);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(found)}\n`);
}

async function measureSet(id) {
  const started = performance.now();
  const scenes = [];
  for (let seed = first; seed < first + seedCount; seed++) scenes.push(await sceneOf(id, seed));
  const { targets, train } = scenes[0];
  const count = train.tasks.length;
  const ordered = attackTasksInOrder(meanMatrix(scenes.map(({ vulnerability }) => vulnerability)), count, targets);
  const sets = setsToTry(ordered, wanted);
  const tried = [];
  for (const scene of scenes) tried.push(await scene.trySets(sets));
  const search = [...chooseSet(sets, tried)].sort((a, b) => a - b);
  const firstOrder = ordered.slice(0, wanted).sort((a, b) => a - b);
  const others = train.tasks.map((_, task) => task).filter((task) => !targets.includes(task));
  const all = triplesOf(others);
  const sampled =
    all.length <= triplesAsked
      ? all
      : [...makeRng("task-search").fork(id).sample(all.length, triplesAsked)].sort((a, b) => a - b).map((k) => all[k]);
  const known = new Map();
  const damageOf = async (set) => {
    const key = set.join("+");
    if (!known.has(key)) {
      const damages = [];
      for (const scene of scenes) damages.push(await scene.damageOf(set));
      known.set(key, damages);
    }
    return known.get(key);
  };
  const triples = [];
  for (const set of sampled) triples.push({ set, damage: await damageOf(set) });
  const byMean = [...triples].sort((a, b) => mean(b.damage) - mean(a.damage));
  const result = {
    targets,
    seeds: seedCount,
    clean: scenes.map(({ before }) => before),
    alone: scenes.map(({ alone }) => alone),
    poisonRows: scenes[0].poisonRows(search),
    triples,
    ofAll: all.length,
    search: { set: search, damage: await damageOf(search) },
    firstOrder: { set: firstOrder, damage: await damageOf(firstOrder) },
    knowledge: [],
  };
  const best = mean(byMean[0].damage);
  const told = (name, { set, damage }) =>
    console.log(
      `  ${name.padEnd(34)} ${set
        .map((task) => train.tasks[task])
        .join(", ")
        .padEnd(
          14,
        )} damage ${signed(mean(damage))}  of the best ${(mean(damage) / best).toFixed(2)}  per 100 rows ${signed((100 * mean(damage)) / result.poisonRows)}`,
    );
  console.log(
    `\n${id}: ${taskSets[id].metric}, seeds ${first} to ${first + seedCount - 1}, ${budgetFraction} of the rows of three tasks (${result.poisonRows}); clean ${mean(result.clean).toFixed(3)}, alone ${mean(result.alone).toFixed(3)}`,
  );
  told(`best of ${sampled.length} of ${all.length} triples`, byMean[0]);
  told("found by the search", result.search);
  told("first order alone", result.firstOrder);
  console.log(
    `  ${"mean of the triples".padEnd(49)} damage ${signed(mean(triples.map(({ damage }) => mean(damage))))}  of the best ${(mean(triples.map(({ damage }) => mean(damage))) / best).toFixed(2)}`,
  );
  if (!values["no-knowledge"])
    for (const knows of ["very rows", "law, drawn once", "law, drawn anew", "none"]) {
      const damage = [];
      for (const scene of scenes) damage.push(await scene.damageKnowing(knows, search));
      result.knowledge.push({ knows, damage });
      console.log(
        `  attacker knows ${knows.padEnd(18)} damage ${signed(mean(damage))}  attacked less alone ${signed(mean(damage.map((one, k) => result.clean[k] + one - result.alone[k])))}`,
      );
    }
  console.log(`  ${Math.round((performance.now() - started) / 1000)} s`);
  return result;
}

async function sceneOf(id, seed) {
  const split = id === "reviews" ? dealtReviews(await splitOf(id, seed)) : await splitOf(id, seed, id === "sarcos" ? { targets: [1] } : {});
  const { train, test, standIns, set } = split;
  const { targets, metric, shared } = set;
  const params = settingsOf(shared);
  const isReal = train.target.kind === "real";
  const single = { id: isReal ? "ridge" : "logistic", params: {} };
  const config = { learner: { id: "mtrl", params }, single, metric: isReal ? "rmse" : "accuracy" };
  const tools = makeTaskTools({ config, methods: catalog });
  const { learner } = tools.together;
  const rng = makeRng("task-search").fork(id).fork(seed);
  const fit = (data, start = null) => learner.fit(data, { rng: rng.fork("fit"), params, start });
  const model = await fit(train);
  const width = train.features.names.length + 1;
  const error = (of) =>
    mean(targets.map((task) => errorOf(metric, test, task, of.parameters.theta.subarray(task * width, (task + 1) * width))));
  const before = error(model);
  const settings = await aloneSettings(train, targets, "regularised", { rng: rng.fork("alone") });
  const others = selectExamples(train, Int32Array.from([...train.task.keys()].filter((i) => !targets.includes(train.task[i]))));
  const attack = (world, clean, attackTasks, standIns) =>
    tools.attack(
      { clean: world, model: clean, params, attackTasks, targets, budgetFraction, standIns },
      { rng: rng.fork("attack").fork(attackTasks.join("+")) },
    );
  const damage = async (data) => error(await fit(data, model)) - before;
  return {
    ...{ train, targets, before },
    alone: mean(targets.map((task, k) => errorOf(metric, test, task, fitAlone(selectExamples(train, rowsOf(train, task)), settings[k])))),
    vulnerability: tools.vulnerability(model, train, params),
    poisonRows: (tasks) => tasks.reduce((sum, task) => sum + Math.max(1, Math.floor(budgetFraction * rowsOf(train, task).length)), 0),
    trySets: (sets) => trySets({ train }, sets, { targets, budgetFraction, params }, tools, { rng: rng.fork("search") }),
    damageOf: async (attackTasks) => damage((await attack(train, model, attackTasks)).poisoned),
    async damageKnowing(knows, attackTasks) {
      if (knows === "very rows") return this.damageOf(attackTasks);
      const own = targets.map((task) => rowsOf(train, task).length);
      const drawn = targets
        .map((task, k) => {
          const pool = rowsOf(standIns, task);
          return selectExamples(
            standIns,
            Int32Array.from(rng.fork("drawn").fork(task).sample(pool.length, Math.min(own[k], pool.length)), (i) => pool[i]),
          );
        })
        .reduce(joinRows);
      const view =
        knows === "none"
          ? viewOf("black-box", train, targets, null, rng.fork("none"))
          : { world: joinRows(drawn, others), ...(knows === "law, drawn anew" ? { standIns } : {}) };
      const { poisoned } = await attack(view.world, await fit(view.world), attackTasks, view.standIns);
      const added = Int32Array.from({ length: poisoned.y.length - view.world.y.length }, (_, i) => view.world.y.length + i);
      return damage(joinRows(train, selectExamples(poisoned, added)));
    },
  };
}

/** Domain 1 with few rows is the target, task 0; the rows of the three others are dealt into four tasks each. */
function dealtReviews({ train, test, standIns, set }) {
  const sources = [0, 2, 3];
  const tasks = ["target", ...sources.flatMap((source) => [1, 2, 3, 4].map((part) => `${train.tasks[source]} ${part}`))];
  const dealt = (data) => {
    const seen = new Int32Array(train.tasks.length);
    return { ...data, tasks, task: data.task.map((task) => (task === 1 ? 0 : 1 + 4 * sources.indexOf(task) + (seen[task]++ % 4))) };
  };
  return { train: dealt(train), test: dealt(test), standIns: dealt(standIns), set: { ...set, targets: [0] } };
}

function triplesOf(tasks) {
  return tasks.flatMap((a, i) => tasks.slice(i + 1).flatMap((b, j) => tasks.slice(i + j + 2).map((c) => [a, b, c])));
}

/** @param theta a weight for each feature and a bias */
function errorOf(metric, test, task, theta) {
  const { x, y } = selectExamples(test, rowsOf(test, task));
  const scores = Array.from(y, (_, i) => {
    let sum = theta[x.cols];
    for (let j = 0; j < x.cols; j++) sum += theta[j] * x.data[i * x.cols + j];
    return sum;
  });
  if (metric === "error") return mean(scores.map((score, k) => Number(Number(score > 0) !== y[k])));
  if (metric === "auc") return 1 - areaUnderCurve(scores, (k) => y[k] === 1);
  const middle = mean([...y]);
  return Math.sqrt(mean(scores.map((score, k) => (score - y[k]) ** 2)) / mean(Array.from(y, (value) => (value - middle) ** 2)));
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value) {
  return `${value >= 0 ? "+" : ""}${value.toFixed(3)}`;
}
