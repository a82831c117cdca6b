// When ratings were given: a law for sites whose times are not known, and hours that fake accounts keep.
import { orderBy } from "../../dist/numeric/orders/ranks.js";

const [day, hour] = [86_400, 3_600];
export const habits = ["burst", "drip", "order", "first", "clock", "at-once", "mimic"];

/**
 * Times for ratings without any: accounts come over a year that grows, with busy hours and one day in the press; most rate once, some come back; a third of the items
 * came out during that year and are rated from then on, most in the first weeks; half of the accounts go through what the site shows first.
 */
export function withSiteTimes(ratings, rng) {
  const span = 365 * day;
  const start = 1.5e9;
  const press = start + span * (0.2 + 0.6 * rng.uniform());
  const law = rng.fork("items");
  const out = Float64Array.from(ratings.items, () => (law.uniform() < 1 / 3 ? start + span * law.uniform() : 0));
  const counts = new Float64Array(ratings.items.length);
  for (const i of ratings.item) counts[i]++;
  const time = new Float64Array(ratings.user.length);
  for (let u = 0, p = 0; u < ratings.users.length; u++) {
    const r = rng.fork("account").fork(u);
    let came = start + span * Math.sqrt(r.uniform());
    if (r.uniform() < 0.08) came = press + day * r.uniform();
    came = Math.floor(came / day) * day + hour * ((20 + 5 * r.normal() + 24) % 24);
    const from = p;
    while (p < ratings.user.length && ratings.user[p] === u) p++;
    const showsFirst = r.uniform() < 0.5;
    const order = orderBy(
      Float64Array.from({ length: p - from }, (_, k) =>
        showsFirst ? -counts[ratings.item[from + k]] * (1 + 0.1 * r.normal()) : r.uniform(),
      ),
    );
    const sessions = r.uniform() < 0.6 ? 1 : 2 + r.integer(6);
    let now = came;
    for (let k = 0; k < order.length; k++) {
      now += Math.exp(2.7 + 1.1 * r.normal());
      if (sessions > 1 && r.uniform() < sessions / order.length) now += day * 20 * r.uniform();
      const release = out[ratings.item[from + order[k]]];
      time[from + order[k]] = Math.round(now >= release ? now : release - 9 * day * Math.log(1 - r.uniform()));
    }
  }
  return { ...ratings, time };
}

/** Times of the last accounts of ratings: each of their groups would share a habit, here all of them do. */
export function withFakeTimes(ratings, fakes, habit, rng) {
  const genuine = ratings.users.length - fakes;
  const time = ratings.time.slice();
  const starts = new Int32Array(ratings.users.length + 1);
  for (const u of ratings.user) starts[u + 1]++;
  for (let u = 0; u < ratings.users.length; u++) starts[u + 1] += starts[u];
  const known = Array.from({ length: genuine }, (_, u) => u).filter((u) => starts[u + 1] - starts[u] > 1);
  const [low, high] = [0, starts[genuine]].map((_, k) => bound(time.subarray(0, starts[genuine]), k));
  // The item that most of the accounts rated stands for what they came for.
  const votes = new Float64Array(ratings.items.length);
  for (let p = starts[genuine]; p < ratings.item.length; p++) votes[ratings.item[p]]++;
  const target = votes.indexOf(votes.reduce((a, b) => Math.max(a, b)));
  const [window, when] = [hour * Math.exp(3.2 * rng.uniform()), low + (high - low) * rng.uniform()];
  const [gap, jitter] = [20 * Math.exp(3 * rng.uniform()), 0.1 * rng.uniform()];
  const rank = rng.sample(ratings.items.length, ratings.items.length);
  const targetFirst = rng.uniform() < 0.6;
  for (let u = genuine; u < ratings.users.length; u++) {
    const r = rng.fork(u);
    const model = known[r.integer(known.length)];
    const own = time.slice(starts[model], starts[model + 1]).sort();
    const gaps = Array.from({ length: starts[u + 1] - starts[u] }, () => {
      const k = 1 + r.integer(own.length - 1);
      return own[k] - own[k - 1];
    });
    let came = own[0];
    let order = Array.from(r.sample(gaps.length, gaps.length));
    if (habit === "burst") {
      came = when + window * r.uniform();
      gaps.forEach((_, k) => (gaps[k] = Math.min(gaps[k], 600)));
    }
    if (habit === "order") order.sort((a, b) => rank[ratings.item[starts[u] + a]] - rank[ratings.item[starts[u] + b]]);
    if (habit === "clock") gaps.forEach((_, k) => (gaps[k] = gap * (1 + jitter * r.normal())));
    if (habit === "at-once") gaps.forEach((_, k) => (gaps[k] = 1 + 2 * r.uniform()));
    if (habit === "first") {
      const at = order.findIndex((k) => ratings.item[starts[u] + k] === target);
      if (at >= 0) {
        const [k] = order.splice(at, 1);
        order = targetFirst ? [k, ...order] : [...order, k];
      }
    }
    let now = came;
    for (let k = 0; k < order.length; k++) {
      time[starts[u] + order[k]] = Math.round(now);
      now += gaps[k];
    }
    if (habit === "drip")
      for (let p = starts[u]; p < starts[u + 1]; p++) if (ratings.item[p] === target) time[p] = Math.round(when + window * r.uniform());
  }
  return { ...ratings, time };
}

const bound = (values, k) => values.reduce((a, b) => (k === 0 ? Math.min(a, b) : Math.max(a, b)));
