// Poisoned rows of one set and one split, and what our detectors rank first among them, for ranking.mjs and peers.mjs. Sets are those of paired-attacks.mjs and of label-sets.mjs,
// without the commas in their names. The number in a shape is its share in per cent, 5 without.
// uniform: labels turned at random. confident: those of rows that the learner is surest of. near-copies: rows copied with little noise under a wrong label. extreme: rows
// at one and a half times the range of the data under a wrong label. optimised: gradient-injection.
import { combineVoices, voiceOf, withinReason } from "../../dist/blocks/outliers/combined-ranking.js";
import { learnMerge } from "../../dist/blocks/outliers/learned-merge.js";
import { withNearRows } from "../../dist/blocks/outliers/learn-from-planted.js";
import { plantPoison } from "../../dist/blocks/outliers/planted-poison.js";
import { catalog } from "../../dist/catalog.js";
import { budgetOf } from "../../dist/core/threat.js";
import { NumericalError } from "../../dist/core/errors.js";
import { resolveParams } from "../../dist/core/params.js";
import { stackRows, selectRows, toDense, toSparse } from "../../dist/numeric/matrices/matrix.js";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { runDetector } from "../../dist/study/table/run-detector.js";
import { labelSets } from "./label-sets.mjs";
import { dataOf, prepareSeed } from "./paired-attacks.mjs";

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
export const [quick, standard] = [upTo(["quick"]), upTo(["quick", "standard"])];

/** A split of the set of that name with a clean model; 100 rows are left for tests. `label` goes into the seed, so that two benches draw their own. */
export async function sceneOf(label, name, seed, rows) {
  const source = sourceOf(label, name, seed, rows);
  return prepareSeed(`${label}/${name}/${seed}`, { ...source, train: Math.min(source.train, rows), test: 100 }, learner);
}

/**
 * What every detector up to standard effort says of these rows, and one ranking from them: `quick` of those of quick effort, `standard` as taught and as learned from planted poison, `merged` as learned from it alone,
 * `unlearned` by the rule of quick effort over all.
 */
export async function rankings({ pipeline }, encoded, seed) {
  const params = { learner, learnerParams: pipeline.learnerParams };
  const context = { rng: makeRng(`scan/${seed}`) };
  const heard = await hear(standard, encoded, params, context);
  const { length } = encoded.data.y;
  const voicesOf = (some) =>
    withinReason(
      some.map((said) => voiceOf(said, encoded.data)),
      length,
    );
  const voices = voicesOf(heard);
  const suspected = combineVoices(voices, length).flagged;
  const copy = plantPoison(encoded.data, suspected, context.rng.fork("plant"));
  const again = await hear(standard, { ...encoded, data: copy.data }, params, { rng: context.rng.fork("planted") });
  const learned = learnMerge(again, copy, suspected);
  const merge = learned === null ? null : withNearRows(learned, encoded.data, context.rng.fork("near rows"));
  const ofQuick = voicesOf(heard.filter(({ method }) => quick.includes(method)));
  const scores = {
    quick: combineVoices(ofQuick, length).score,
    standard: combineVoices(voices, length, merge).score,
    merged: combineVoices(voices, length, learned).score,
    unlearned: combineVoices(voices, length).score,
  };
  return { voices, merge, scores };
}

function sourceOf(label, name, seed, rows) {
  const known = labelSets.find((set) => set.name.replaceAll(",", "") === name);
  if (known === undefined || ["spambase", "breast-cancer", "digits", "sms", "reviews"].includes(name)) return dataOf(name);
  const table = known.make(makeRng(`${label}/${name}/${seed}`), rows + 100);
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

/** Training rows with the poison of that shape, encoded, and the positions of what is poisoned. */
export async function poisoned({ rng, clean, pipeline, victim }, shape) {
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
