// Wrong numbers as labels: planted into shared and generated sets, flagged by `residual-noise`, beside the box rule (beyond 3 interquartile ranges of the
// quartiles of out-of-fold residuals of ridge regression). Announced share of false alarms: .2.
//   node bench/defences/real-labels.mjs [--seeds 2] [--first 0] [--rows 1000] [--rates 1,5,10,20] [--sets house,linear] [--held]
// times ten: the label × 10. shifted: two standard deviations of the labels up or down. swapped: labels exchanged among the chosen rows. --held: only sets that had
// no part in choosing settings. rank: true ones among as many first rows as are wrong.
import { parseArgs } from "node:util";
import { stratifiedFolds } from "../../dist/blocks/held-out/folds.js";
import { outOfFold } from "../../dist/blocks/held-out/out-of-fold.js";
import { resolveParams } from "../../dist/core/params.js";
import { residualNoise } from "../../dist/detectors/labels/residual-noise.js";
import { ridge } from "../../dist/learners/ridge.js";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { realSets } from "../parts/real-sets.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "2" },
    first: { type: "string", default: "0" },
    rows: { type: "string", default: "1000" },
    rates: { type: "string", default: "1,5,10,20" },
    sets: { type: "string" },
    held: { type: "boolean", default: false },
  },
});
const shapes = ["times ten", "shifted", "swapped"];
const rates = options.rates.split(",").map((rate) => Number(rate) / 100);
const all = [];
console.log("set              shape      rate  seed   flagged     P     R  rank  told   box P   box R    CPU s");
for (const [name, set] of Object.entries(realSets)) {
  if (options.sets === undefined ? set.held !== options.held : !options.sets.split(",").includes(name)) continue;
  for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++) {
    const clean = set.make(Number(options.rows), makeRng("real labels").fork(name).fork(seed));
    if (clean === null) console.log(`${name.padEnd(16)} not here`);
    if (clean === null) break;
    await measure(name, clean, "clean", 0, seed);
    for (const shape of shapes) for (const rate of rates) await measure(name, clean, shape, rate, seed);
  }
}
summarise();

async function measure(name, clean, shape, rate, seed) {
  const rng = makeRng("planted").fork(name).fork(seed).fork(shape).fork(String(rate));
  const rows = rng.sample(clean.y.length, Math.round(rate * clean.y.length));
  const data = { ...clean, y: planted(clean.y, rows, shape, rng) };
  const before = process.cpuUsage();
  const params = await ridge.tune(data, { rng: makeRng("tune"), params: resolveParams("ridge", ridge.params) });
  const fit = (train, start = null) => ridge.fit(train, { rng: makeRng("fit"), params, start });
  const found = await residualNoise.score(data, {
    rng: makeRng(seed),
    params: resolveParams(residualNoise.id, residualNoise.params),
    fit,
    objective: () => null,
    table: null,
  });
  const { user } = process.cpuUsage(before);
  const isWrong = new Set(rows);
  const box = await boxRule(data, fit);
  const told = found.expectedFalseAlarms;
  const line = { name, shape, rate, ...judged(found.flagged, isWrong), told, seconds: user / 1e6 };
  line.rank = rows.length === 0 ? null : highest(found.values, rows.length).filter((i) => isWrong.has(i)).length / rows.length;
  line.box = judged(box, isWrong);
  all.push(line);
  const figure = (value, width) => (value === null ? "" : value.toFixed(2)).padStart(width);
  console.log(
    `${name.padEnd(16)} ${shape.padEnd(10)} ${String(rate).padStart(4)} ${String(seed).padStart(5)} ${String(line.flagged).padStart(9)} ${figure(line.precision, 5)} ${figure(line.recall, 5)} ${figure(line.rank, 5)} ${told.toFixed(1).padStart(5)} ${figure(line.box.precision, 7)} ${figure(line.box.recall, 7)} ${line.seconds.toFixed(1).padStart(8)}`,
  );
}

function planted(y, rows, shape, rng) {
  const out = y.slice();
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  rows.forEach((row, k) => {
    if (shape === "times ten") out[row] *= 10;
    if (shape === "shifted") out[row] += (rng.uniform() < 0.5 ? -2 : 2) * spread;
    if (shape === "swapped") out[row] = y[rows[(k + 1) % rows.length]];
  });
  return out;
}

async function boxRule(data, fit) {
  const { scores } = await outOfFold(data, stratifiedFolds(data, 5, makeRng("box")), (train, _, before) => fit(train, before));
  const residuals = data.y.map((value, i) => value - scores[i]);
  const sorted = residuals.slice().sort();
  const [low, high] = [0.25, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))]);
  return Uint8Array.from(residuals, (r) => (r < low - 3 * (high - low) || r > high + 3 * (high - low) ? 1 : 0));
}

function judged(flags, isWrong) {
  const flagged = flags.reduce((sum, is) => sum + is, 0);
  const hits = flags.reduce((sum, is, i) => sum + (isWrong.has(i) ? is : 0), 0);
  return {
    flagged,
    hits,
    wrong: isWrong.size,
    precision: flagged === 0 ? null : hits / flagged,
    recall: isWrong.size === 0 ? null : hits / isWrong.size,
  };
}

function summarise() {
  const mean = (values) => (values.length === 0 ? "–" : (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2));
  console.log(
    "\nmeans; P over runs that flag ≥ 10; told = announced share of false alarms there\nshape      rate     P  told     R  rank   box P  box R",
  );
  for (const shape of shapes)
    for (const rate of rates) {
      const own = all.filter((line) => line.shape === shape && line.rate === rate);
      const flagging = (of) =>
        own
          .map(of)
          .filter(({ flagged }) => flagged >= 10)
          .map(({ precision }) => precision);
      const told = own.filter(({ flagged }) => flagged >= 10).map((line) => line.told / line.flagged);
      console.log(
        `${shape.padEnd(10)} ${String(rate).padStart(4)}  ${mean(flagging((line) => line)).padStart(4)}  ${mean(told).padStart(4)}  ${mean(own.map(({ recall }) => recall)).padStart(4)}  ${mean(own.map(({ rank }) => rank)).padStart(4)}   ${mean(flagging(({ box }) => box)).padStart(5)}  ${mean(own.map(({ box }) => box.recall)).padStart(5)}`,
      );
    }
  const clean = all.filter(({ rate }) => rate === 0);
  const share = (of) => (100 * clean.reduce((sum, line) => sum + of(line) / Number(options.rows), 0)) / clean.length;
  const worst = Math.max(...clean.map(({ flagged }) => flagged / Number(options.rows)));
  console.log(
    `clean: ${share(({ flagged }) => flagged).toFixed(2)} % flagged on average, ${(100 * worst).toFixed(2)} % at worst; box ${share(({ box }) => box.flagged).toFixed(2)} %`,
  );
}
