// What 95 % intervals hold: simulated studies over fresh data sets of one law, each judged by `summarise`, against the mean damage over many other data sets
// of that law with many test rows. Asked: 90 to 98 % for 3, 5 and 10 seeds.
//   node bench/coverage.mjs [--laws few,many] [--studies 200] [--truth 1000] [--save FILE] [--metric balancedAccuracy]
// With --metric, of another metric than the one a study is judged by. Laws marked "chosen" are those that the width was chosen on; the others were held out.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { catalog } from "../dist/catalog.js";
import { primaryMetricId } from "../dist/core/metric.js";
import { resolveParams } from "../dist/core/params.js";
import { targetOf } from "../dist/core/examples.js";
import { encoderParams } from "../dist/data/encoder.js";
import { wilsonInterval } from "../dist/numeric/statistics/intervals.js";
import { makeRng } from "../dist/numeric/random.js";
import { methodOf } from "../dist/study/config.js";
import { planStudy, runStudy } from "../dist/study/run-study.js";
import { summarise } from "../dist/study/summary.js";
import { laws } from "./parts/coverage-laws.mjs";

const { values: options } = parseArgs({
  options: {
    laws: { type: "string", default: Object.keys(laws).join(",") },
    studies: { type: "string", default: "200" },
    truth: { type: "string", default: "1000" },
    save: { type: "string" },
    metric: { type: "string" },
  },
});
const seedCounts = [3, 5, 10];
const testFraction = 0.3;
const truthTestRows = 3000;
const saved = [];

console.log(
  "law               attack                     figure       true mean          seeds  coverage [95 %]       mean width  over splits alone",
);
for (const name of options.laws.split(",")) await judge(name, laws[name]);
if (options.save !== undefined) writeFileSync(options.save, JSON.stringify(saved));

async function judge(name, law) {
  const before = process.cpuUsage();
  const studies = [];
  for (let i = 0; i < Number(options.studies); i++)
    studies.push(await recordsOf(law, law.make(makeRng(1_000_000 + i), law.rows), Math.max(...seedCounts), testFraction, i));
  // As many training rows as a study has, and many more test rows than its split would give.
  const trainingRows = Math.round(law.rows * (1 - testFraction));
  const truths = [];
  for (let i = 0; i < Number(options.truth); i++) {
    const rows = trainingRows + truthTestRows;
    truths.push(await recordsOf(law, law.make(makeRng(5_000_000 + i), rows), 1, truthTestRows / rows, i));
  }
  for (const attack of ["(clean)", "(repaired)", ...law.attacks.flatMap((id) => [id, `${id} + repair`])]) {
    if (/repair/.test(attack) && law.repair === undefined) continue;
    const true_ = meanOf(truths.map((found) => damagesOf(found, attack, found.seeds)[0]));
    for (const seeds of seedCounts) {
      const figures = studies.map((found) => figureOf(found, attack, seeds));
      const held = figures.filter(({ low, high }) => low <= true_.mean && true_.mean <= high).length;
      const plain = studies.map((found) => plainOf(damagesOf(found, attack, seeds)));
      const plainHeld = plain.filter(({ low, high }) => low <= true_.mean && true_.mean <= high).length;
      const { low, high } = wilsonInterval(held / figures.length, figures.length);
      const width = meanOf(figures.map((figure) => figure.high - figure.low)).mean;
      console.log(
        [
          `${name}${law.chosen ? " (chosen)" : ""}`.padEnd(17),
          attack.padEnd(26),
          metricOf(studies[0].summary(1), attack).padEnd(12),
          `${true_.mean.toFixed(4)} ± ${true_.error.toFixed(4)}`.padEnd(18),
          String(seeds).padEnd(6),
          `${percent(held / figures.length)} [${percent(low)}, ${percent(high)}]`.padEnd(21),
          width.toFixed(4).padEnd(11),
          percent(plainHeld / figures.length),
        ].join(" "),
      );
    }
    saved.push({
      name,
      attack,
      rows: law.rows,
      truth: true_.mean,
      truths: truths.map((found) => damagesOf(found, attack, found.seeds)[0]),
      damages: studies.map((found) => damagesOf(found, attack, Math.max(...seedCounts))),
    });
  }
  const { user, system } = process.cpuUsage(before);
  console.error(`${name}: ${((user + system) / 1e6).toFixed(0)} s CPU`);
}

async function recordsOf(law, table, seeds, share, number) {
  const chosen = (kind, id, given = {}) => ({ id, params: resolveParams(id, methodOf(kind, catalog[`${kind}s`], id).params, given) });
  const target = targetOf(table);
  const config = {
    encoder: resolveParams("encoder", encoderParams),
    learner: chosen("learner", law.learner),
    sharing: "pooled",
    attacks: law.attacks.map((id) => chosen("attack", id)),
    detectors: [],
    repairs: law.repair === undefined ? [] : [{ ...chosen("repair", law.repair, { fraction: 0.1 }), detector: null }],
    budgets: [law.budget],
    seeds,
    firstSeed: 1000 * number,
    testFraction: share,
    flagFraction: 0.05,
    attackTasks: null,
    targetTasks: null,
    target: null,
    ignorance: { ownSample: 0.2, surrogate: chosen("learner", law.learner) },
  };
  const cells = planStudy(config, law.rows, (text) => text);
  const records = [];
  await runStudy({ table, config, methods: catalog }, cells, { now: () => 0, onCell: (_, some) => void records.push(...some) });
  const shares = target.kind === "classes" ? classShares(table) : null;
  const context = { primaryMetric: primaryMetricId(target, shares), examples: table.rows };
  const upTo = (count) => records.filter(({ seed }) => seed < config.firstSeed + count);
  return { seeds, summary: (count) => summarise(upTo(count), catalog.metrics, context) };
}

function classShares(table) {
  const { codes, names } = table.columns.find(({ name }) => name === table.roles.labels[0]);
  const counts = new Float64Array(names.length);
  for (const code of codes) counts[code]++;
  return counts.map((count) => count / codes.length);
}

function metricOf({ primaryMetric }, attack) {
  const { id, damage } = catalog.metrics.find((metric) => metric.id === (options.metric ?? primaryMetric));
  return attack === "(clean)" ? id : damage.id;
}

/** Of the clean model, of what the repair costs it, of an attack, or of an attack against the repair. */
function figureOf({ summary }, attack, seeds) {
  const found = summary(seeds);
  const [id, repaired] = attack.split(" + ");
  const repairs = (repair) => (repair !== "none") === (repaired !== undefined || id === "(repaired)");
  return found.entries.find(
    (entry) => entry.attack === (id.startsWith("(") ? null : id) && repairs(entry.repair) && entry.metric === metricOf(found, attack),
  ).figure;
}

/** One damage for each seed, by what a study of that seed less gives: value of k seeds times k minus that of k − 1. */
function damagesOf(found, attack, seeds) {
  let sum = 0;
  return Array.from({ length: seeds }, (_, i) => {
    const total = figureOf(found, attack, i + 1).value * (i + 1);
    const own = total - sum;
    sum = total;
    return own;
  });
}

function plainOf(values) {
  const quantile = { 3: 4.3027, 5: 2.7764, 10: 2.2622 }[values.length];
  const { mean, error } = meanOf(values);
  return { low: mean - quantile * error, high: mean + quantile * error };
}

function meanOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
