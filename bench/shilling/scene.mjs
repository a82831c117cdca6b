// What the parts of bench/shilling.mjs share: MovieLens-100K, the targets of AUSH, attacks at a size, figures over seeds.
import { existsSync } from "node:fs";
import { catalog } from "../../dist/catalog.js";
import { resolveParams } from "../../dist/core/params.js";
import { audienceOf } from "../../dist/data/ratings-audience.js";
import { applyAccounts } from "../../dist/core/apply/apply-accounts.js";
import { findBreach } from "../../dist/core/patch.js";
import { readRatings } from "../../dist/node/read/ratings/read-ratings.js";
import { makeRng } from "../../dist/numeric/random.js";

/** Items by their number in u.item, from 0. */
export const listedTargets = [62, 785, 1077, 1257, 1419];

/** The ratings with items in the order of their numbers; null, with a word, where the file is absent. */
export async function loadMovieLens(path) {
  if (path === undefined || !existsSync(path)) {
    console.log(`skipped: MovieLens-100K is not at ${path ?? "DATA (its u.data or ml-100k.inter)"}`);
    return null;
  }
  const { ratings } = await readRatings({ data: path, format: path.endsWith(".inter") ? "tsv" : undefined });
  const order = ratings.items.map((_, i) => i).sort((a, b) => Number(ratings.items[a]) - Number(ratings.items[b]));
  const place = new Int32Array(order.length);
  order.forEach((i, k) => (place[i] = k));
  const positions = [...ratings.user.keys()].sort(
    (p, q) => ratings.user[p] - ratings.user[q] || place[ratings.item[p]] - place[ratings.item[q]],
  );
  return {
    ...ratings,
    user: Int32Array.from(positions, (p) => ratings.user[p]),
    item: Int32Array.from(positions, (p) => place[ratings.item[p]]),
    value: Float64Array.from(positions, (p) => ratings.value[p]),
    time: null,
    items: order.map((i) => ratings.items[i]),
  };
}

/** Users who like at least half of the five items that most of those like who like the target. */
export function segmentOf(clean, target) {
  const likes = new Map();
  clean.user.forEach((u, p) => {
    if (clean.value[p] >= 4) likes.set(clean.item[p], [...(likes.get(clean.item[p]) ?? []), u]);
  });
  const own = new Set(likes.get(target) ?? []);
  const closeness = ([item, users]) => (item === target ? -1 : users.filter((u) => own.has(u)).length);
  const nearest = [...likes].sort((a, b) => closeness(b) - closeness(a) || a[0] - b[0]).slice(0, 5);
  return audienceOf(
    clean,
    Int32Array.from(nearest, ([item]) => item),
  );
}

export function attackOf(id) {
  return catalog.ratings.attacks.find((attack) => attack.id === id);
}

export function engineOf(id, given = {}) {
  const recommender = catalog.ratings.recommenders.find((engine) => engine.id === id);
  return { recommender, params: resolveParams(id, recommender.params, given) };
}

/** The accounts of an attack on one target, or on a list of them, and the ratings with them; an attack beyond its budget is a fault. */
export async function attacked({
  clean,
  id,
  params = {},
  target,
  accounts,
  fillers,
  seed,
  engine = null,
  victim = null,
  goal = "promote",
  audience = null,
}) {
  const attack = attackOf(id);
  const input = {
    clean,
    goal: { goal, targets: Int32Array.from([target].flat()), audience },
    budget: { accounts, fillers },
    engine,
    victim,
  };
  const poison = await attack.poison(input, { rng: makeRng(`shilling/${seed}`), params: resolveParams(id, attack.params, params) });
  const breach = findBreach({ poison, ...input });
  if (breach !== null) throw new Error(`${id}: ${breach}`);
  return { poison, ratings: applyAccounts(clean, poison) };
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1));
}

/** CPU milliseconds of a call, the least of several. */
export async function cpuMs(call, times = 5) {
  let least = Infinity;
  for (let k = 0; k < times; k++) {
    const before = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
