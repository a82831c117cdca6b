// How much certificates certify: accuracy, median radius and certified accuracy at radii, each over its own random split of the rows, 20 % of which are answered.
//   node bench/certificates.mjs flips [--data ../../shared/data] [--sets mnist-1-7,mnist-4-9] [--seeds 1] [--first-seed 0] [--only linear-label-flips:width=0:decay=1]
// flips: every certificate that counts label flips, in one table. `--only` names certificates, several with ";".
import { existsSync } from "node:fs";
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
  },
});
const request = (data, more = {}) => ({ data: resolve(options.data, data), labels: [], text: [], features: [], drop: [], ...more });
const digits = request("mnist/t10k-images-idx3-ubyte.gz");
const reviews = request("reviews/reviews.csv", { labels: ["label"], text: ["text"] });
const sets = {
  "mnist-1-7": { request: digits, classes: ["1", "7"] },
  "mnist-4-9": { request: digits, classes: ["4", "9"] },
  mnist: { request: digits },
  digits: { request: request("digits/digits.csv.gz", { labels: ["65"], header: false, predict: "classes" }) },
  spambase: { request: request("spambase/spambase.data", { header: false, labels: ["58"], predict: "classes" }) },
  reviews: { request: reviews },
  "reviews-by-domain": { request: { ...reviews, task: "domain" } },
};
const parts = {
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
};

const { sets: usual, radii, certificates } = parts[part];
const chosen = (options.only?.split(";") ?? certificates).map(choiceOf);
for (const name of options.sets?.split(",") ?? usual) {
  const set = sets[name];
  if (!existsSync(set.request.data)) {
    console.log(`${name} is not here: nothing is measured`);
    continue;
  }
  const table = subsetOf((await readTable(set.request)).table, set.classes);
  const found = new Map();
  const why = [];
  for (let seed = Number(options["first-seed"]), end = seed + Number(options.seeds); seed < end; seed++)
    for (const { text, method, params } of chosen) {
      const before = process.cpuUsage();
      const { certificates, notRun } = await certifyTable(
        {
          table,
          learner: catalog.learners.find(({ id }) => id === "logistic"),
          learnerParams: {},
          encoder: resolveParams("encoder", encoderParams),
          attacks: [],
          split: splitRows(table, { testFraction: 0.2, rng: makeRng(`bench/certificates/${seed}`).fork("split") }),
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
