// Poison of random shapes and strengths in a scene of ranked-scenes.mjs, which the ranking of a scan is taught on: wrong labels of four kinds, rows added in three, and finished attacks.
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { budgetOf } from "../../dist/core/threat.js";
import { stackRows, selectRows, toDense, toSparse } from "../../dist/numeric/matrices/matrix.js";
import { highest } from "../../dist/numeric/orders/ranks.js";

const attacks = ["gradient-injection", "influence-injection", "svm-injection", "greedy-flip", "constant-label-injection", "alfa"];
const [labels, injections] = [
  ["uniform", "surest", "confident", "by class"],
  ["near-copies", "extreme", "pocket"],
];
/** Drawn from, some twice. */
export const randomShapes = ["uniform", ...labels, "extreme", "pocket", ...injections, "gradient-injection", ...attacks];

/** Encoded rows with about a share `rate` of poison, five rows at least, and the positions of what is poisoned. */
export async function randomPoison(scene, shape, rate, rng) {
  const { clean, pipeline, victim } = scene;
  const encoded = pipeline.encode(clean, null);
  const { data } = encoded;
  const rows = data.y.length;
  const count = Math.max(5, Math.round(rate * rows));
  const classes = data.target.names.length;
  const other = (label) => (label + 1 + rng.integer(classes - 1)) % classes;
  if (attacks.includes(shape)) {
    const attack = catalog.attacks.find(({ id }) => id === shape);
    const context = {
      clean,
      pipeline,
      budget: budgetOf(rate, rows),
      reach: { attackTasks: null, targetTasks: null },
      victim: async () => victim,
    };
    const poison = await attack.poison(context, { rng, params: resolveParams(attack.id, attack.params) });
    const found = pipeline.encode(clean, poison);
    return { encoded: found, isWrong: new Set([...found.data.y.keys()].filter((i) => i >= rows || found.data.y[i] !== data.y[i])) };
  }
  const surestFirst = highest(
    victim.model.losses(data).map((value) => -value),
    Math.floor(rows / 2),
  );
  if (labels.includes(shape)) {
    const [from, to] = [data.y[rng.integer(rows)], other(data.y[rng.integer(rows)])];
    const own = [...data.y.keys()].filter((i) => data.y[i] === from);
    const some = (pool, limit) => Array.from(rng.sample(pool.length, Math.min(Math.floor(limit * pool.length), count)), (k) => pool[k]);
    const picked = {
      uniform: () => some([...data.y.keys()], 1),
      surest: () => Array.from(surestFirst.slice(0, count)),
      confident: () => some(surestFirst, 0.4),
      "by class": () => some(own, 0.4),
    }[shape]();
    const y = data.y.slice();
    for (const i of picked) y[i] = shape === "by class" && to !== from ? to : other(y[i]);
    return { encoded: { ...encoded, data: { ...data, y } }, isWrong: new Set(picked) };
  }
  return added(encoded, shape, { count, rng, other, surestFirst });
}

/** Near-copies of rows, rows far out, or a pocket: up to three places where rows lie close together; all under a wrong label. */
function added(encoded, shape, { count, rng, other, surestFirst }) {
  const { data } = encoded;
  const { x } = data;
  const rows = data.y.length;
  const places = Array.from({ length: 1 + rng.integer(3) }, () => surestFirst[rng.integer(surestFirst.length)]);
  const placeLabels = new Map(places.map((i) => [i, other(data.y[i])]));
  const from = shape === "pocket" ? Int32Array.from({ length: count }, () => places[rng.integer(places.length)]) : rng.sample(rows, count);
  const isDense = x.kind === "dense";
  const [jitter, step, beyond] = {
    "near-copies": [0.1 * rng.uniform() ** 2, 1, 1],
    extreme: [0, 1.5 + 2 * rng.uniform(), 1.1 + 1.2 * rng.uniform()],
    pocket: [0.3 * rng.uniform() ** 2, isDense ? 0.8 + 2 * rng.uniform() : 1, 1.3],
  }[shape];
  const rowsAdded = toDense(selectRows(x, from));
  const whole = toDense(x);
  for (let j = 0; j < x.cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => whole.data[i * x.cols + j]);
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    const spread = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    const [low, high] = [mean + beyond * (Math.min(...column) - mean), mean + beyond * (Math.max(...column) - mean)];
    for (let k = 0; k < count; k++) {
      const at = k * x.cols + j;
      const moved = mean + step * (rowsAdded.data[at] - mean) + (isDense ? jitter * spread * rng.normal() : 0);
      rowsAdded.data[at] = shape === "near-copies" ? moved : Math.min(high, Math.max(low, moved));
    }
  }
  const fill = (values, value) => Int32Array.from([...values, ...Array(count).fill(value)]);
  const y = Float64Array.from([...data.y, ...Array.from(from, (i) => (shape === "pocket" ? placeLabels.get(i) : other(data.y[i])))]);
  const grown = {
    ...data,
    x: stackRows(x, isDense ? rowsAdded : toSparse(rowsAdded)),
    y,
    task: fill(data.task, 0),
    source: fill(data.source, -1),
    row: fill(data.row, -1),
  };
  return { encoded: { ...encoded, data: grown }, isWrong: new Set(Array.from({ length: count }, (_, k) => rows + k)) };
}
