// Attacks by fake accounts and detectors of them on MovieLens-100K: `node bench/shilling.mjs DATA --part detect`, where DATA is its u.data (or ml-100k.inter).
// Parts: effect (what each attack does to each engine), paired (the optimised attack against the average attack, or `--against ID`; with `--segment` on users
// who like what is liked with the target), hits (lists of ten that the searched attack and public profiles reach), availability (PATOM through users as tasks, and PGA, beside random and average profiles: error of genuine ratings,
// rank of the target), detect (F1 of every detector, false alarms, FilmTrust with --filmtrust FOLDER), repair (what repairs give and cost), times (CPU of
// detectors and of a gradient of the optimised attack), growth (CPU up to a million synthetic ratings; needs no DATA). `--seeds 10` gives their number,
// `--first 0` the first, `--targets 62,785` items by their number in u.item from 0; `--attack`, `--engine` and `--detector ID` (repeatable) pick methods.
import { parseArgs } from "node:util";
import { availabilityTable } from "./shilling/availability.mjs";
import { pairedComparison } from "./shilling/comparison.mjs";
import { detectionTable, detectionTimes, falseAlarms, filmTrust } from "./shilling/detection.mjs";
import { effectTable } from "./shilling/effect.mjs";
import { growthTable } from "./shilling/growth.mjs";
import { hitTable } from "./shilling/hits.mjs";
import { gradientTimes } from "./shilling/gradient.mjs";
import { repairTable } from "./shilling/repairing.mjs";
import { listedTargets, loadMovieLens, segmentOf } from "./shilling/scene.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: "string", default: "detect" },
    seeds: { type: "string", default: "10" },
    first: { type: "string", default: "0" },
    targets: { type: "string" },
    fillers: { type: "string", default: "36" },
    fractions: { type: "string" },
    attack: { type: "string", multiple: true },
    engine: { type: "string", multiple: true },
    detector: { type: "string", multiple: true },
    against: { type: "string", multiple: true },
    segment: { type: "boolean", default: false },
    filmtrust: { type: "string" },
  },
});
const numbers = (text) => text.split(",").map(Number);
const seeds = Array.from({ length: Number(options.seeds) }, (_, k) => Number(options.first) + k);
const targets = options.targets === undefined ? listedTargets : numbers(options.targets);
const fillers = Number(options.fillers);
const fractions = (usual) => (options.fractions === undefined ? usual : numbers(options.fractions));

const parts = {
  effect: (clean) =>
    effectTable({
      clean,
      fractions: fractions([0.01, 0.03, 0.05, 0.1]),
      fillers,
      targets,
      seeds,
      attacks: options.attack,
      engineIds: options.engine,
    }),
  paired: (clean) =>
    pairedComparison({
      clean,
      engineId: options.engine?.[0] ?? "als-explicit",
      engineParams: options.engine?.[0].startsWith("item-knn") ? {} : { rank: 8 },
      firsts: (options.against ?? ["average-profiles"]).map((id) => ({ id })),
      second: { id: options.attack?.[0] ?? "pga-ratings" },
      fraction: fractions([0.03])[0],
      fillers,
      targets,
      seeds,
      ...(options.segment ? { audienceFor: (target) => segmentOf(clean, target) } : {}),
    }),
  hits: (clean) =>
    hitTable({ clean, fraction: fractions([0.03])[0], fillers, targets, seeds, engineIds: options.engine, attackIds: options.attack }),
  availability: (clean) => availabilityTable({ clean, fractions: fractions([0.03]), fillers, targets, seeds, engineIds: options.engine }),
  async detect(clean) {
    await falseAlarms({ clean, seeds });
    await filmTrust(options.filmtrust);
    await detectionTable({
      clean,
      fractions: fractions([0.05]),
      fillers,
      targets,
      seeds,
      detectors: options.detector,
      attackIds: options.attack,
    });
  },
  repair: (clean) =>
    repairTable({
      clean,
      fraction: fractions([0.03])[0],
      fillers,
      targets,
      seeds,
      engineId: options.engine?.[0] ?? "als-explicit",
      engineParams: options.engine === undefined ? { rank: 8 } : {},
      attackIds: options.attack ?? ["average-profiles", "popular-average-profiles"],
    }),
  async times(clean) {
    await detectionTimes({ clean });
    await gradientTimes({ clean, fraction: fractions([0.03])[0], fillers });
  },
};

if (options.part === "growth") {
  await growthTable();
  process.exit(0);
}
const clean = await loadMovieLens(positionals[0]);
if (clean !== null) await parts[options.part](clean);
