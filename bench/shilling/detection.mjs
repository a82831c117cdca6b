// How well detectors find fake accounts: AUC and F1 at the true number for each, and the cut of those that have one.
import { readFileSync, existsSync } from "node:fs";
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { ratingsWhere } from "../../dist/core/ratings.js";
import { makeRng } from "../../dist/numeric/random.js";
import { areaUnderCurve, highest } from "../../dist/numeric/orders/ranks.js";
import { attacked, cpuMs, mean } from "./scene.mjs";

const attacks = [
  "random-profiles",
  "average-profiles",
  "bandwagon-profiles",
  "segment-profiles",
  "love-hate-profiles",
  "popular-average-profiles",
];
/** The nine scores whose time is held against numpy's. */
const nine = [
  "rdma",
  "wdma",
  "wda",
  "degree-of-similarity",
  "length-variance",
  "filler-mean-variance",
  "filler-mean-target-difference",
  "unrap",
  "pca-var-select",
];

export async function detectionTable({ clean, fractions, fillers, targets, seeds, detectors, attackIds }) {
  const chosen = catalog.ratings.detectors.filter(({ id }) => detectors === undefined || detectors.includes(id));
  for (const fraction of fractions) {
    const accounts = Math.floor(fraction * clean.users.length);
    console.log(
      `\n${accounts} accounts (${100 * fraction} %), ${fillers} fillers, ${targets.length} targets, ${seeds.length} seeds: AUC/F1 at the true number`,
    );
    for (const id of attacks.filter((attack) => attackIds === undefined || attackIds.includes(attack))) {
      const found = new Map(chosen.map((detector) => [detector.id, { auc: [], f1: [], precision: [], recall: [] }]));
      for (const seed of seeds)
        for (const target of targets) {
          const { ratings } = await attacked({ clean, id, target, accounts, fillers, seed: `${seed}/${target}` });
          for (const detector of chosen) {
            const scores = await scoresOf(detector, ratings);
            const all = found.get(detector.id);
            const isFake = (u) => u >= clean.users.length;
            all.auc.push(areaUnderCurve(scores, isFake));
            all.f1.push(highest(scores, accounts).filter(isFake).length / accounts);
            if (detector.cut === undefined) continue;
            const flagged = [...scores.keys()].filter((u) => scores[u] >= detector.cut);
            const hits = flagged.filter(isFake).length;
            if (flagged.length > 0) all.precision.push(hits / flagged.length);
            all.recall.push(hits / accounts);
          }
        }
      console.log(`  ${id}`);
      for (const [detector, { auc, f1, precision, recall }] of found) {
        const cut =
          recall.length === 0
            ? ""
            : `   cut: precision ${precision.length === 0 ? "—" : mean(precision).toFixed(3)}, recall ${mean(recall).toFixed(3)}`;
        console.log(`    ${detector.padEnd(30)} ${mean(auc).toFixed(3)} / ${mean(f1).toFixed(3)}${cut}`);
      }
    }
  }
}

/** Genuine users that are flagged where nobody attacks: in all ratings, and in random halves of the users. */
export async function falseAlarms({ clean, seeds }) {
  for (const detector of catalog.ratings.detectors.filter(({ cut }) => cut !== undefined)) {
    const shares = [];
    for (const ratings of [clean, ...seeds.map((seed) => halfOf(clean, seed))]) {
      const scores = await scoresOf(detector, ratings);
      shares.push(scores.filter((score) => score >= detector.cut).length / ratings.users.length);
    }
    console.log(
      `\n${detector.id}: genuine users flagged in clean data ${shares[0].toFixed(4)}; in ${seeds.length} halves ${mean(shares.slice(1)).toFixed(4)}, most ${Math.max(...shares.slice(1)).toFixed(4)}`,
    );
  }
}

function halfOf(clean, seed) {
  const kept = [...makeRng(`half/${seed}`).sample(clean.users.length, clean.users.length >> 1)].sort((a, b) => a - b);
  const place = new Int32Array(clean.users.length).fill(-1);
  kept.forEach((u, k) => (place[u] = k));
  const ratings = ratingsWhere(clean, (p) => place[clean.user[p]] >= 0);
  return { ...ratings, user: ratings.user.map((u) => place[u]), users: kept.map((u) => clean.users[u]) };
}

export async function detectionTimes({ clean }) {
  const { ratings } = await attacked({ clean, id: "average-profiles", target: 62, accounts: 47, fillers: 36, seed: 1 });
  let total = 0;
  console.log(`\nCPU ms for ${ratings.users.length} × ${ratings.items.length}, best of 5`);
  for (const detector of catalog.ratings.detectors) {
    const ms = await cpuMs(() => scoresOf(detector, ratings));
    if (nine.includes(detector.id)) total += ms;
    console.log(`  ${detector.id.padEnd(30)} ${ms.toFixed(1)}`);
  }
  console.log(`  the nine together              ${total.toFixed(1)}`);
}

/** FilmTrust with 150 injected average profiles; ratings above its scale of 4 are clipped, with a warning. */
export async function filmTrust(folder) {
  if (folder === undefined || !existsSync(`${folder}/ratings.txt`)) {
    console.log(`\nskipped: FilmTrust with average profiles is not at ${folder ?? "--filmtrust"}`);
    return;
  }
  const lines = (file) =>
    readFileSync(`${folder}/${file}`, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.trim().split(/\s+/));
  const fake = new Set(
    lines("labels.txt")
      .filter(([, label]) => label === "1")
      .map(([user]) => user),
  );
  const rows = lines("ratings.txt");
  const above = rows.filter(([, , value]) => Number(value) > 4).length;
  console.log(`\nFilmTrust: warning: ${above} ratings above the scale of 4 are clipped to it`);
  const users = [...new Set(rows.map(([user]) => user))];
  const items = [...new Set(rows.map(([, item]) => item))];
  const userPlace = new Map(users.map((user, u) => [user, u]));
  const itemPlace = new Map(items.map((item, i) => [item, i]));
  const cells = new Map(
    rows.map(([user, item, value]) => [userPlace.get(user) * items.length + itemPlace.get(item), Math.min(4, Number(value))]),
  );
  const places = [...cells.keys()].sort((a, b) => a - b);
  const ratings = {
    user: Int32Array.from(places, (place) => Math.floor(place / items.length)),
    item: Int32Array.from(places, (place) => place % items.length),
    value: Float64Array.from(places, (place) => cells.get(place)),
    time: null,
    users,
    items,
    scale: { low: 0.5, high: 4, step: 0.5 },
  };
  const isFake = (u) => fake.has(users[u]);
  const count = users.filter((user) => fake.has(user)).length;
  for (const detector of catalog.ratings.detectors) {
    const scores = await scoresOf(detector, ratings);
    const f1 = highest(scores, count).filter(isFake).length / count;
    const flagged = detector.cut === undefined ? null : [...scores.keys()].filter((u) => scores[u] >= detector.cut);
    const cut =
      flagged === null ? "" : `   cut: ${flagged.filter(isFake).length} of ${flagged.length} flagged are fake, ${count} are there`;
    console.log(`  ${detector.id.padEnd(30)} AUC ${areaUnderCurve(scores, isFake).toFixed(3)}  F1 ${f1.toFixed(3)}${cut}`);
  }
}

function scoresOf(detector, ratings) {
  return detector.score(ratings, { rng: makeRng("detect"), params: resolveParams(detector.id, detector.params) });
}
