// Fake accounts that keep hours of their own: what `rating-bursts`, `rating-order` and `rating-rhythm` flag beside `account-evidence`, and of clean sites.
// `node bench/defences/account-times.mjs [--seeds 1] [--first 100] [--sets ml-100k,generated,sparse] [--shares 0.005,0.01,0.1] [--habits burst,…] [--shapes average,…] [--alone]`
// --alone leaves account-evidence out. Times of MovieLens-100K are its own; the others have those of a law (bench/parts/rating-times.mjs). THERIAC_DATA names the folder of the sets.
import { parseArgs } from "node:util";
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { makeRng } from "../../dist/numeric/random.js";
import { plantShape } from "../parts/fake-accounts.mjs";
import { partOf, ratingSet } from "../parts/rating-sets.mjs";
import { habits, withFakeTimes, withSiteTimes } from "../parts/rating-times.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    first: { type: "string", default: "100" },
    sets: { type: "string", default: "ml-100k,generated,sparse" },
    shares: { type: "string", default: "0.005,0.01,0.1" },
    habits: { type: "string", default: habits.join(",") },
    shapes: { type: "string", default: "average,optimised,workers" },
    parts: { type: "string", default: "1x1,0.5x1,1x0.5,0.5x0.5" },
    alone: { type: "boolean", default: false },
  },
});
const listed = (value) => value.split(",").filter((own) => own !== "");
const ids = ["rating-bursts", "rating-order", "rating-rhythm", ...(options.alone ? [] : ["account-evidence"])];
const detectors = ids.map((id) => catalog.ratings.detectors.find((one) => one.id === id));
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

/** What each rule flags, and all of them. */
async function judge(ratings, fakes) {
  const before = process.cpuUsage().user;
  const any = new Uint8Array(ratings.users.length);
  const innocence = new Float64Array(ratings.users.length).fill(1);
  const own = [];
  for (const detector of detectors) {
    const scores = await detector.explain(ratings, { rng: makeRng("detect"), params: resolveParams(detector.id, detector.params) });
    const flagged = [...scores.values.keys()].filter((u) => scores.values[u] >= detector.cut);
    for (const u of flagged) {
      any[u] = 1;
      innocence[u] = Math.min(innocence[u], scores.innocence[u]);
    }
    own.push(tell(flagged, ratings.users.length - fakes, fakes));
  }
  const flagged = [...any.keys()].filter((u) => any[u] === 1);
  return {
    own,
    whole: tell(flagged, ratings.users.length - fakes, fakes),
    announced: flagged.reduce((sum, u) => sum + innocence[u], 0),
    seconds: (process.cpuUsage().user - before) / 1e6,
  };
}

function tell(flagged, genuine, fakes) {
  const hits = flagged.filter((u) => u >= genuine).length;
  return { hits, innocents: flagged.length - hits, f1: (2 * hits) / Math.max(1, flagged.length + fakes) };
}

const all = [];
const clean = [];
console.log(`found+innocents by ${ids.join(", ")} | all: F1, announced, innocents`);
for (const name of listed(options.sets))
  for (let seed = Number(options.first); seed < Number(options.first) + Number(options.seeds); seed++) {
    const bare = ratingSet(name, seed);
    if (bare === null) continue;
    const site = bare.time === null ? withSiteTimes(bare, makeRng(`site/${name}/${seed}`)) : bare;
    for (const part of listed(options.parts)) {
      const [ofUsers, ofItems] = part.split("x").map(Number);
      const some = partOf(site, ofUsers, ofItems, makeRng(`parts/${name}/${part}/${seed}`));
      const { own, whole, announced, seconds } = await judge(some, 0);
      clean.push(whole.innocents / some.users.length);
      console.log(
        `${name} ${seed} clean ${part}: ${own.map(({ innocents }) => innocents).join(" ")} | of ${some.users.length}, announced ${announced.toFixed(1)}, ${seconds.toFixed(1)} s`,
      );
    }
    for (const habit of listed(options.habits))
      for (const shape of listed(options.shapes))
        for (const share of listed(options.shares).map(Number)) {
          const rng = makeRng(`times/${name}/${shape}/${share}/${habit}/${seed}`);
          const { ratings: planted, fakes } = plantShape(site, shape, share, rng);
          const { own, whole, announced } = await judge(withFakeTimes(planted, fakes, habit, rng.fork("hours")), fakes);
          all.push({ name, habit, share, announced, ...whole, timed: own.slice(0, 3) });
          console.log(
            `${name} ${seed} ${habit.padEnd(8)} ${shape.padEnd(10)} ${String(fakes).padStart(4)}: ${own.map(({ hits, innocents }) => `${hits}+${innocents}`).join(" ")} | ${whole.f1.toFixed(2)} ${announced.toFixed(1)} ${whole.innocents}`,
          );
        }
  }
for (const [title, key] of [
  ["habit", "habit"],
  ["share", "share"],
  ["set", "name"],
])
  for (const value of new Set(all.map((run) => run[key]))) {
    const own = all.filter((run) => run[key] === value);
    console.log(
      `${title} ${value}: F1 mean ${mean(own.map(({ f1 }) => f1)).toFixed(2)}, worst ${Math.min(...own.map(({ f1 }) => f1)).toFixed(2)} of ${own.length}; at least .6 in ${own.filter(({ f1 }) => f1 >= 0.6).length}`,
    );
  }
console.log(
  `all: F1 mean ${mean(all.map(({ f1 }) => f1)).toFixed(2)}; innocents announced ${all.reduce((sum, run) => sum + run.announced, 0).toFixed(0)}, seen ${all.reduce((sum, run) => sum + run.innocents, 0)}; clean flagged: mean ${(100 * mean(clean)).toFixed(2)} %, most ${(100 * Math.max(0, ...clean)).toFixed(2)} %`,
);
