// What repairs win back and cost, at their defaults: sets × the strongest attack on availability × repairs, by whole studies of the library, and what the
// recommended repair of each set (chosen on the first half of its seeds, measured here on the others) comes to. Blank where something did not run.
//   node bench/defences/repairs.mjs [--seeds 4] [--first 0] [--sets spambase,house] [--budget 0.05] [--rows 600] [--repairs trim,sever-filter]
// Seeds 0 to 9 are those that defaults were chosen on.
import { parseArgs } from "node:util";
import { catalog } from "../../dist/catalog.js";
import { classShares, primaryMetricId } from "../../dist/core/metric.js";
import { resolveParams } from "../../dist/core/params.js";
import { listExamples, targetOf } from "../../dist/core/examples.js";
import { encoderParams } from "../../dist/data/encoder.js";
import { makeRng } from "../../dist/numeric/random.js";
import { detectorUnasked } from "../../dist/node/config/choose-repair.js";
import { planStudy, runStudy } from "../../dist/study/run-study.js";
import { summarise } from "../../dist/study/summary.js";
import { generated } from "../parts/generated-tables.mjs";
import { dataOf } from "../parts/paired-attacks.mjs";

const shared = ["breast-cancer", "spambase", "sms", "digits", "reviews", "house"];
const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "4" },
    first: { type: "string", default: "0" },
    sets: { type: "string", default: [...shared, ...Object.keys(generated)].join(",") },
    budget: { type: "string", default: "0.05" },
    rows: { type: "string", default: "900" },
    attacks: { type: "string", default: "gradient-injection,alfa,confident-flip,flipped-copies,b-flip,inf-flip" },
    repairs: { type: "string", default: "drop,drop-flagged,relabel,reweight,trim,sever-filter,newton-unlearning,partition-and-vote,huber" },
  },
});
const [budget, seeds, first] = [options.budget, options.seeds, options.first].map(Number);
/** Enough for an attack near its best; their own defaults would take most of the time. */
const cheaper = { steps: 25, starts: 1 };
const testFraction = 0.5;
/** Of accuracy: below it a set does not count among shares won back. */
const leastDamage = 0.01;
const asked = options.repairs.split(",");
const mean = (values) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
const cell = (value, digits = 3) => (value === null || value === undefined ? "" : value.toFixed(digits)).padStart(9);

console.log(
  "Won back: share of the damage of the strongest attack (classes), or RMSE over that of clean data (numbers). Cost: the same on clean data.",
);
const totals = [];
for (const name of options.sets.split(",")) totals.push(await study(name));
const of = (isReal) => totals.filter((total) => total.isReal === isReal);
console.log("\nmean over sets".padEnd(27), "won back     cost | RMSE ratio, on clean data");
for (const repair of ["(recommended)", ...asked]) {
  const line = (isReal, figure) => mean(of(isReal).flatMap(({ byRepair }) => byRepair[repair]?.[figure] ?? []));
  console.log(
    repair.padEnd(26),
    cell(line(false, "won")),
    cell(line(false, "cost"), 4),
    "|",
    cell(line(true, "left")),
    cell(line(true, "cost")),
  );
}
const [classes, numbers] = [of(false), of(true)].map((some) =>
  some.map(({ byRepair }) => byRepair["(recommended)"] ?? { won: 0, cost: 0, left: null }),
);
console.log(
  `summary: at ${100 * budget} % the recommended repair wins back ${cell(mean(classes.flatMap(({ won }) => won ?? [])), 2).trim()} of the damage at a cost of ${cell(mean(classes.map(({ cost }) => cost)), 4).trim()};` +
    ` regression ends at ${cell(mean(numbers.flatMap(({ left }) => left ?? [])), 2).trim()} times the clean RMSE`,
);

async function study(name) {
  const started = process.cpuUsage().user;
  const table = drawn(name in generated ? generated[name]() : dataOf(name).table, Number(options.rows) / (1 - testFraction), name);
  const target = targetOf(table);
  const isReal = target.kind === "real";
  const chosen = (kind, id, given = {}) => ({
    id,
    params: resolveParams(id, catalog[`${kind}s`].find((one) => one.id === id).params, given),
  });
  const fits = (kind) => (id) => catalog[`${kind}s`].find((one) => one.id === id).targets.includes(target.kind);
  const detectors = ["loss", "sever", "self-influence", "combined"].filter(fits("detector")).map((id) => chosen("detector", id));
  const learner = chosen("learner", isReal ? "ridge" : "logistic");
  const config = {
    encoder: resolveParams("encoder", encoderParams),
    learner,
    sharing: "pooled",
    attacks: options.attacks
      .split(",")
      .filter(fits("attack"))
      .map((id) => {
        const { params } = catalog.attacks.find((one) => one.id === id);
        return chosen("attack", id, Object.fromEntries(Object.entries(cheaper).filter(([param]) => param in params)));
      }),
    detectors,
    repairs: asked.filter(fits("repair")).flatMap((id) => {
      const { stage, needsFlags = false } = catalog.repairs.find((one) => one.id === id);
      const detector = stage === "clean" || needsFlags ? detectorUnasked(needsFlags, detectors) : null;
      return detector === undefined ? [] : [{ ...chosen("repair", id), detector }];
    }),
    budgets: [budget],
    seeds,
    firstSeed: first,
    testFraction,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
    target: null,
    ignorance: { ownSample: 0.2, surrogate: learner },
  };
  const records = [];
  const cells = planStudy(config, name, (text) => text);
  await runStudy({ table, config, methods: catalog }, cells, {
    now: () => performance.now(),
    onCell: (_, some) => void records.push(...some),
  });
  // Accuracy everywhere, so that sets can be averaged.
  const primaryMetric = isReal ? primaryMetricId(target, classShares(target, listExamples(table).y)) : "accuracy";
  const summaryOf = (some) => summarise(some, catalog.metrics, { primaryMetric, examples: table.rows });
  const measuredFrom = first + Math.floor(seeds / 2);
  const choice = summaryOf(records.filter(({ seed }) => seeds === 1 || seed < measuredFrom)).recommendation;
  return report(name, {
    summary: summaryOf(records),
    pick: choice?.candidate ?? "none",
    measuredFrom,
    records,
    isReal,
    seconds: (process.cpuUsage().user - started) / 1e6,
  });
}

function report(name, { summary, pick, measuredFrom, records, isReal, seconds }) {
  const { damageMetric, recommendation } = summary;
  const strongest = summary.strongest[0]?.attack;
  const done = records.filter(({ status }) => status === "ok");
  const value = (seed, attack, repair) =>
    done.find((one) => one.seed === seed && one.attack === attack && one.repair === repair)?.metrics[summary.primaryMetric] ?? null;
  const figures = (repair, some) => {
    const rows = some.map((seed) => ({
      clean: value(seed, null, "none"),
      dirty: value(seed, strongest, "none"),
      paid: value(seed, null, repair),
      left: value(seed, strongest, repair),
    }));
    if (rows.some((row) => Object.values(row).includes(null))) return null;
    const damage = mean(rows.map(({ clean, dirty }) => clean - dirty));
    return isReal
      ? { cost: mean(rows.map(({ clean, paid }) => paid / clean)), left: mean(rows.map(({ clean, left }) => left / clean)) }
      : { cost: mean(rows.map(({ clean, paid }) => clean - paid)), won: mean(rows.map(({ dirty, left }) => left - dirty)) / damage };
  };
  const all = [...new Set(done.map(({ seed }) => seed))];
  const byRepair = Object.fromEntries(asked.map((repair) => [repair, figures(repair, all)]));
  byRepair["(recommended)"] = figures(
    pick,
    all.filter((seed) => seed >= measuredFrom),
  );
  const damage = summary.entries.find((entry) => entry.attack === strongest && entry.repair === "none" && entry.metric === damageMetric);
  console.log(
    `\n${name}: ${strongest} does ${damageMetric} ${damage?.figure.value.toFixed(3)}; recommended by half of the seeds: ${pick}, by all: ${recommendation?.repair ?? "none"}; ${seconds.toFixed(0)} s CPU`,
  );
  for (const repair of ["(recommended)", ...asked]) {
    const found = byRepair[repair];
    const trainMs = mean(done.filter((one) => one.repair === repair).map(({ times }) => times.trainMs));
    console.log(
      `  ${repair.padEnd(24)}`,
      cell(found?.won ?? found?.left),
      cell(found?.cost, 4),
      trainMs === null ? "" : `${trainMs.toFixed(0).padStart(7)} ms`,
    );
  }
  console.log(`  no effect: ${recommendation?.noEffect.join(", ") || "none"}`);
  // Of a damage of next to nothing no share can be told.
  const isTold = isReal || (damage?.figure.value ?? 0) >= leastDamage;
  return {
    name,
    isReal,
    byRepair: isTold ? byRepair : Object.fromEntries(Object.entries(byRepair).map(([id, found]) => [id, found && { cost: found.cost }])),
  };
}

/** So many rows of a table, drawn by its name. */
function drawn(table, rows, name) {
  if (table.rows <= rows) return table;
  const picked = makeRng(`repairs/${name}`).sample(table.rows, Math.floor(rows));
  const columns = table.columns.map((column) => {
    if (column.kind === "number") return { ...column, values: Float64Array.from(picked, (row) => column.values[row]) };
    return { ...column, codes: Int32Array.from(picked, (row) => column.codes[row]) };
  });
  return { ...table, rows: picked.length, columns };
}
