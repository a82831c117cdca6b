// Sets of related tasks for benches of sharing: a few targets with few rows, the others with many, and of each target rows that nobody trains on.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { selectExamples } from "../../dist/core/dataset.js";
import { resolveParams } from "../../dist/core/params.js";
import { encoderParams, makeEncoder } from "../../dist/data/encoder.js";
import { readTable } from "../../dist/node/read/read-table.js";
import { denseMatrix, rowDot } from "../../dist/numeric/matrices/matrix.js";
import { truncatedSvd } from "../../dist/numeric/solvers/truncated-svd.js";
import { makeRng } from "../../dist/numeric/random.js";

export const dataFolder = process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../../shared/data");
const standInRows = 60;
const freshPool = 100;
const testRows = 400;

/**
 * id → what is known of it. `load(seed)` gives all rows; λ of each task alone and of mtrl by held-out loss on clean splits of seeds 100 to 103.
 * `metric`: nRMSE, error or 1 − AUC over the targets, smaller is better.
 */
export const taskSets = {
  sarcos: { targets: [1, 2, 3], rows: 20, others: 100, metric: "nrmse", load: sarcos, alone: 0.1, shared: 0.01 },
  reviews: { targets: [1], rows: 20, others: 300, metric: "error", load: reviews, alone: 1, shared: 0.3 },
  landmine: { targets: [0, 1, 2, 3, 4], rows: 20, others: 160, metric: "auc", load: landmine, alone: 0.03, shared: 0.01 },
  users: { targets: [0, 1, 2], rows: 20, others: 100, metric: "nrmse", load: users, alone: 1, shared: 0.3 },
  family: { targets: [0, 1], rows: 20, others: 120, metric: "error", load: family, alone: 0.1, shared: 0.03 },
  numbers: { targets: [0, 1], rows: 20, others: 100, metric: "nrmse", load: numbers, alone: 0.1, shared: 0.03 },
  digits: { targets: [0, 1], rows: 30, others: 150, metric: "error", load: digits, alone: 0.1, shared: 0.01 },
};

export function isThere(id) {
  const folder = { sarcos: "sarcos", reviews: "reviews", landmine: "landmine", users: "ml-100k", digits: "digits" }[id];
  return folder === undefined || existsSync(join(dataFolder, folder));
}

/** One split of a set: training rows of all tasks, and of the targets stand-in rows, a pool that fresh rows are drawn from, and test rows. */
export async function splitOf(id, seed, only = {}) {
  const set = { ...taskSets[id], ...only };
  const rng = makeRng("task-sets").fork(id).fork(seed);
  const data = await set.load(rng.fork("data"), seed);
  const own = data.tasks.map((_, task) => rowsOf(data, task));
  const parts = { train: [], standIns: [], fresh: [], test: [] };
  own.forEach((rows, task) => {
    const isTarget = set.targets.includes(task);
    const order = [...rng.fork("rows").fork(task).sample(rows.length, rows.length)].map((k) => rows[k]);
    if (!isTarget) return parts.train.push(...order.slice(0, set.others));
    const first = bothFirst(data, order);
    parts.train.push(...first.slice(0, set.rows));
    parts.standIns.push(...first.slice(set.rows, set.rows + standInRows));
    parts.fresh.push(...first.slice(set.rows + standInRows, set.rows + standInRows + freshPool));
    parts.test.push(...first.slice(set.rows + standInRows + freshPool).slice(0, testRows));
  });
  const picked = Object.fromEntries(Object.entries(parts).map(([name, rows]) => [name, selectExamples(data, Int32Array.from(rows))]));
  return { ...picked, set };
}

/** A row of each class first, so that no training part is of one class. */
function bothFirst(data, order) {
  if (data.target.kind === "real") return order;
  const firsts = [0, 1].map((label) => order.find((i) => data.y[i] === label)).filter((i) => i !== undefined);
  return [...firsts, ...order.filter((i) => !firsts.includes(i))];
}

export function rowsOf(data, task) {
  return Int32Array.from([...data.task.keys()].filter((i) => data.task[i] === task));
}

export function datasetOf(cells, y, task, tasks, isReal) {
  const cols = cells[0].length;
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  return {
    x: denseMatrix(cells.length, cols, Float64Array.from(cells.flat())),
    y: Float64Array.from(y),
    weight: null,
    target: isReal ? { kind: "real" } : { kind: "classes", names: ["0", "1"] },
    task: Int32Array.from(task),
    tasks: Array.from({ length: tasks }, (_, t) => String(t + 1)),
    source: new Int32Array(cells.length).fill(-1),
    sources: [],
    row: new Int32Array(cells.length).fill(-1),
    features: { names, kinds: names.map(() => "real"), groups: names },
  };
}

const read = new Map();
function once(name, make) {
  if (!read.has(name)) read.set(name, make());
  return read.get(name);
}

function readRows(path, separator = ",") {
  return once(path, () =>
    readFileSync(join(dataFolder, path), "latin1")
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(separator)),
  );
}

function standardise(cells) {
  const means = cells[0].map((_, j) => cells.reduce((sum, row) => sum + row[j], 0) / cells.length);
  const spreads = means.map((mean, j) => Math.sqrt(cells.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / cells.length) || 1);
  return cells.map((row) => row.map((value, j) => (value - means[j]) / spreads[j]));
}

/** No two tasks share a row. */
function sarcos(rng) {
  const all = once("sarcos cells", () => standardise(readRows("sarcos/sarcos_test.csv").map((row) => row.map(Number))));
  const order = rng.sample(all.length, all.length);
  const rows = Array.from(order, (i, k) => ({ row: all[i], task: k % 7 }));
  return datasetOf(
    rows.map(({ row }) => row.slice(0, 21)),
    rows.map(({ row, task }) => row[21 + task]),
    rows.map(({ task }) => task),
    7,
    true,
  );
}

function landmine() {
  return once("landmine", () => {
    const rows = readRows("landmine/landmine.csv").map((row) => row.map(Number));
    const names = [...new Set(rows.map(([task]) => task))];
    return datasetOf(
      standardise(rows.map((row) => row.slice(2))),
      rows.map((row) => row[1]),
      rows.map((row) => names.indexOf(row[0])),
      names.length,
      false,
    );
  });
}

/** Words as 40 singular vectors of the whole file, each of unit mean square. */
function reviews() {
  return once("reviews", async () => {
    const request = { labels: ["label"], text: ["text"], features: [], drop: [], task: "domain" };
    const { table } = await readTable({ data: join(dataFolder, "reviews/reviews.csv"), ...request });
    const encoder = makeEncoder(resolveParams("encoder", encoderParams, {}), table);
    const every = Int32Array.from({ length: table.rows }, (_, i) => i);
    const data = encoder.fit(table, every).encode(table, every);
    const rank = 40;
    const { right } = truncatedSvd(data.x, rank, makeRng("svd"), { sweeps: 4 });
    const cells = Array.from({ length: data.x.rows }, (_, i) =>
      Array.from({ length: rank }, (_, k) => rowDot(data.x, i, right.subarray(k * data.x.cols, (k + 1) * data.x.cols))),
    );
    return datasetOf(standardise(cells), data.y, data.task, data.tasks.length, false);
  });
}

/** Users of MovieLens with 200 ratings or more, twelve a draw: their ratings less their mean, by genres and by what others think of the film. */
function users(rng) {
  const films = once("films", () => {
    const rows = readRows("ml-100k/ml-100k.item", "\t");
    const genres = [...new Set(rows.flatMap((row) => (row[3] ?? "").split(" ")))].filter((genre) => genre !== "");
    return new Map(rows.map((row) => [row[0], genres.map((genre) => Number((row[3] ?? "").split(" ").includes(genre)))]));
  });
  const ratings = readRows("ml-100k/ml-100k.inter", "\t");
  const sums = once("sums", () => {
    const found = new Map();
    for (const [, item, value] of ratings) {
      const [sum, count] = found.get(item) ?? [0, 0];
      found.set(item, [sum + Number(value), count + 1]);
    }
    return found;
  });
  const byUser = once("by user", () => {
    const found = new Map();
    for (const rating of ratings) found.set(rating[0], [...(found.get(rating[0]) ?? []), rating]);
    return found;
  });
  const many = [...byUser].filter(([, own]) => own.length >= 260).map(([user]) => user);
  const chosen = [...rng.sample(many.length, 12)].map((k) => many[k]);
  const rows = chosen.flatMap((user, task) => {
    const own = byUser.get(user);
    const mean = own.reduce((sum, [, , value]) => sum + Number(value), 0) / own.length;
    return own.map(([, item, value]) => {
      const [sum, count] = sums.get(item);
      const others = (sum - Number(value) + 5 * 3.5) / (count - 1 + 5);
      return { cells: [...films.get(item), others, Math.log(count)], y: Number(value) - mean, task };
    });
  });
  const spread = Math.sqrt(rows.reduce((sum, { y }) => sum + y * y, 0) / rows.length);
  return datasetOf(
    standardise(rows.map(({ cells }) => cells)),
    rows.map(({ y }) => y / spread),
    rows.map(({ task }) => task),
    chosen.length,
    true,
  );
}

/** Ten tasks that follow nearly one rule of classes in fifteen features, anew with each seed. */
function family(rng) {
  return drawn(rng, { tasks: 10, cols: 15, own: 0.35, noise: 0.6, isReal: false });
}

/** Eight tasks of numbers in two groups that follow nearly one rule each. */
function numbers(rng) {
  return drawn(rng, { tasks: 8, cols: 18, own: 0.3, noise: 0.5, isReal: true });
}

function drawn(rng, { tasks, cols, own, noise, isReal }) {
  const scale = 1 / Math.sqrt(cols);
  const groups = [0, 1].map(() => Float64Array.from({ length: cols }, () => scale * rng.normal()));
  const rules = Array.from({ length: tasks }, (_, t) => {
    const base = groups[isReal ? t % 2 : 0];
    return base.map((value) => value + own * scale * rng.normal());
  });
  const mix = Array.from({ length: cols }, (_, j) => 0.4 + (1.2 * j) / cols);
  const rows = Array.from({ length: tasks * 700 }, (_, i) => {
    const cells = mix.map((spread) => spread * rng.normal());
    const score = cells.reduce((sum, value, j) => sum + value * rules[i % tasks][j], 0) + noise * rng.normal();
    return { cells, y: isReal ? score : Number(score > 0), task: i % tasks };
  });
  return datasetOf(
    rows.map(({ cells }) => cells),
    rows.map(({ y }) => y),
    rows.map(({ task }) => task),
    tasks,
    isReal,
  );
}

/** Pictures of digits in eight tasks: five and above against the rest, in each task with one digit on the other side. */
function digits(rng) {
  const all = once("digits cells", () => {
    const lines = gunzipSync(readFileSync(join(dataFolder, "digits/digits.csv.gz")))
      .toString()
      .trim()
      .split("\n");
    return lines.map((line) => line.split(",").map(Number)).map((row) => ({ x: row.slice(0, 64), digit: row[64] }));
  });
  const principal = once("digits pca", () => {
    const cells = standardise(all.map(({ x }) => x));
    const { right } = truncatedSvd(denseMatrix(cells.length, 64, Float64Array.from(cells.flat())), 20, makeRng("svd"), { sweeps: 6 });
    return standardise(cells.map((row) => Array.from({ length: 20 }, (_, k) => row.reduce((sum, v, j) => sum + v * right[k * 64 + j], 0))));
  });
  const rows = Array.from(rng.sample(8 * all.length, 8 * all.length), (k) => ({ i: k % all.length, task: Math.floor(k / all.length) }));
  const side = (digit, task) => Number(digit >= 5) ^ Number(digit === task);
  return datasetOf(
    rows.map(({ i }) => principal[i]),
    rows.map(({ i, task }) => side(all[i].digit, task)),
    rows.map(({ task }) => task),
    8,
    false,
  );
}
