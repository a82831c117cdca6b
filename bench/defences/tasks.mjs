// What the repairs of multi-task learning win back from indirect attacks on tasks with few rows, and whether attacked tasks are found.
//   node bench/defences/tasks.mjs [--seeds 3] [--first 0] [--sets sarcos,reviews,…] [--ratio 0.3] [--json FILE]
// Needs `npm run build`; research data in ../shared/data or THERIAC_DATA, sets that are not there are left out. Errors are nRMSE, error rate or 1 − AUC over
// the targets: lower is better. "rows": the attacker knows the targets' training rows (white box); "law": other rows of the same tasks stand in, drawn anew
// at each step. A = clean-sharing without fresh rows; C = fresh-rows with ten a target, at least three of each class where the pool has them; both beside
// single-task learning on the same rows.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { aloneSettings, fitAlone } from "../../dist/blocks/mtrl/fit-alone.js";
import { joinRows, selectExamples } from "../../dist/core/dataset.js";
import { taskContrast } from "../../dist/detectors/groups/task-contrast.js";
import { taskMisfit } from "../../dist/detectors/groups/task-misfit.js";
import { areaUnderCurve } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { cleanSharing } from "../../dist/repairs/clean-sharing.js";
import { freshRows } from "../../dist/repairs/fresh-rows.js";
import { fitMtrl, poisoned } from "../parts/task-attacks.mjs";
import { isThere, rowsOf, splitOf, taskSets } from "../parts/task-sets.mjs";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "3" },
    first: { type: "string", default: "0" },
    sets: { type: "string", default: Object.keys(taskSets).join(",") },
    ratio: { type: "string", default: "0.3" },
    json: { type: "string" },
  },
});
const scenarios = [
  ["none"],
  ["all", "heldout", "rows"],
  ["all", "pseudo", "rows"],
  ["all", "heldout", "law"],
  ["all", "pseudo", "law"],
  ["all", "flip", "rows"],
  ["half", "heldout", "rows"],
  ["few", "heldout", "rows"],
  ["few", "pseudo", "rows"],
];
const freshCount = 10;
const lines = [];
for (const id of values.sets.split(",")) {
  if (!isThere(id)) {
    console.log(`${id}: left out, its data are not there`);
    continue;
  }
  for (let seed = Number(values.first); seed < Number(values.first) + Number(values.seeds); seed++) {
    try {
      await measureSeed(id, seed);
    } catch (error) {
      console.log(`${id} seed ${seed}: ${error.message}`);
    }
  }
  tell(id);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(lines)}\n`);
summarise();

async function measureSeed(id, seed) {
  const split = await splitOf(id, seed);
  const { set, train, test } = split;
  const { targets, shared } = set;
  const others = train.tasks.map((_, task) => task).filter((task) => !targets.includes(task));
  const drawn = [...makeRng("few").fork(seed).sample(others.length, others.length)].map((k) => others[k]);
  const attackedBy = {
    none: [],
    all: others,
    half: drawn.slice(0, Math.floor(others.length / 2)),
    few: drawn.slice(0, others.length > 8 ? 3 : others.length > 4 ? 2 : 1),
  };
  const fresh = freshOf(split, freshCount);
  const rng = makeRng(seed);
  const fit = (data, start) => fitMtrl(data, shared, start ?? null);
  const repair = (method, data, trusted) =>
    method.repair(data, {
      rng,
      params: { protects: targets.map((t) => train.tasks[t]).join(","), trimmed: 0.25 },
      learnerParams: {},
      fit,
      trusted,
    });
  const measure = (thetaOf) =>
    targets.reduce((sum, task, k) => sum + errorOf(set.metric, test, task, thetaOf(task, k)), 0) / targets.length;
  const blocks =
    ({ parameters: { theta, features } }) =>
    (task) =>
      theta.subarray(task * (features.names.length + 1), (task + 1) * (features.names.length + 1));
  const single = async (data) => {
    const settings = await aloneSettings(data, targets, "regularised", { rng: rng.fork("group").fork(targets[0]) });
    return measure((task, k) => fitAlone(selectExamples(data, rowsOf(data, task)), settings[k]));
  };
  const alone = await single(train);
  const aloneFresh = await single(joinRows(train, fresh));
  for (const [who, aim, knows] of scenarios) {
    const attacked = attackedBy[who];
    const data = who === "none" ? train : await poisoned(split, { attacked, aim, knows, ratio: Number(values.ratio) }, seed);
    const honest = selectExamples(train, Int32Array.from([...train.task.keys()].filter((i) => !attacked.includes(train.task[i]))));
    const context = { rng, params: {}, fit, objective: () => null, table: null };
    const misfit = await taskMisfit.score(data, context);
    const contrast = await taskContrast.score(data, context);
    const isAttacked = (task) => attacked.includes(task);
    lines.push({
      set: id,
      seed,
      who,
      aim: aim ?? null,
      knows: knows ?? null,
      single: alone,
      undefended: measure(blocks(await fit(data))),
      oracle: who === "none" ? null : measure(blocks(await fit(honest))),
      a: measure(blocks(await repair(cleanSharing, data, null))),
      singleFresh: aloneFresh,
      undefendedFresh: measure(blocks(await fit(joinRows(data, fresh)))),
      c: measure(blocks(await repair(freshRows, data, fresh))),
      misfitAuc: areaUnderCurve(misfit.values, isAttacked),
      contrastAuc: areaUnderCurve(contrast.values, isAttacked),
      flaggedAttacked: who === "none" ? null : attacked.filter((task) => misfit.flagged[task] === 1).length / attacked.length,
      flaggedOthers: misfit.flagged.filter((is, task) => is === 1 && !isAttacked(task)).length / (train.tasks.length - attacked.length),
    });
  }
}

/** So many rows of each target from its pool, at least three of each class where there are as many. */
function freshOf({ fresh, set }, count) {
  const picked = set.targets.flatMap((task) => {
    const own = [...rowsOf(fresh, task)];
    if (fresh.target.kind === "real") return own.slice(0, count);
    const rare = own.filter((i) => fresh.y[i] === 1);
    const wanted = Math.min(rare.length, Math.max(3, Math.round((count * rare.length) / own.length)));
    return [...rare.slice(0, wanted), ...own.filter((i) => fresh.y[i] === 0).slice(0, count - wanted)];
  });
  return selectExamples(fresh, Int32Array.from(picked));
}

function errorOf(metric, test, task, theta) {
  const rows = rowsOf(test, task);
  const { cols, data } = test.x;
  const z = Float64Array.from(rows, (i) => {
    let sum = theta[cols];
    for (let j = 0; j < cols; j++) sum += theta[j] * data[i * cols + j];
    return sum;
  });
  const y = Array.from(rows, (i) => test.y[i]);
  if (metric === "error") return z.reduce((sum, score, k) => sum + Number(Number(score > 0) !== y[k]), 0) / y.length;
  if (metric === "auc") return 1 - areaUnderCurve(z, (k) => y[k] === 1);
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const squares = (of) => y.reduce((sum, value, k) => sum + (value - of(k)) ** 2, 0);
  return Math.sqrt(squares((k) => z[k]) / squares(() => mean));
}

function meanOf(rows, of) {
  const known = rows.map(of).filter((value) => value !== null && Number.isFinite(value));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function cell(value, sign = false) {
  return value === null ? "     –" : `${sign && value >= 0 ? "+" : ""}${value.toFixed(3)}`.padStart(6);
}

function tell(id) {
  const own = lines.filter(({ set }) => set === id);
  console.log(
    `\n${id}: ${taskSets[id].metric}, ${new Set(own.map(({ seed }) => seed)).size} seeds, poison ${values.ratio} of the rows of each attacked task`,
  );
  console.log(
    "attack               single  joint oracle      A  A−single | +10: single  joint      C  C−single | AUC misfit contrast  flagged attacked others",
  );
  for (const [who, aim = "", knows = ""] of scenarios) {
    const rows = own.filter((line) => line.who === who && (line.aim ?? "") === aim && (line.knows ?? "") === knows);
    const mean = (key) => meanOf(rows, (row) => row[key]);
    const over = (a, b) => meanOf(rows, (row) => row[a] - row[b]);
    console.log(
      [
        `${who} ${aim} ${knows}`.padEnd(20),
        ...["single", "undefended", "oracle", "a"].map((key) => cell(mean(key))),
        `  ${cell(over("a", "single"), true)}  |     `,
        ...["singleFresh", "undefendedFresh", "c"].map((key) => cell(mean(key))),
        `  ${cell(over("c", "singleFresh"), true)}  |     `,
        ...["misfitAuc", "contrastAuc"].map((key) => cell(mean(key))),
        "  ",
        ...["flaggedAttacked", "flaggedOthers"].map((key) => cell(mean(key))),
      ].join(" "),
    );
  }
}

/** What an issue would ask, set by set. */
function summarise() {
  console.log(
    "\nset        C − single, mean and worst attack   share of clean gain kept: C, A   A − single, mean and worst   AUC of a minority   clean tasks flagged",
  );
  for (const id of new Set(lines.map(({ set }) => set))) {
    const own = lines.filter(({ set }) => set === id);
    const clean = own.filter(({ who }) => who === "none");
    const optimised = scenarios.filter(([who, aim]) => who !== "none" && aim !== "flip");
    const byAttack = (a, b) =>
      optimised.map(([who, aim, knows]) =>
        meanOf(
          own.filter((line) => line.who === who && line.aim === aim && line.knows === knows),
          (line) => line[a] - line[b],
        ),
      );
    const told = (a, b) => {
      const values = byAttack(a, b).filter((value) => value !== null);
      return `${cell(
        meanOf(values, (value) => value),
        true,
      )} ${cell(values.length === 0 ? null : Math.max(...values), true)}`;
    };
    const kept = (repair, single, joint) => {
      const gain = meanOf(clean, (line) => line[single] - line[joint]);
      const won = meanOf(clean, (line) => line[single] - line[repair]);
      return gain === null || gain <= 0 ? "    –" : `${Math.round((100 * won) / gain)} %`.padStart(5);
    };
    const minority = meanOf(
      own.filter(({ who }) => who === "few"),
      ({ misfitAuc }) => misfitAuc,
    );
    console.log(
      `${id.padEnd(10)} ${told("c", "singleFresh")}                       ${kept("c", "singleFresh", "undefendedFresh")} ${kept("a", "single", "undefended")}                    ${told("a", "single")}               ${cell(minority)}             ${cell(meanOf(clean, ({ flaggedOthers }) => flaggedOthers))}`,
    );
  }
}
