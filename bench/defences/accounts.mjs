// Fake accounts among ratings, from 0.5 to 40 % of all: what the own cut of `account-evidence` flags, what it announces, and how each detector ranks.
// `node bench/defences/accounts.mjs [--seeds 1] [--first 100] [--sets ml-100k,filmtrust,generated,sparse] [--shares 0.005,…] [--shapes random,…] [--implicit]
// [--parts 1x1,0.5x1,0.5x0.5] [--all]`: --parts are clean ratings of a share of the users and of the items; with --all each detector's area under the curve; THERIAC_DATA names the folder of the sets. A blank is what did not run.
import { parseArgs } from "node:util";
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { areaUnderCurve, highest } from "../../dist/numeric/orders/ranks.js";
import { makeRng } from "../../dist/numeric/random.js";
import { plantShape, shapes, withoutValues } from "../parts/fake-accounts.mjs";
import { partOf, ratingSet } from "../parts/rating-sets.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "100" },
    sets: { type: "string", default: "ml-100k,filmtrust,generated,sparse" },
    shares: { type: "string", default: "0.005,0.01,0.03,0.1,0.2,0.3,0.4" },
    shapes: { type: "string", default: [...shapes, "workers", "crowd", "mixture"].join(",") },
    parts: { type: "string", default: "1x1,0.5x1,0.5x0.5" },
    implicit: { type: "boolean", default: false },
    all: { type: "boolean", default: false },
  },
});
const seeds = Array.from({ length: Number(options.seeds) }, (_, k) => Number(options.first) + k);
const listed = (value) => value.split(",").filter((own) => own !== "");
const shares = listed(options.shares).map(Number);
const detectors = catalog.ratings.detectors.filter(({ id }) => options.all || id === "account-evidence");
const ruled = detectors.find(({ id }) => id === "account-evidence");
const mean = (values) => (values.length === 0 ? NaN : values.reduce((sum, v) => sum + v, 0) / values.length);
const fixed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : "");
const optionsOf = (detector) => ({ rng: makeRng("detect"), params: resolveParams(detector.id, detector.params) });

/** What the own cut does with ratings whose last `fakes` accounts are fake. */
async function judge(ratings, fakes) {
  const before = process.cpuUsage().user;
  const { values, innocence, campaigns } = await ruled.explain(ratings, optionsOf(ruled));
  const seconds = (process.cpuUsage().user - before) / 1e6;
  const isFake = (u) => u >= ratings.users.length - fakes;
  const flagged = [...values.keys()].filter((u) => values[u] >= ruled.cut);
  const hits = flagged.filter(isFake).length;
  return {
    flagged: flagged.length,
    hits,
    f1: (2 * hits) / Math.max(1, flagged.length + fakes),
    precision: flagged.length === 0 ? NaN : hits / flagged.length,
    recall: hits / Math.max(1, fakes),
    top: fakes === 0 ? NaN : highest(values, fakes).filter(isFake).length / fakes,
    announced: flagged.reduce((sum, u) => sum + innocence[u], 0),
    groups: campaigns.length,
    seconds,
  };
}

const all = [];
const clean = [];
console.log("set         shape        share  fakes  flagged  P     R     F1    F1@n  announced  seen  groups  CPU s");
for (const name of listed(options.sets))
  for (const seed of seeds) {
    const genuine = ratingSet(name, seed);
    if (genuine === null) {
      console.log(`${name.padEnd(11)} (absent)`);
      continue;
    }
    const seen = (ratings) => (options.implicit ? withoutValues(ratings) : ratings);
    for (const part of listed(options.parts)) {
      if (part === "1x1" && seed !== seeds[0] && name !== "generated" && name !== "sparse") continue;
      const [ofUsers, ofItems] = part.split("x").map(Number);
      const own = partOf(genuine, ofUsers, ofItems, makeRng(`parts/${name}/${part}/${seed}`));
      const { flagged, announced, seconds } = await judge(seen(own), 0);
      clean.push(flagged / own.users.length);
      console.log(
        `${name.padEnd(11)} clean ${part.padEnd(9)} ${String(own.users.length).padStart(5)} ${String(flagged).padStart(8)}  (${fixed((100 * flagged) / own.users.length)} %) announced ${fixed(announced, 1)}  ${fixed(seconds, 1)} s`,
      );
    }
    for (const shape of listed(options.shapes))
      for (const share of shares) {
        const { ratings: planted, fakes } = plantShape(genuine, shape, share, makeRng(`accounts/${name}/${shape}/${share}/${seed}`));
        const ratings = seen(planted);
        const found = await judge(ratings, fakes);
        all.push({ name, shape, share, ...found });
        console.log(
          [
            name.padEnd(11),
            shape.padEnd(12),
            share.toFixed(3),
            String(fakes).padStart(6),
            String(found.flagged).padStart(8),
            ...[found.precision, found.recall, found.f1, found.top].map((v) => fixed(v).padStart(5)),
            fixed(found.announced, 1).padStart(9),
            String(found.flagged - found.hits).padStart(6),
            String(found.groups).padStart(6),
            fixed(found.seconds, 1).padStart(7),
          ].join(" "),
        );
        if (!options.all) continue;
        const areas = [];
        for (const detector of detectors) {
          const scores = await detector.score(ratings, optionsOf(detector));
          areas.push(`${detector.id} ${fixed(areaUnderCurve(scores, (u) => u >= ratings.users.length - fakes))}`);
        }
        console.log(`            AUC: ${areas.join(", ")}`);
      }
  }
const table = (title, keys, of) => {
  console.log(`\n${title}`);
  for (const key of keys) {
    const own = all.filter((run) => of(run) === key);
    if (own.length > 0)
      console.log(
        `  ${String(key).padEnd(12)} F1 mean ${fixed(mean(own.map(({ f1 }) => f1)))}, worst ${fixed(Math.min(...own.map(({ f1 }) => f1)))} of ${own.length}`,
      );
  }
};
table("By shape", options.shapes.split(","), ({ shape }) => shape);
table("By share", shares, ({ share }) => share);
table("By set", options.sets.split(","), ({ name }) => name);
const sum = (of) => all.reduce((total, run) => total + of(run), 0);
console.log(
  `\nF1 at the own cut: mean ${fixed(mean(all.map(({ f1 }) => f1)))}, worst ${fixed(Math.min(...all.map(({ f1 }) => f1)))} of ${all.length}; at least .6 in ${all.filter(({ f1 }) => f1 >= 0.6).length}; ` +
    `false alarms announced ${fixed(
      sum(({ announced }) => announced),
      0,
    )}, seen ${sum(({ flagged, hits }) => flagged - hits)} of ${sum(({ flagged }) => flagged)}; ` +
    `clean flagged: mean ${fixed(100 * mean(clean))} %, most ${fixed(100 * Math.max(...clean))} %`,
);
