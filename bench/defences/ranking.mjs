// One ranking from several detectors beside each of them alone: true ones among as many first rows as are poisoned.
//   node bench/defences/ranking.mjs [--seeds 1] [--first 0] [--rows 400] [--sets spambase,breast-cancer,digits,sms] [--shapes confident,…] [--all]
// Sets and shapes: bench/parts/ranked-scenes.mjs. --all: every detector on a line of its own. Other packages on such rows: peers.mjs.
import { parseArgs } from "node:util";
import { highest } from "../../dist/numeric/orders/ranks.js";
import { poisoned, rankings, sceneOf, standard } from "../parts/ranked-scenes.mjs";

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
  const scene = await sceneOf("ranking", name, seed, Number(options.rows));
  const { encoded, isWrong } = await poisoned(scene, shape);
  const { voices, merge, scores } = await rankings(scene, encoded, seed);
  const precision = (values) => highest(values, isWrong.size).filter((i) => isWrong.has(i)).length / isWrong.size;
  const singles = voices
    .map(({ method, values }) => ({ id: method.id, precision: precision(values) }))
    .sort((a, b) => b.precision - a.precision);
  const line = {
    ...{ name, shape, best: singles[0].precision, singles },
    quick: precision(scores.quick),
    standard: precision(scores.standard),
    unlearned: precision(scores.unlearned),
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
