// Engines of who chose what beside those of `implicit` on the same ratings, one thread each, in turn: CPU seconds and ratios. `THERIAC_PYTHON=venv/bin/python node bench/rating-peers.mjs
// [--repeats 5] [--only bpr,item-knn,als-implicit] [--rank 32,100]`: a python3 with implicit and scipy; THERIAC_DATA names the folder of MovieLens-100K.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { likedRatings } from "../dist/blocks/ratings/liked.js";
import { resolveParams } from "../dist/core/params.js";
import { alsImplicit } from "../dist/learners/ratings/als-implicit.js";
import { bpr } from "../dist/learners/ratings/bpr.js";
import { itemKnnImplicit } from "../dist/learners/ratings/item-knn-implicit.js";
import { makeRng } from "../dist/numeric/random.js";
import { ratingSet } from "./parts/rating-sets.mjs";
import { startPeers } from "./peers.mjs";

const { values: options } = parseArgs({
  options: {
    repeats: { type: "string", default: "5" },
    only: { type: "string", default: "bpr,item-knn,als-implicit" },
    rank: { type: "string", default: "32,100" },
  },
});
const ratings = ratingSet("ml-100k");
if (ratings === null) throw new Error("MovieLens-100K is not there; set THERIAC_DATA");
const liked = likedRatings(ratings, "auto");
const peers = await startPeers({ script: join(import.meta.dirname, "rating-peers.py") });
if (peers === null) console.log("no Python with implicit (set THERIAC_PYTHON; DEBUG=1 says why): our times alone");
const folder = mkdtempSync(join(tmpdir(), "theriac-rating-peers-"));
for (const name of ["user", "item"]) writeFileSync(join(folder, `${name}.i32`), Buffer.from(Int32Array.from(liked[name]).buffer));
const shape = { folder, users: liked.users.length, items: liked.items.length };

const ranks = options.rank.split(",").map(Number);
const cases = options.only.split(",").flatMap((name) => {
  if (name === "item-knn")
    return [20, 100].map((neighbours) => ({
      engine: itemKnnImplicit,
      given: { neighbours, shrink: 0 },
      request: { peer: "item-knn", neighbours },
    }));
  if (name === "bpr")
    return ranks.map((rank) => ({
      engine: bpr,
      given: { rank, epochs: 50 },
      request: { peer: "bpr", rank, epochs: 50, learningRate: 0.05, decay: 0.01 },
    }));
  return ranks.map((rank) => ({
    engine: alsImplicit,
    given: { rank, sweeps: 10, cgSteps: 3 },
    request: { peer: "als-implicit", rank, sweeps: 10, decay: 10, weight: 11 },
  }));
});
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
console.log(`${liked.user.length} liked ratings; medians of ${options.repeats}; ${JSON.stringify(peers?.versions ?? null)}`);
console.log("engine                          ours, CPU s   implicit   ratio (implicit / ours)");
for (const { engine, given, request } of cases) {
  const [mine, theirs] = [[], []];
  for (let run = 0; run <= Number(options.repeats); run++) {
    const before = process.cpuUsage();
    await engine.fit(ratings, { rng: makeRng("bench"), params: resolveParams(engine.id, engine.params, given) });
    const { user, system } = process.cpuUsage(before);
    const peer = peers === null ? null : await peers.ask({ ...request, ...shape });
    if (run === 0) continue;
    mine.push((user + system) / 1e6);
    if (peer !== null) theirs.push(peer.cpuMs / 1e3);
  }
  const [own, other] = [median(mine), median(theirs)];
  const size = request.rank === undefined ? `${request.neighbours} neighbours` : `rank ${request.rank}`;
  console.log(
    `${`${engine.id}, ${size}`.padEnd(32)} ${own.toFixed(3).padStart(10)} ${(other ?? NaN).toFixed(3).padStart(10)} ${((other ?? NaN) / own).toFixed(2).padStart(8)}`,
  );
}
peers?.close();
rmSync(folder, { recursive: true });
