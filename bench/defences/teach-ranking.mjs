// What the ranking of a scan is taught on: what detectors say of poisoned rows of random laws (bench/parts/random-laws.mjs) and of the named sets, and which rows are poison.
//   node bench/defences/teach-ranking.mjs OUT [--laws 150] [--first 0] [--sets moons,overlap] [--seed 201] [--rows 400]
//   python bench/defences/teach-ranking.py OUT src/blocks/outliers/taught-weights.ts     (numpy and jax)
// Writes OUT.f32, a line of tails and whether it is poison for each row, and OUT.json, what they are and the signs of each table.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { taughtEvidence } from "../../dist/blocks/outliers/combined-ranking.js";
import { taughtInputs } from "../../dist/blocks/outliers/taught-score.js";
import { taughtWeights } from "../../dist/blocks/outliers/taught-weights.js";
import { catalog } from "../../dist/catalog.js";
import { makeRng } from "../../dist/numeric/random.js";
import { prepareSeed } from "../parts/paired-attacks.mjs";
import { randomTable } from "../parts/random-laws.mjs";
import { randomPoison, randomShapes } from "../parts/random-poison.mjs";
import { rankings, sceneOf } from "../parts/ranked-scenes.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    laws: { type: "string", default: "150" },
    first: { type: "string", default: "0" },
    sets: { type: "string", default: "" },
    seed: { type: "string", default: "201" },
    rows: { type: "string", default: "400" },
  },
});
const [out] = positionals;
const { features, rankers, seen, rules } = taughtWeights;
const signCount = rankers.length * seen.length + rules.length;
const raw = { features, rankers, seen, rules, middle: Array(signCount).fill(0), spread: Array(signCount).fill(1) };
const learner = catalog.learners.find(({ id }) => id === "logistic");
const [lines, scenes] = [[], []];

for (let law = Number(options.first); law < Number(options.first) + Number(options.laws); law++) {
  const rng = makeRng(`laws/${law}`);
  const train = 120 + rng.integer(230);
  const table = randomTable(rng.fork("table"), train + 100);
  const scene = await prepareSeed(`laws/${law}`, { table, train, test: 100 }, learner);
  for (const at of rng.sample(randomShapes.length, 3))
    await note("random", scene, randomShapes[at], 0.02 + 0.18 * rng.uniform() ** 2, law, rng.fork(at));
}
for (const name of options.sets.split(",").filter((set) => set !== "")) {
  const scene = await sceneOf("taught", name, Number(options.seed), Number(options.rows));
  const asked = ["uniform", "surest", "near-copies", "extreme", "gradient-injection", "pocket"].map((shape) => [shape, 0.05]);
  for (const [shape, rate] of [...asked, ["uniform", 0.2], ["surest", 0.2]])
    await note(name, scene, shape, rate, Number(options.seed), makeRng(`taught/${name}/${shape}/${rate}`));
}
writeFileSync(`${out}.f32`, Buffer.concat(lines));
writeFileSync(`${out}.json`, JSON.stringify({ features, rankers, seen, rules, scenes }));

async function note(set, scene, shape, rate, seed, rng) {
  try {
    const { encoded, isWrong } = await randomPoison(scene, shape, rate, rng);
    const { voices, merge } = await rankings(scene, encoded, seed);
    if (merge?.near === undefined) return;
    const rows = encoded.data.y.length;
    const { witnesses, named } = taughtEvidence(voices, rows, merge);
    const inputs = taughtInputs(witnesses, merge.near, named, raw);
    if (inputs === null || isWrong.size < 3) return;
    const width = features.length + 1;
    const values = new Float32Array(rows * width);
    for (let i = 0; i < rows; i++) {
      inputs.tails.forEach((tails, j) => (values[i * width + j] = tails[i]));
      values[i * width + width - 1] = isWrong.has(i) ? 1 : 0;
    }
    lines.push(Buffer.from(values.buffer));
    scenes.push({ set, shape, rate, rows, signs: [...inputs.signs] });
  } catch (error) {
    console.error(`${set} ${seed} ${shape}: ${error.message}`);
  }
}
