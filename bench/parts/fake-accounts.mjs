// Fake accounts of eight shapes (Mobasher et al. 2007 and later) and of campaigns of paid reviewers, with random parameters; each group has a recipe of its own.
import { nearestRating } from "../../dist/core/ratings.js";
import { itemStatistics } from "../../dist/blocks/ratings/item-statistics.js";
import { applyAccounts } from "../../dist/core/apply/apply-accounts.js";
import { orderBy } from "../../dist/numeric/orders/ranks.js";

export const shapes = ["random", "average", "bandwagon", "segment", "nuke", "love-hate", "obfuscated", "optimised"];

/** Accounts of a shape ("workers", "crowd", "mixture" and "hybrid" too) beside the genuine ones, `share` of all accounts. The fake ones come last. */
export function plantShape(clean, shape, share, rng) {
  const count = Math.max(3, Math.round((share / (1 - share)) * clean.users.length));
  const scene = sceneOf(clean);
  const families = { mixture, hybrid, workers, crowd };
  const accounts = families[shape] ? families[shape](scene, count, rng) : group(scene, shape, count, rng);
  return { ratings: applyAccounts(clean, { kind: "accounts", accounts }), fakes: count };
}

function sceneOf(clean) {
  const profiles = clean.users.map(() => []);
  clean.user.forEach((u, p) => profiles[u].push(p));
  const statistics = itemStatistics(clean);
  const rated = [...clean.items.keys()].filter((i) => statistics.itemCount[i] > 0);
  const popular = Array.from(orderBy(statistics.itemCount.map((c) => -c))).filter((i) => statistics.itemCount[i] > 0);
  const lengths = profiles.map((p) => p.length).sort((a, b) => a - b);
  return { clean, profiles, rated, popular, lengths, ...statistics };
}

/** Two to four groups of different shapes, the last of them sometimes workers. */
function mixture(scene, count, rng) {
  const groups = Math.min(2 + rng.integer(3), Math.max(1, Math.floor(count / 3)));
  const all = [...shapes, "workers"];
  const chosen = Array.from(rng.sample(all.length, groups), (k) => all[k]);
  return chosen.flatMap((shape, g) => {
    const size = Math.floor(count / groups) + (g < count % groups ? 1 : 0);
    const own = rng.fork(`group/${g}`);
    return shape === "workers" ? workers(scene, size, own) : group(scene, shape, size, own);
  });
}

/** Every account is of two shapes at once: a random half of what it would rate as either, besides the targets of both. */
function hybrid(scene, count, rng) {
  const [one, other] = Array.from(rng.sample(shapes.length, 2), (k) => group(scene, shapes[k], count, rng.fork(`shape/${k}`)));
  const targetsOf = (accounts) => new Set(accounts[0].items.filter((i) => accounts.every(({ items }) => items.includes(i))));
  const kept = [one, other].map(targetsOf);
  return one.map((_, a) => {
    const r = rng.fork(`account/${a}`);
    const profile = new Map();
    [other, one].forEach((accounts, k) =>
      accounts[a].items.forEach((i, n) => (kept[1 - k].has(i) || r.uniform() < 0.5) && profile.set(i, accounts[a].values[n])),
    );
    return { items: [...profile.keys()], values: [...profile.values()] };
  });
}

function group(scene, shape, count, rng) {
  const { clean, rated, popular, lengths, mean, deviation, itemMean, itemDeviation, itemCount, profiles } = scene;
  const { low, high } = clean.scale;
  const nuke = shape === "nuke" || (shape !== "segment" && rng.uniform() < 0.15);
  const [end, other] = nuke ? [low, high] : [high, low];
  const median = lengths[lengths.length >> 1];
  const base = Math.min(rated.length / 4, Math.max(8, median * Math.exp(1.4 * rng.uniform() - 0.7)));
  const wobble = rng.uniform() < 0.5 ? 0 : 0.5 * rng.uniform();
  const targets = Array.from(rng.sample(rated.length, rng.uniform() < 0.7 ? 1 : 2 + rng.integer(3)), (k) => rated[k]);
  const isTarget = new Set(targets);
  const fresh = (items) => items.filter((i) => !isTarget.has(i));
  const everywhere = fresh(rated);
  const top = fresh(popular.slice(0, Math.max(20, Math.round((0.05 + 0.25 * rng.uniform()) * popular.length))));
  const seedUser = profiles[rng.integer(profiles.length)];
  let selected = [];
  let selectedValue = high;
  let pool = everywhere;
  let valueOf = (i, r) => mean + deviation * r.normal();
  const averageOf = (i, r) => itemMean[i] + (itemDeviation[i] || deviation) * r.normal();
  if (shape === "average") valueOf = averageOf;
  if (shape === "bandwagon") {
    selected = fresh(popular.slice(0, 30)).slice(0, 1 + rng.integer(10));
    if (rng.uniform() < 0.5) valueOf = averageOf;
  }
  if (shape === "segment") {
    const liked = seedUser.filter((p) => clean.value[p] >= mean).map((p) => clean.item[p]);
    selected = fresh(liked).slice(0, 3 + rng.integer(8));
    valueOf = () => low;
  }
  if (shape === "nuke") {
    const hated = everywhere.filter((i) => itemCount[i] >= 3).sort((a, b) => itemMean[a] - itemMean[b]);
    selected = hated.slice(0, 1 + rng.integer(10));
    selectedValue = low;
  }
  if (shape === "love-hate") valueOf = () => other;
  if (shape === "obfuscated") {
    pool = top;
    const noise = 0.3 * rng.uniform();
    valueOf = (i, r) => averageOf(i, r) + (r.uniform() < noise ? 2 * r.normal() : 0);
  }
  const shifted = shape === "obfuscated" ? 0.5 * rng.uniform() : 0;
  const step = clean.scale.step;
  return Array.from({ length: count }, (_, a) => {
    const r = rng.fork(a);
    const fillers = Math.max(2, Math.round(base * Math.exp(wobble * r.normal())));
    const target = () => (r.uniform() < shifted ? end + (nuke ? step : -step) : end);
    const own = selected.slice(0, fillers);
    const rest = pool.filter((i) => !own.includes(i));
    let items = Array.from(r.sample(rest.length, Math.min(rest.length, fillers - own.length)), (k) => rest[k]);
    let values = items.map((i) => valueOf(i, r));
    if (shape === "optimised") {
      // Mimicry: what a genuine account rated, the best known of it first, at about the items' means, a few raised to draw neighbours near.
      const model = profiles[r.integer(profiles.length)].filter((p) => !isTarget.has(clean.item[p]));
      const taken = Array.from(r.sample(model.length, Math.min(model.length, fillers)), (k) => model[k]);
      items = taken.map((p) => clean.item[p]);
      values = taken.map((p) => (r.uniform() < 0.2 ? end : (clean.value[p] + itemMean[clean.item[p]]) / 2 + 0.5 * r.normal()));
    }
    return {
      items: [...targets, ...own, ...items],
      values: [...targets.map(target), ...own.map(() => selectedValue), ...values.map((v) => nearestRating(clean.scale, v))],
    };
  });
}

/** Hired accounts: two to eight reviews each at one end of the scale, of promoted items that overlapping sets of them share, and some honest cover. */
function workers(scene, count, rng) {
  const { clean, rated, popular, profiles, itemCount } = scene;
  const end = rng.uniform() < 0.85 ? clean.scale.high : clean.scale.low;
  const rare = rated.filter((i) => itemCount[i] <= itemCount[popular[popular.length >> 2]]);
  const jobs = Math.max(2, Math.round((count / (5 + 20 * rng.uniform())) * 2));
  const promoted = Array.from(rng.sample(rare.length, Math.min(rare.length, jobs)), (k) => rare[k]);
  const cover = 0.5 * rng.uniform();
  const softened = 0.2 * rng.uniform();
  const reach = Math.min(promoted.length, 8 + rng.integer(8));
  return Array.from({ length: count }, (_, a) => {
    const r = rng.fork(a);
    const reviews = 2 + r.integer(7);
    const from = r.integer(promoted.length);
    const near = Array.from({ length: reach }, (_, k) => promoted[(from + k) % promoted.length]);
    const paid = Math.max(2, Math.round(reviews * (1 - cover)));
    const jobItems = Array.from(r.sample(near.length, Math.min(near.length, paid)), (k) => near[k]);
    const honest = profiles[r.integer(profiles.length)].filter((p) => !jobItems.includes(clean.item[p]));
    const covers = Array.from(r.sample(honest.length, Math.min(honest.length, reviews - jobItems.length)), (k) => honest[k]);
    const step = end === clean.scale.high ? -clean.scale.step : clean.scale.step;
    return {
      items: [...jobItems, ...covers.map((p) => clean.item[p])],
      values: [...jobItems.map(() => (r.uniform() < softened ? end + step : end)), ...covers.map((p) => clean.value[p])],
    };
  });
}

/**
 * What review sites find where a third of all accounts are bought: one to ten ratings each, in campaigns of three to a dozen items that share some items and
 * some accounts, at an end of the scale or a step from it, and honest cover. A third of the promoted items are as popular as any, the others are rare.
 */
function crowd(scene, count, rng) {
  const { clean, rated, popular, profiles } = scene;
  const { low, high, step } = clean.scale;
  const campaigns = Math.max(2, Math.round(count / (8 + 22 * rng.uniform())));
  const rare = popular.slice(popular.length >> 1);
  const drawn = (r) => (r.uniform() < 1 / 3 ? rated[r.integer(rated.length)] : rare[r.integer(rare.length)]);
  const lists = [];
  for (let c = 0; c < campaigns; c++) {
    const r = rng.fork(`campaign/${c}`);
    const shared = c > 0 && r.uniform() < 0.5 ? lists[r.integer(c)].items.slice(0, 1 + r.integer(3)) : [];
    const own = Array.from({ length: 3 + r.integer(8) }, () => drawn(r));
    lists.push({ items: [...new Set([...shared, ...own])], end: r.uniform() < 0.85 ? high : low, softened: 0.25 * r.uniform() });
  }
  const cover = 0.5 * rng.uniform();
  return Array.from({ length: count }, (_, a) => {
    const r = rng.fork(a);
    const reviews = Math.min(10, 1 + Math.floor(-3.5 * Math.log(1 - r.uniform())));
    const honest = r.uniform() < 0.5 ? 0 : Math.round(2 * cover * reviews * r.uniform());
    const profile = new Map();
    for (let jobs = 0; profile.size < Math.max(1, reviews - honest) && jobs < 4; jobs++) {
      const { items, end, softened } = lists[jobs === 0 ? a % campaigns : r.integer(campaigns)];
      const inward = end === high ? -step : step;
      const paid = Math.min(items.length, Math.max(1, reviews - honest - profile.size));
      for (const k of r.sample(items.length, paid)) profile.set(items[k], r.uniform() < softened ? end + inward : end);
    }
    const model = profiles[r.integer(profiles.length)].filter((p) => !profile.has(clean.item[p]));
    for (const k of r.sample(model.length, Math.min(model.length, honest))) profile.set(clean.item[model[k]], clean.value[model[k]]);
    return { items: [...profile.keys()], values: [...profile.values()] };
  });
}

/** The same ratings without how much: who chose what. */
export function withoutValues(ratings) {
  return { ...ratings, value: ratings.value.map(() => 1), scale: { low: 1, high: 1, step: 0 } };
}
