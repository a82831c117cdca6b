// How often `theriac compare` calls something changed where nothing is, and how often it finds a drop of 3 points in one of twelve figures, by simulation: differences of equal runs
// that scatter by one point from seed to seed, each figure by itself, mostly together, by very different amounts, one far more than the others, or with heavy tails.
//   node bench/compare.mjs [--studies 4000] [--seeds 3,4,5,8,10] [--figures 12] [--draw NAME]
// and the drop that the text beside the verdict says would be told with a chance of 80 % (the median of studies), with how often it is.
// Asked: changed in at most 5 % of pairs of equal runs; the drop found in 80 % with five seeds where all scatter alike.
import { parseArgs } from "node:util";
import { makeRng } from "../dist/numeric/random.js";
import { holmAdjusted } from "../dist/numeric/statistics/holm.js";
import { medianScatter, toldDifference } from "../dist/numeric/statistics/told-difference.js";
import { pairedChanges } from "../dist/numeric/statistics/paired-changes.js";

const { values: options } = parseArgs({
  options: {
    studies: { type: "string", default: "4000" },
    seeds: { type: "string", default: "3,4,5,8,10" },
    figures: { type: "string", default: "12" },
    draw: { type: "string", default: "" },
  },
});
const studies = Number(options.studies);
const figures = Number(options.figures);
/** `common`: share of the variance that all figures of a seed have in common; `unlike`: standard deviation of the logarithm of a figure's scatter; `wild`: how much more the sixth scatters, or every
 * other one (`half`); `tails`: Student's degrees. */
const laws = {
  "each by itself": { common: 0, unlike: 0 },
  "mostly together": { common: 0.9, unlike: 0 },
  "half together, unlike": { common: 0.5, unlike: 0.5 },
  "very unlike": { common: 0, unlike: 1 },
  "together and unlike": { common: 0.9, unlike: 1 },
  "one wild": { common: 0, unlike: 0, wild: 5 },
  "half of them wild": { common: 0, unlike: 0, wild: 4, half: true },
  "heavy tails": { common: 0, unlike: 0, tails: 3 },
};

console.log("seeds  differences scatter     called changed   drop of 3 points found   said to be told   told");
for (const seeds of options.seeds.split(",").map(Number))
  for (const [name, law] of Object.entries(laws)) {
    let [wrong, found, told] = [0, 0, 0];
    const said = Array.from({ length: 200 }, (_, study) =>
      saidOf(draw(makeRng(`said ${study}`).fork(`${options.draw}${seeds} ${name}`), seeds, law)),
    ).sort((a, b) => a - b)[100];
    for (let study = 0; study < studies; study++) {
      const equal = draw(makeRng(study).fork(`${options.draw}${seeds} ${name}`), seeds, law);
      if (adjusted(equal).some((chance) => chance <= 0.05)) wrong++;
      if (adjusted(equal.map((values, k) => (k === 1 ? values.map((value) => value - 0.03) : values)))[1] <= 0.05) found++;
      if (adjusted(equal.map((values, k) => (k === 1 ? values.map((value) => value - said) : values)))[1] <= 0.05) told++;
    }
    console.log(
      `${String(seeds).padStart(5)}  ${name.padEnd(22)}  ${(wrong / studies).toFixed(3).padStart(14)}  ${(found / studies).toFixed(2).padStart(23)}   ${said.toFixed(3).padStart(15)}  ${(told / studies).toFixed(2).padStart(5)}`,
    );
  }

function draw(rng, seeds, { common, unlike, wild = 1, half = false, tails = 0 }) {
  const shared = Float64Array.from({ length: seeds }, () => rng.normal());
  return Array.from({ length: figures }, (_, k) => {
    const isWild = half ? k % 2 === 0 : k === Math.min(5, figures - 1);
    const scale = 0.01 * (isWild ? wild : 1) * Math.exp(unlike * rng.normal());
    return shared.map((own) => {
      const value = scale * (Math.sqrt(common) * own + Math.sqrt(1 - common) * rng.normal());
      return tails === 0
        ? value
        : value / Math.sqrt(Array.from({ length: tails }, () => rng.normal() ** 2).reduce((sum, square) => sum + square, 0) / tails);
    });
  });
}

/** Of the second figure, what compare says would be told. */
function saidOf(differences) {
  const { error, degrees } = pairedChanges(differences, new Float64Array(figures).fill(1e-4))[1];
  return (error / medianScatter(degrees)) * toldDifference(0.05 / figures, degrees, 0.8);
}

function adjusted(differences) {
  const tested = pairedChanges(differences, new Float64Array(figures).fill(1e-4));
  return holmAdjusted(Float64Array.from(tested, ({ chance }) => chance));
}
