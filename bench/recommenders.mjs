// Quality of the recommenders on MovieLens-100K: `node bench/recommenders.mjs DATA`, where DATA is its u.data (or ml-100k.inter). Prints the error of
// als-explicit and others on random 80/20 splits, then hit rates with the last rating of 4 or more of each user held out, full ranking, seen items
// masked, each engine tuned on the second-last. `--engine ID` (repeatable) picks engines.
import { parseArgs } from "node:util";
import { rankingQuality, ratingError } from "../dist/blocks/ratings/ranking-metrics.js";
import { catalog } from "../dist/catalog.js";
import { resolveParams } from "../dist/core/params.js";
import { ratingsAt, ratingsWhere } from "../dist/core/ratings.js";
import { leaveLastOut, randomRatingSplit } from "../dist/data/ratings-split.js";
import { readRatings } from "../dist/node/read/ratings/read-ratings.js";
import { makeRng } from "../dist/numeric/random.js";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: "string", multiple: true }, splits: { type: "string", default: "5" }, k: { type: "string", default: "10" } },
});
const { ratings } = await readRatings({ data: positionals[0], format: positionals[0].endsWith(".inter") ? "tsv" : undefined });
const k = Number(options.k);
const chosen = ({ id }) => options.engine === undefined || options.engine.includes(id);
const explicit = catalog.ratings.recommenders.filter((engine) => engine.feedback === "explicit" && chosen(engine));
const implicit = catalog.ratings.recommenders.filter((engine) => engine.feedback === "implicit" && chosen(engine));

/** What is tried in tuning; the rest stays at its default. */
const grids = {
  "als-implicit": product({ confidence: [2, 5, 10, 20, 40], decay: [1, 3, 10, 30] }),
  bpr: product({ decay: [0.003, 0.01, 0.03], epochs: [30, 60, 120] }),
  "item-knn-implicit": product({ neighbours: [20, 50, 100, 400], shrink: [0, 10, 25, 100] }),
};

const fit = (engine, train, given) =>
  engine.fit(train, { params: resolveParams(engine.id, engine.params, given), rng: makeRng("bench/recommenders") });

console.log(`RMSE of ${options.splits} random 80/20 splits, default parameters`);
for (const engine of explicit) {
  const errors = [];
  for (let seed = 0; seed < Number(options.splits); seed++) {
    const { train, test } = randomRatingSplit(ratings, 0.2, makeRng(seed));
    errors.push(ratingError(await fit(engine, ratingsAt(ratings, train), {}), ratingsAt(ratings, test)));
  }
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  console.log(`  ${engine.id.padEnd(18)} ${mean.toFixed(4)}  (${errors.map((error) => error.toFixed(4)).join(" ")})`);
}

const liked = ratingsWhere(ratings, (p) => ratings.value[p] >= 4);
console.log(
  `\nHR@${k} and NDCG@${k}, last of ${liked.user.length} ratings of 4 or more of each user held out; tuned on the second-last; ${options.splits} orders of equal times`,
);
for (const engine of implicit) {
  const found = [];
  for (let seed = 0; seed < Number(options.splits); seed++) found.push(await tuneAndTest(engine, makeRng(seed)));
  const mean = (figure) => found.reduce((sum, one) => sum + one[figure], 0) / found.length;
  const each = found.map(({ hitRate, given }) => `${hitRate.toFixed(4)} with ${Object.values(given).join("/")}`).join(", ");
  console.log(`  ${engine.id.padEnd(18)} HR ${mean("hitRate").toFixed(4)}  NDCG ${mean("ndcg").toFixed(4)}  (${each})`);
}

async function tuneAndTest(engine, rng) {
  const split = leaveLastOut(liked, rng);
  const [train, validation, test] = [split.train, split.validation, split.test].map((positions) => ratingsAt(liked, positions));
  let best = { hitRate: -1 };
  for (const given of grids[engine.id] ?? [{}]) {
    const { hitRate, ndcg } = rankingQuality({ model: await fit(engine, train, given), train, heldOut: validation, k });
    if (hitRate > best.hitRate || (hitRate === best.hitRate && ndcg > best.ndcg)) best = { hitRate, ndcg, given };
  }
  const before = ratingsAt(liked, Int32Array.from([...split.train, ...split.validation]).sort());
  return { ...rankingQuality({ model: await fit(engine, before, best.given), train: before, heldOut: test, k }), given: best.given };
}

/** Every combination of the values. */
function product(grid) {
  return Object.entries(grid).reduce(
    (all, [name, values]) => all.flatMap((given) => values.map((value) => ({ ...given, [name]: value }))),
    [{}],
  );
}
