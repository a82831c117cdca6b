// The data sets as multi-task splits: training rows, held-out rows of the targets, test rows of the targets; all disjoint.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { positionsWhere, selectExamples } from "../../dist/core/dataset.js";
import { makeEncoder } from "../../dist/data/encoder.js";
import { readTable } from "../../dist/node/read/read-table.js";
import { weightedGramInto } from "../../dist/numeric/matrices/gram.js";
import { denseMatrix, rowDot } from "../../dist/numeric/matrices/matrix.js";
import { makeRng } from "../../dist/numeric/random.js";
import { symmetricEigen } from "../../dist/numeric/solvers/symmetric-eigen.js";
import { truncatedSvd } from "../../dist/numeric/solvers/truncated-svd.js";

const plain = { bigrams: false, minDocuments: 2, fittedOn: "frozen" };
const heldoutRows = 300;

/** Opens a data set; what it returns makes splits of it: `split({ targets, targetRows, otherRows }, rng)`. */
export const dataSets = { landmine, sarcos, reviews, digits };

async function read(folder, file, request) {
  const { table } = await readTable({ data: join(folder, file), labels: [], text: [], features: [], drop: [], ...request });
  return table;
}

/** One task for each mine field; rows are drawn again until training and test rows have both classes. */
async function landmine(folder) {
  const table = await read(folder, "landmine/landmine.csv", { labels: ["label"], task: "task" });
  const encoder = makeEncoder(plain, table);
  return ({ targets, targetRows, otherRows }, rng) => {
    const parts = splitTasks(table, "task", targets, targetRows, otherRows, rng);
    return encodeParts(encoder, table, parts, { targets, metric: "auc" });
  };
}

/** Seven torques of a robot arm: seven tasks over the same inputs, with disjoint training rows and common test rows. */
async function sarcos(folder) {
  const labels = ["tau1", "tau2", "tau3", "tau4", "tau5", "tau6", "tau7"];
  const table = await read(folder, "sarcos/sarcos_test.csv", { labels });
  const encoder = makeEncoder(plain, table);
  return ({ targets, targetRows, otherRows }, rng) => {
    const order = rng.fork("rows").sample(table.rows, table.rows);
    const [test, pool] = [order.slice(0, 2000), order.slice(2000)];
    let next = 0;
    const take = (count) => pool.slice(next, (next += count));
    const own = labels.map((_, task) => take(targets.includes(task) ? targetRows : otherRows));
    const extra = take(heldoutRows);
    const training = Int32Array.from(own.flatMap((rows) => [...rows]));
    const fitted = encoder.fit(table, training);
    const y = labels.map((name) => standard(table, name, pool));
    const encode = (rows, isWanted) => {
      const all = fitted.encode(table, rows);
      const data = selectExamples(
        all,
        positionsWhere(all.y.length, (i) => isWanted(all.task[i], all.row[i])),
      );
      return { ...data, y: data.y.map((value, i) => (value - y[data.task[i]].mean) / y[data.task[i]].deviation) };
    };
    const ownSets = own.map((rows) => new Set(rows));
    const isTarget = (task) => targets.includes(task);
    return {
      train: encode(training, (task, row) => ownSets[task].has(row)),
      heldout: encode(extra, isTarget),
      test: encode(test, isTarget),
      targets,
      metric: "nrmse",
    };
  };
}

function standard(table, name, rows) {
  const { values } = table.columns.find((column) => column.name === name);
  const mean = rows.reduce((sum, row) => sum + values[row], 0) / rows.length;
  return { mean, deviation: Math.sqrt(rows.reduce((sum, row) => sum + (values[row] - mean) ** 2, 0) / rows.length) };
}

/** Four product domains; TF-IDF of the training texts, then their first 40 singular vectors, each scaled to unit mean square. */
async function reviews(folder) {
  const table = await read(folder, "reviews/reviews.csv", { labels: ["label"], text: ["text"], task: "domain" });
  const encoder = makeEncoder(plain, table);
  return ({ targets, targetRows, otherRows }, rng) => {
    const parts = splitTasks(table, "domain", targets, targetRows, otherRows, rng);
    const split = encodeParts(encoder, table, parts, { targets, metric: "error" });
    const { values, right } = truncatedSvd(split.train.x, 40, rng.fork("vectors"), { sweeps: 6 });
    const cols = split.train.x.cols;
    const scaled = right.map((value, p) => (value * Math.sqrt(split.train.x.rows)) / values[Math.floor(p / cols)]);
    const project = (data) => ({ ...data, x: products(data.x, scaled, 40), features: numbered(40) });
    return { ...split, train: project(split.train), heldout: project(split.heldout), test: project(split.test) };
  };
}

/** MNIST's test images in their 128 principal components; one task for each digit, half of its rows that digit, half others. */
async function digits(folder) {
  const images = readIdx(join(folder, "mnist/t10k-images-idx3-ubyte.gz"));
  const labels = readIdx(join(folder, "mnist/t10k-labels-idx1-ubyte.gz")).data;
  const x = principalComponents(denseMatrix(images.sizes[0], images.sizes[1] * images.sizes[2], Float64Array.from(images.data)), 128);
  const tasks = Array.from({ length: 10 }, (_, digit) => String(digit));
  return ({ targets, targetRows, otherRows }, rng) => {
    const order = rng.fork("rows").sample(x.rows, x.rows);
    const [test, extra, pool] = [order.slice(0, 2000), order.slice(2000, 2000 + heldoutRows), order.slice(2000 + heldoutRows)];
    const free = new Set(pool);
    const take = (count, isWanted) => {
      const rows = [];
      for (const row of free) if (rows.length < count && isWanted(labels[row])) rows.push(row);
      for (const row of rows) free.delete(row);
      return rows;
    };
    const train = tasks.flatMap((_, task) => {
      const count = targets.includes(task) ? targetRows : otherRows;
      const positive = take(Math.ceil(count / 2), (label) => label === task);
      return [...positive, ...take(count - positive.length, (label) => label !== task)].map((row) => ({ row, task }));
    });
    const each = (rows) => targets.flatMap((task) => Array.from(rows, (row) => ({ row, task })));
    const dataOf = (examples) => ({
      ...selectExamples(
        blank(x, tasks),
        Int32Array.from(examples, ({ row }) => row),
      ),
      task: Int32Array.from(examples, ({ task }) => task),
      y: Float64Array.from(examples, ({ row, task }) => Number(labels[row] === task)),
    });
    return rescaled({ train: dataOf(train), heldout: dataOf(each(extra)), test: dataOf(each(test)), targets, metric: "auc" });
  };
}

/** Rows of each task in random order, cut into training, held-out and test rows; only targets have the last two. */
function splitTasks(table, column, targets, targetRows, otherRows, rng) {
  const task = table.columns.find(({ name }) => name === column);
  const label = table.columns.find(({ name }) => name === "label");
  const parts = { train: [], heldout: [], test: [] };
  const hasBoth = (rows) => new Set(rows.map((row) => label.codes[row])).size === 2;
  for (let t = 0; t < task.names.length; t++) {
    const rows = [...positionsWhere(table.rows, (i) => task.codes[i] === t)];
    const isTarget = targets.includes(t);
    const count = isTarget ? targetRows : otherRows;
    const extra = Math.min(heldoutRows, Math.floor((rows.length - count) / 2));
    for (let attempt = 0; attempt < 1000; attempt++) {
      const order = [...rng.fork("rows").fork(t).fork(attempt).sample(rows.length, rows.length)].map((i) => rows[i]);
      const cut = [order.slice(0, count), order.slice(count, count + extra), order.slice(count + extra)];
      if (!cut.every(hasBoth)) continue;
      parts.train.push(...cut[0]);
      if (isTarget) parts.heldout.push(...cut[1]);
      if (isTarget) parts.test.push(...cut[2]);
      break;
    }
  }
  return parts;
}

function encodeParts(encoder, table, parts, more) {
  const training = Int32Array.from(parts.train);
  const fitted = encoder.fit(table, training);
  const encode = (rows) => fitted.encode(table, Int32Array.from(rows));
  return { train: encode(parts.train), heldout: encode(parts.heldout), test: encode(parts.test), ...more };
}

function products(x, right, rank) {
  const cols = right.length / rank;
  const data = new Float64Array(x.rows * rank);
  for (let i = 0; i < x.rows; i++) for (let k = 0; k < rank; k++) data[i * rank + k] = rowDot(x, i, right, k * cols);
  return denseMatrix(x.rows, rank, data);
}

function principalComponents(x, count) {
  const { rows, cols } = x;
  const mean = new Float64Array(cols);
  for (let p = 0; p < x.data.length; p++) mean[p % cols] += x.data[p] / rows;
  const centred = denseMatrix(
    rows,
    cols,
    x.data.map((value, p) => value - mean[p % cols]),
  );
  // The last row and column of the Gram matrix belong to a constant.
  const gram = new Float64Array((cols + 1) ** 2);
  weightedGramInto(gram, centred, new Float64Array(rows).fill(1 / rows));
  const covariance = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++) covariance.set(gram.subarray(j * (cols + 1), j * (cols + 1) + cols), j * cols);
  const { vectors } = symmetricEigen(covariance, cols);
  const right = new Float64Array(count * cols);
  for (let k = 0; k < count; k++) right.set(vectors.subarray((cols - 1 - k) * cols, (cols - k) * cols), k * cols);
  return products(centred, right, count);
}

/** One factor for all features: large components stay large. */
function rescaled(split) {
  const { data } = split.train.x;
  const scale = 1 / Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  const scaled = (set) => ({
    ...set,
    x: denseMatrix(
      set.x.rows,
      set.x.cols,
      set.x.data.map((value) => value * scale),
    ),
  });
  return { ...split, train: scaled(split.train), heldout: scaled(split.heldout), test: scaled(split.test) };
}

function blank(x, tasks) {
  return {
    x,
    y: new Float64Array(x.rows),
    weight: null,
    target: { kind: "classes", names: ["other", "digit"] },
    task: new Int32Array(x.rows),
    tasks,
    source: new Int32Array(x.rows).fill(-1),
    sources: [],
    row: Int32Array.from({ length: x.rows }, (_, i) => i),
    features: numbered(x.cols),
  };
}

function numbered(count) {
  const names = Array.from({ length: count }, (_, j) => `v${j + 1}`);
  return { names, kinds: names.map(() => "real"), groups: names };
}

/** The idx format of MNIST: two zero bytes, a type (8 = unsigned bytes), the number of dimensions, their sizes, the bytes. */
function readIdx(path) {
  const bytes = gunzipSync(readFileSync(path));
  const dimensions = bytes[3];
  const sizes = Array.from({ length: dimensions }, (_, k) => bytes.readUInt32BE(4 + 4 * k));
  return { sizes, data: bytes.subarray(4 + 4 * dimensions) };
}

/** The stream of one split: the same for every setting that has the same data and seed. */
export function streamOf(data, seed) {
  return makeRng("mtrl-study").fork(data).fork(seed);
}
