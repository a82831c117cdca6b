// Wrong labels that are planted in tables and texts of 2 to 11 classes: what `label-noise` flags, alone and together with `loss` (the older rule), as a scan does,
// with the false share that they announce beside the one observed, and the best that any cut of the ranking reaches. Sets: bench/parts/label-sets.mjs.
//   node bench/defences/labels.mjs [--seeds 1] [--first 0] [--rows 600] [--sets moons,sms] [--rates 0.02,0.1,0.3] [--shapes uniform,confident] [--quiet]
//   node bench/defences/labels.mjs --folder DIR [--skip 0] [--take 1000] ...
// The second judges tables of one's own, taken for clean: every CSV of a folder with 2 to 11 classes (bench/parts/folder-tables.mjs).
// Even seeds were looked at while settings were chosen; odd ones are for reports: --first 1. cleanlab (find_label_issues on five-fold logistic regression, the same chances as the
// learner's view) stands beside where THERIAC_PYTHON names a Python that has it, else its column is blank; the small sets of scikit-learn are left out.
// As in a scan, a rule that expects more than half of its flags to be false flags none. "reach" = the largest recall of a cut whose false share is at most 0.2. F1 of nothing flagged is 0. FDR is averaged over runs that flag ten rows at least.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { stratifiedFolds } from "../../dist/blocks/held-out/folds.js";
import { outOfFold } from "../../dist/blocks/held-out/out-of-fold.js";
import { resolveParams } from "../../dist/core/params.js";
import { encoderParams } from "../../dist/data/encoder.js";
import { labelNoise } from "../../dist/detectors/labels/label-noise.js";
import { loss } from "../../dist/detectors/labels/loss.js";
import { logistic } from "../../dist/learners/logistic.js";
import { tuneOnWhole } from "../../dist/node/train-whole.js";
import { orderBy } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { runDetector } from "../../dist/study/table/run-detector.js";
import { tablesIn } from "../parts/folder-tables.mjs";
import { labelSets } from "../parts/label-sets.mjs";
import { shapes } from "../parts/plant-labels.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    rows: { type: "string", default: "600" },
    sets: { type: "string" },
    rates: { type: "string", default: "0.02,0.1,0.3" },
    shapes: { type: "string", default: Object.keys(shapes).join(",") },
    quiet: { type: "boolean", default: false },
    folder: { type: "string" },
    skip: { type: "string", default: "0" },
    take: { type: "string", default: "1000" },
  },
});
const asked = options.sets?.split(",");
const rates = options.rates.split(",").map(Number);
const python = process.env["THERIAC_PYTHON"] ?? null;
const runs = [];
const columns = [22, 10, 6, 7, 6, 6, 6, 10, 10, 6, 6, 15, 15];
const line = (cells) => console.log(cells.map((cell, k) => String(cell).padEnd(columns[k])).join(" "));
const number = (value) => (value === null || Number.isNaN(value) ? "" : value.toFixed(2));

if (!options.quiet)
  line(["set", "shape", "rate", "flagged", "P", "R", "F1", "announced", "observed", "best", "reach", "old rule n, F1", "cleanlab n, F1"]);
const part = { skip: Number(options.skip), take: Number(options.take) };
for (const set of options.folder === undefined ? labelSets : await tablesIn(options.folder, "classes", part)) {
  if (asked !== undefined && !asked.includes(set.name.replace(",", ""))) continue;
  const before = process.cpuUsage().user;
  for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++) await judgeSet(set, seed);
  console.error(`${set.name}: ${((process.cpuUsage().user - before) / 1e6).toFixed(0)} s CPU`);
}
summarise();

async function judgeSet(set, seed) {
  const rng = makeRng("labels").fork(set.name).fork(seed);
  const table = await set.make(rng.fork("make"), Number(options.rows));
  const params = resolveParams("logistic", logistic.params);
  const { clean, pipeline } = await tuneOnWhole(table, {
    encoder: resolveParams("encoder", encoderParams),
    learner: { id: "logistic", params },
    sharing: "joint",
    firstSeed: seed,
  });
  const { data } = pipeline.encode(clean, null);
  const classes = data.target.names.length;
  if (classes < 2 || classes > 11) return;
  const codes = Int32Array.from(data.y);
  const sureness = await ownChances(data, pipeline, rng);
  const pending = [];
  const conditions = [["clean", 0], ...options.shapes.split(",").flatMap((shape) => rates.map((rate) => [shape, rate]))];
  for (const [shape, rate] of conditions) {
    const planted = shape === "clean" ? [] : shapes[shape]({ rng: rng.fork(shape).fork(rate), codes, classes, rate, sureness });
    const y = data.y.slice();
    for (const [i, k] of planted) y[i] = k;
    const received = { ...data, y };
    const learnerParams = await logistic.tune(received, { rng: rng.fork("tune"), params });
    const ask = (method) =>
      runDetector(
        { method, params: resolveParams(method.id, method.params) },
        { data: received, table },
        { learner: logistic, learnerParams },
        { rng: makeRng(seed), trusted: null },
      );
    const [own, old] = [await ask(labelNoise), await ask(loss)];
    const chances = python === null ? null : await outOfFoldChances(received, { learnerParams }, rng);
    pending.push({ shape, rate, y, wrong: new Set(planted.map(([i]) => i)), own, old, chances });
  }
  const peers = python === null ? null : cleanlab(pending, classes);
  pending.forEach(({ shape, rate, y, wrong, own, old }, k) => note(set.name, shape, rate, y.length, wrong, own, old, peers?.[k] ?? null));
}

async function outOfFoldChances(data, { learnerParams }, rng) {
  const fit = (train, _, start) => logistic.fit(train, { params: learnerParams, start, rng: makeRng("fit") });
  return (await outOfFold(data, stratifiedFolds(data, 5, rng.fork("chances")), fit)).probabilities;
}

async function ownChances(data, pipeline, rng) {
  const chances = await outOfFoldChances(data, pipeline, rng);
  return Float64Array.from(data.y, (label, i) => chances[i * data.target.names.length + label]);
}

/** Rows that cleanlab flags of each of these; null where it is not there. */
function cleanlab(asked, classes) {
  const script = `import sys, json, numpy as np
from cleanlab.filter import find_label_issues
print(json.dumps([[int(i) for i in np.flatnonzero(find_label_issues(np.array(d["y"]), np.array(d["p"])))] for d in json.load(sys.stdin)]))`;
  const given = asked.map(({ y, chances }) => ({
    y: Array.from(y),
    p: Array.from(y, (_, i) => Array.from(chances.subarray(i * classes, (i + 1) * classes))),
  }));
  const ran = spawnSync(python, ["-c", script], { input: JSON.stringify(given), encoding: "utf8", maxBuffer: 2 ** 28 });
  return ran.status === 0 ? JSON.parse(ran.stdout) : null;
}

function note(set, shape, rate, rows, wrong, own, old, peer) {
  const flagsOf = ({ flagged, expectedFalseAlarms: expected }) => {
    const flags = [...flagged.keys()].filter((i) => flagged[i] === 1);
    return 2 * expected > flags.length ? [] : flags;
  };
  const [flags, oldFlags] = [flagsOf(own), flagsOf(old)];
  const union = [...new Set([...flags, ...oldFlags])];
  const run = {
    ...{ set, shape, rate, rows, size: wrong.size },
    own: measured(flags, wrong, own.expectedFalseAlarms),
    old: measured(oldFlags, wrong, old.expectedFalseAlarms),
    union: measured(union, wrong, (flags.length > 0 ? own.expectedFalseAlarms : 0) + (oldFlags.length > 0 ? old.expectedFalseAlarms : 0)),
    peer: peer === null ? null : measured(peer, wrong, 0),
    ...reachOf(own.values, wrong),
  };
  runs.push(run);
  if (options.quiet) return;
  const beside = (said) => (said === null ? "" : `${said.count} ${number(said.f1)}`);
  const { count, precision, recall, f1, announced } = run.own;
  const observed = count === 0 ? null : 1 - precision;
  line([
    set,
    shape,
    rate,
    count,
    number(precision),
    number(recall),
    number(f1),
    number(announced),
    number(observed),
    number(run.best),
    number(run.reach),
    beside(run.old),
    beside(run.peer),
  ]);
}

function measured(flags, wrong, expected) {
  const hits = flags.filter((i) => wrong.has(i)).length;
  return {
    count: flags.length,
    precision: flags.length === 0 ? null : hits / flags.length,
    recall: wrong.size === 0 ? null : hits / wrong.size,
    f1: wrong.size === 0 ? null : (2 * hits) / (flags.length + wrong.size),
    announced: flags.length === 0 ? null : Math.min(1, expected / flags.length),
  };
}

function reachOf(values, wrong) {
  let [hits, best, reach] = [0, 0, 0];
  orderBy(values)
    .reverse()
    .forEach((i, k) => {
      hits += Number(wrong.has(i));
      best = Math.max(best, (2 * hits) / (k + 1 + wrong.size));
      if (hits >= 0.8 * (k + 1)) reach = Math.max(reach, hits / wrong.size);
    });
  return wrong.size === 0 ? { best: null, reach: null } : { best, reach };
}

function summarise() {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const told = (name, some) => {
    const by = (who) => {
      const known = some.filter((run) => run[who] !== null);
      if (known.length === 0) return "not here";
      const many = known.filter((run) => run[who].count >= 10).map((run) => run[who]);
      return `F1 ${number(mean(known.map((run) => run[who].f1)))}, R ${number(mean(known.map((run) => run[who].recall)))}, observed ${number(mean(many.map(({ precision }) => 1 - precision)))} for ${number(mean(many.map(({ announced }) => announced)))}`;
    };
    console.log(
      `${name} (${some.length}): label-noise ${by("own")} | with loss ${by("union")} | old rule ${by("old")} | cleanlab ${by("peer")} | best cut F1 ${number(mean(some.map(({ best }) => best)))}`,
    );
  };
  console.log("");
  for (const shape of options.shapes.split(",")) {
    const all = runs.filter((run) => run.shape === shape);
    if (all.length === 0) continue;
    told(shape, all);
    const some = all.filter(({ reach }) => reach >= 0.3);
    if (some.length > 0) told(`  where a cut could find 0.3`, some);
  }
  const clean = runs.filter(({ shape }) => shape === "clean");
  for (const who of ["own", "union"]) {
    const shares = clean.map((run) => (100 * run[who].count) / run.rows);
    console.log(
      `clean (${clean.length}), ${who === "own" ? "label-noise" : "with loss"}: ${number(mean(shares))} % flagged, ${number(Math.max(...shares))} % at most`,
    );
  }
}
