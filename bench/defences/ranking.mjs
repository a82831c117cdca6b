// One ranking from several detectors beside each of them alone: true ones among as many first rows as are poisoned.
//   node bench/defences/ranking.mjs [--seeds 1] [--first 0] [--rows 400] [--sets spambase,breast-cancer,digits,sms] [--shapes confident,…] [--all]
// Sets are those of paired-attacks.mjs and of label-sets.mjs, without the commas in their names. The number in a shape is its share in per cent, 5 without.
// uniform: labels turned at random. confident: those of rows that the learner is surest of. near-copies: rows copied with little noise under a wrong label. extreme: rows
// at one and a half times the range of the data under a wrong label. optimised: gradient-injection. --all: every detector on a line of its own.
import { parseArgs } from "node:util";
import { combineVoices, voiceOf, withinReason } from "../../dist/blocks/outliers/combined-ranking.js";
import { learnMerge } from "../../dist/blocks/outliers/learned-merge.js";
import { plantPoison } from "../../dist/blocks/outliers/planted-poison.js";
import { catalog } from "../../dist/catalog.js";
import { budgetOf } from "../../dist/core/threat.js";
import { NumericalError } from "../../dist/core/errors.js";
import { resolveParams } from "../../dist/core/params.js";
import { stackRows, selectRows, toDense, toSparse } from "../../dist/numeric/matrices/matrix.js";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { runDetector } from "../../dist/study/table/run-detector.js";
import { labelSets } from "../parts/label-sets.mjs";
import { dataOf, prepareSeed } from "../parts/paired-attacks.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    rows: { type: "string", default: "400" },
    sets: { type: "string", default: "spambase,breast-cancer,digits,sms" },
    shapes: { type: "string", default: "uniform 5,uniform 20,confident,near-copies,extreme,optimised" },
    all: { type: "boolean", default: false },
  },
});
const reach = { attackTasks: null, targetTasks: null };
const learner = catalog.learners.find(({ id }) => id === "logistic");
const setting = { learner, sharing: "pooled" };
const ofRows = catalog.detectors.filter(
  (detector) =>
    detector.subject === "row" &&
    detector.targets.includes("classes") &&
    detector.combines !== true &&
    (detector.refuses?.(setting) ?? null) === null,
);
const upTo = (efforts) => ofRows.filter((detector) => efforts.includes(detector.scanEffort ?? detector.effort ?? "quick"));
const [quick, standard] = [upTo(["quick"]), upTo(["quick", "standard"])];
const all = [];
console.log("set            shape        seed  wrong  best single                     quick  standard  unlearned");
for (const name of options.sets.split(","))
  for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++)
    for (const shape of options.shapes.split(",")) {
      try {
        await measure(name, shape, seed);
      } catch (error) {
        console.log(`${name.padEnd(14)} ${shape.padEnd(12)} ${String(seed).padStart(4)}  ${error.message}`);
      }
    }
summarise();

async function measure(name, shape, seed) {
  const source = sourceOf(name, seed);
  const scene = await prepareSeed(
    `ranking/${name}/${seed}`,
    { ...source, train: Math.min(source.train, Number(options.rows)), test: 100 },
    learner,
  );
  const { encoded, isWrong } = await poisoned(scene, shape);
  const params = { learner, learnerParams: scene.pipeline.learnerParams };
  const context = { rng: makeRng(`scan/${seed}`) };
  const heard = await hear(standard, encoded, params, context);
  const { length } = encoded.data.y;
  const voices = withinReason(
    heard.map((said) => voiceOf(said, encoded.data)),
    length,
  );
  const suspected = combineVoices(voices, length).flagged;
  const copy = plantPoison(encoded.data, suspected, context.rng.fork("plant"));
  const again = await hear(standard, { ...encoded, data: copy.data }, params, { rng: context.rng.fork("planted") });
  const precision = (values) => highest(values, isWrong.size).filter((i) => isWrong.has(i)).length / isWrong.size;
  const singles = voices
    .map(({ method, values }) => ({ id: method.id, precision: precision(values) }))
    .sort((a, b) => b.precision - a.precision);
  const merge = learnMerge(again, copy, suspected);
  const ofQuick = withinReason(
    heard.filter(({ method }) => quick.includes(method)).map((said) => voiceOf(said, encoded.data)),
    length,
  );
  const line = {
    ...{ name, shape, best: singles[0].precision, singles },
    quick: precision(combineVoices(ofQuick, length).score),
    standard: precision(combineVoices(voices, length, merge).score),
    unlearned: precision(combineVoices(voices, length).score),
  };
  all.push(line);
  console.log(
    `${name.padEnd(14)} ${shape.padEnd(12)} ${String(seed).padStart(4)} ${String(isWrong.size).padStart(6)}  ${`${singles[0].precision.toFixed(2)} ${singles[0].id}`.padEnd(30)} ${line.quick.toFixed(2).padStart(6)} ${line.standard.toFixed(2).padStart(9)} ${line.unlearned.toFixed(2).padStart(10)}`,
  );
  if (!options.all) return;
  for (const { id, precision: own } of singles) {
    const voice = voices.find(({ method }) => method.id === id);
    const flagged =
      voice.flagged === null ? "ranks" : `flags ${voice.flagged.reduce((sum, is) => sum + is, 0)}, sure ${voice.sureness.toFixed(2)}`;
    console.log(
      `    ${id.padEnd(28)} ${own.toFixed(2)}  weight ${(merge.weights.get(id) ?? 0).toFixed(2)}  planted AUC ${(merge.areas.get(id) ?? NaN).toFixed(2)}  ${flagged}`,
    );
  }
}

function sourceOf(name, seed) {
  const known = labelSets.find((set) => set.name.replaceAll(",", "") === name);
  if (known === undefined || ["spambase", "breast-cancer", "digits", "sms", "reviews"].includes(name)) return dataOf(name);
  const table = known.make(makeRng(`ranking/${name}/${seed}`), Number(options.rows) + 100);
  return { table, train: table.rows - 100 };
}

async function hear(detectors, encoded, learning, context) {
  const out = [];
  for (const method of detectors) {
    try {
      const params = resolveParams(method.id, method.params);
      out.push({ method, scores: await runDetector({ method, params }, encoded, learning, context) });
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
    }
  }
  return out;
}

async function poisoned({ rng, clean, pipeline, victim }, shape) {
  const encoded = pipeline.encode(clean, null);
  const { data } = encoded;
  const classes = data.target.names.length;
  const own = rng.fork(shape);
  const other = (label) => (label + 1 + own.integer(classes - 1)) % classes;
  const rows = data.y.length;
  const count = Math.floor((Number(/\d+$/.exec(shape)?.[0] ?? 5) / 100) * rows);
  if (shape.startsWith("uniform") || shape.startsWith("confident")) {
    const losses = victim.model.losses(data);
    const picked = shape.startsWith("confident")
      ? highest(
          losses.map((value) => -value),
          count,
        )
      : own.sample(rows, count);
    const y = data.y.slice();
    for (const i of picked) y[i] = other(y[i]);
    return { encoded: { ...encoded, data: { ...data, y } }, isWrong: new Set(picked) };
  }
  const isWrong = new Set(Array.from({ length: count }, (_, k) => rows + k));
  if (shape === "optimised") {
    const attack = catalog.attacks.find(({ id }) => id === "gradient-injection");
    const params = resolveParams(attack.id, attack.params);
    const poison = await attack.poison(
      { clean, pipeline, budget: budgetOf(0.05, rows), reach, victim: async () => victim },
      { rng: own, params },
    );
    const found = pipeline.encode(clean, poison);
    return { encoded: found, isWrong: new Set(Array.from({ length: found.data.y.length - rows }, (_, k) => rows + k)) };
  }
  const from = own.sample(rows, count);
  const added = toDense(selectRows(data.x, from));
  const whole = toDense(data.x);
  for (let j = 0; j < data.x.cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => whole.data[i * data.x.cols + j]);
    const [low, high] = [Math.min(...column), Math.max(...column)];
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    const spread = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    for (let k = 0; k < count; k++) {
      const at = k * data.x.cols + j;
      if (shape === "near-copies") added.data[at] += data.x.kind === "dense" ? 0.02 * spread * own.normal() : 0;
      else added.data[at] = mean + Math.min(1.5 * (high - mean), Math.max(1.5 * (low - mean), 3 * (added.data[at] - mean)));
    }
  }
  const labels = Float64Array.from(from, (i) => other(data.y[i]));
  const fill = (values, value) => Int32Array.from([...values, ...Array(count).fill(value)]);
  const x = stackRows(data.x, data.x.kind === "dense" ? added : toSparse(added));
  return {
    encoded: {
      ...encoded,
      data: {
        ...data,
        x,
        y: Float64Array.from([...data.y, ...labels]),
        task: fill(data.task, 0),
        source: fill(data.source, -1),
        row: fill(data.row, -1),
      },
    },
    isWrong,
  };
}

function summarise() {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const told = (values) => (values.length === 0 ? "–" : `${mean(values).toFixed(3)} [${Math.min(...values).toFixed(2)}]`);
  console.log("\nmean [worst]     runs  merge − best single   standard − quick      unlearned − best      merge − best on average");
  for (const shape of options.shapes.split(",")) {
    const own = all.filter((line) => line.shape === shape);
    const gaps = [(line) => line.standard - line.best, (line) => line.standard - line.quick, (line) => line.unlearned - line.best];
    const meanOf = (id) => mean(own.map(({ singles }) => singles.find((single) => single.id === id)?.precision ?? 0));
    const steady = standard.map(({ id }) => ({ id, precision: meanOf(id) })).sort((a, b) => b.precision - a.precision);
    const aside = own.length === 0 ? "" : `${(mean(own.map((line) => line.standard)) - steady[0].precision).toFixed(3)} ${steady[0].id}`;
    console.log(
      `${shape.padEnd(15)} ${String(own.length).padStart(5)}  ${gaps.map((gap) => told(own.map(gap)).padEnd(20)).join("  ")}  ${aside}`,
    );
  }
}
