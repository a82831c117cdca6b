// How much certificates certify: accuracy, median radius and certified accuracy at radii, each over its own random split of the rows, 20 % of which are answered.
//   node bench/certificates.mjs flips [--data ../../shared/data] [--sets mnist-1-7,mnist-4-9] [--seeds 1] [--first-seed 0] [--only linear-label-flips:width=0:decay=1]
// partitions: ensembles of parts of the rows, or of the accounts, at several numbers of parts.
// flips: every certificate that counts label flips, in one table. tasks: what sharing between tasks costs and gains, by whose rows are poisoned. `--only` names certificates, several with ";".
// `--own-rows 100` asks about one task after the other, of which so many training rows are kept, and takes the mean over tasks; `--train-rows 3000` keeps so many of all training rows.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { listExamples, targetOf } from "../dist/core/examples.js";
import { resolveParams } from "../dist/core/params.js";
import { columnOf } from "../dist/core/table.js";
import { encoderParams } from "../dist/data/encoder.js";
import { splitRows } from "../dist/data/split.js";
import { readTable } from "../dist/node/read/read-table.js";
import { makeRng } from "../dist/numeric/random.js";
import { certifyTable } from "../dist/study/certify/certify-table.js";
import { figureAt } from "../dist/study/certify/result.js";

const {
  values: options,
  positionals: [part = "flips"],
} = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: "string", default: process.env.THERIAC_DATA ?? resolve(import.meta.dirname, "../../shared/data") },
    sets: { type: "string" },
    seeds: { type: "string", default: "1" },
    "first-seed": { type: "string", default: "0" },
    only: { type: "string" },
    "own-rows": { type: "string" },
    "train-rows": { type: "string" },
  },
});
const request = (data, more = {}) => ({ data: resolve(options.data, data), labels: [], text: [], features: [], drop: [], ...more });
const digits = request("mnist/t10k-images-idx3-ubyte.gz");
const reviews = request("reviews/reviews.csv", { labels: ["label"], text: ["title", "text"] });
const sets = {
  "mnist-1-7": { request: digits, classes: ["1", "7"] },
  "mnist-4-9": { request: digits, classes: ["4", "9"] },
  mnist: { request: digits },
  enron: { request: request("enron/meta.json"), table: enronTable },
  digits: { request: request("digits/digits.csv.gz", { labels: ["65"], header: false, predict: "classes" }) },
  spambase: { request: request("spambase/spambase.data", { header: false, labels: ["58"], predict: "classes" }) },
  reviews: { request: reviews },
  "reviews-by-account": { request: { ...reviews, source: "account" } },
  "reviews-by-domain": { request: { ...reviews, task: "domain" } },
};
const dpa = "deep-partition-aggregation";
const parts = {
  partitions: {
    sets: ["mnist", "spambase", "reviews", "reviews-by-account", "enron", "digits"],
    radii: [1, 10, 30, 50, 100],
    certificates: [
      ...[dpa, `${dpa}:partitions=25`, `${dpa}:partitions=51`, `${dpa}:partitions=101`, `${dpa}:partitions=201`, `${dpa}:partitions=401`],
      ...["run-off-election:partitions=101", "run-off-election:partitions=401", "finite-aggregation:partitions=51"],
      `${dpa}:partitions=101:by=source`,
    ],
  },
  flips: {
    sets: ["mnist-1-7", "mnist-4-9"],
    radii: [10, 30, 50, 100, 150],
    certificates: [
      ...[
        "linear-label-flips:decay=0.05",
        "linear-label-flips:decay=0.15",
        "linear-label-flips",
        "linear-label-flips:decay=1.5",
        "linear-label-flips:decay=5",
      ],
      ...["linear-label-flips:width=0", "linear-label-flips:width=0:decay=1.5"],
      ...["smoothed-label-flips", "smoothed-label-flips:bound=kl", "smoothed-label-flips:decay=1.5"],
      ...[
        "partition-label-flips",
        "partition-label-flips:partitions=101",
        "partition-label-flips:partitions=101:costs=one",
        "partition-label-flips:partitions=401",
      ],
      ...[
        "nearest-neighbours:operation=flip",
        "nearest-neighbours:operation=flip:neighbours=201",
        "nearest-neighbours:operation=flip:neighbours=501",
      ],
    ],
  },
  tasks: {
    sets: ["reviews-by-domain"],
    radii: [5, 10, 20, 50, 100],
    certificates: [
      ...["deep-partition-aggregation:partitions=21", "deep-partition-aggregation:partitions=101"],
      ...["other-task-partitions:sharing=0:partitions=21"],
      ...[0.5, 1].flatMap((sharing) => [21, 101].map((partitions) => `other-task-partitions:sharing=${sharing}:partitions=${partitions}`)),
      ...[0, 0.25, 0.5, 1].flatMap((sharing) =>
        ["anywhere", "own", "others"].map((reach) => `linear-label-flips:sharing=${sharing}:reach=${reach}`),
      ),
    ],
  },
};

const { sets: usual, radii, certificates } = parts[part];
const chosen = (options.only?.split(";") ?? certificates).map(choiceOf);
for (const name of options.sets?.split(",") ?? usual) {
  const set = sets[name];
  if (!existsSync(set.request.data)) {
    console.log(`${name} is not here: nothing is measured`);
    continue;
  }
  const table = set.table?.() ?? subsetOf((await readTable(set.request)).table, set.classes);
  const found = new Map();
  const why = [];
  for (let seed = Number(options["first-seed"]), end = seed + Number(options.seeds); seed < end; seed++)
    for (const { text, method, params, split } of splitsOf(table, seed).flatMap((split) => chosen.map((one) => ({ ...one, split })))) {
      const before = process.cpuUsage();
      const { certificates, notRun } = await certifyTable(
        {
          table,
          learner: catalog.learners.find(({ id }) => id === "logistic"),
          learnerParams: {},
          encoder: resolveParams("encoder", encoderParams),
          attacks: [],
          split,
        },
        [{ method, params }],
        { rng: makeRng(`bench/certificates/${seed}`) },
      );
      const { user, system } = process.cpuUsage(before);
      for (const { why: reason } of notRun) why.push(`${text}: ${reason}`);
      for (const result of certificates) {
        const median = result.medianRadius ?? Infinity;
        const at = radii.map((radius) => figureAt(result, radius)?.value ?? 0);
        if (!found.has(text)) found.set(text, []);
        found.get(text).push([result.clean.value, median, ...at, (user + system) / 1e6]);
      }
    }
  const { row } = listExamples(table);
  console.log(`\n${name}: ${row.length} rows, ${options.seeds} splits from seed ${options["first-seed"]}`);
  console.log(`${"certificate".padEnd(56)}     acc  median ${radii.map((r) => `@${r}`.padStart(6)).join("")}   CPU s`);
  for (const [text, runs] of found) {
    const [acc, median, ...rest] = runs[0].map((_, k) => runs.reduce((sum, run) => sum + run[k], 0) / runs.length);
    const seconds = rest.pop();
    console.log(
      `${text.padEnd(56)} ${acc.toFixed(4).padStart(7)} ${median.toFixed(1).padStart(7)} ${rest.map((value) => value.toFixed(3).padStart(6)).join("")} ${seconds.toFixed(1).padStart(7)}`,
    );
  }
  for (const line of new Set(why)) console.log(line);
}

/** Both files of Enron as one table of one vector column. */
function enronTable() {
  // A copy: small files share the buffer of others.
  const bytesOf = (name) => new Uint8Array(readFileSync(resolve(options.data, "enron", name))).buffer;
  const halves = ["train", "test"].map((part) => ({
    values: Float64Array.from(new Float32Array(bytesOf(`${part}_data.f32.bin`))),
    indices: new Int32Array(bytesOf(`${part}_indices.i32.bin`)),
    indptr: new Int32Array(bytesOf(`${part}_indptr.i32.bin`)),
    y: new Int8Array(bytesOf(`${part}_y.i8.bin`)),
  }));
  const [a, b] = halves;
  const rows = a.y.length + b.y.length;
  const matrix = {
    ...{ kind: "sparse", rows, cols: JSON.parse(readFileSync(resolve(options.data, "enron/meta.json"), "utf8")).train[1] },
    indptr: Int32Array.from([...a.indptr, ...b.indptr.subarray(1).map((end) => end + a.indices.length)]),
    indices: Int32Array.from([...a.indices, ...b.indices]),
    values: Float64Array.from([...a.values, ...b.values]),
  };
  const codes = Int32Array.from([...a.y, ...b.y], (sign) => (sign > 0 ? 1 : 0));
  return {
    rows,
    columns: [
      { kind: "vector", name: "words", matrix },
      { kind: "category", name: "label", codes, names: ["ham", "spam"] },
    ],
    roles: { labels: ["label"], features: ["words"], task: null, source: null, id: null },
  };
}

/** One split of all rows; with `--own-rows` one for each task, whose rows alone are answered. */
function splitsOf(table, seed) {
  const rng = makeRng(`bench/certificates/${seed}`);
  const split = splitRows(table, { testFraction: 0.2, rng: rng.fork("split") });
  if (options["train-rows"] !== undefined) {
    const kept = rng.fork("train rows").sample(split.train.length, Math.min(split.train.length, Number(options["train-rows"])));
    split.train = Int32Array.from(kept, (i) => split.train[i]);
  }
  if (options["own-rows"] === undefined) return [split];
  const [train, test] = [listExamples(table, split.train), listExamples(table, split.test)];
  return Array.from(new Set(test.task), (task) => {
    const own = train.row.filter((_, i) => train.task[i] === task);
    const kept = rng.fork(`own rows of ${task}`).sample(own.length, Math.min(own.length, Number(options["own-rows"])));
    return {
      train: Int32Array.from([...train.row.filter((_, i) => train.task[i] !== task), ...Array.from(kept, (i) => own[i])]),
      test: test.row.filter((_, i) => test.task[i] === task),
    };
  });
}

function choiceOf(text) {
  const [id, ...settings] = text.split(":");
  const method = catalog.certificates.find((other) => other.id === id);
  if (method === undefined) throw new Error(`there is no certificate ${id}`);
  const given = Object.fromEntries(
    settings.map((setting) => setting.split("=")).map(([name, value]) => [name, Number.isNaN(Number(value)) ? value : Number(value)]),
  );
  return { text, method, params: resolveParams(id, method.params, given) };
}

/** The rows of these classes, whose labels are the only ones that there are. */
function subsetOf(table, classes) {
  if (classes === undefined) return table;
  const label = columnOf(table, table.roles.labels[0]);
  const { names } = targetOf(table);
  const codes = label.codes.map((code) => classes.indexOf(names[code]));
  return { ...table, columns: table.columns.map((column) => (column === label ? { ...label, codes, names: classes } : column)) };
}
