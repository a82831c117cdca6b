import { type Ratings, startsByUser } from "../../../core/ratings.ts";
import type { Ballot } from "../vote-kinds.ts";
import type { TimedGroup } from "./timed-groups.ts";

const [fewest, fewestRatings] = [3, 4];
/** Items that more than this share of the accounts rated are what a site shows first: coming for them is nobody's plan. */
const wellKnown = 0.05;

/**
 * For each ballot, whether its accounts came for the item: how many rated it first of all, or last, held against one in as many as an account has ratings, or against those who gave it other ratings
 * where they did so more often, or what is usual for items of such popularity (what a site shows to whoever comes). Ratings of one time share the place. Takes a few steps a rating.
 */
export function samePlaces(ratings: Ratings, ballots: readonly Ballot[]): TimedGroup[] {
  if (ratings.time === null) return [];
  return (["first", "last"] as const).flatMap((end) => placesAt(ratings, ballots, end));
}

function placesAt(ratings: Ratings, ballots: readonly Ballot[], end: "first" | "last"): TimedGroup[] {
  const { item, items } = ratings;
  const starts = startsByUser(ratings);
  const share = sharesOf(ratings, starts, end);
  const each = (u: number): number => 1 / (starts[u + 1] - starts[u]);
  const [all, due] = [new Float64Array(items.length), new Float64Array(items.length)];
  const raters = new Float64Array(items.length);
  for (let p = 0; p < item.length; p++) {
    const u = ratings.user[p];
    raters[item[p]]++;
    if (starts[u + 1] - starts[u] < fewestRatings) continue;
    all[item[p]] += share[p];
    due[item[p]] += each(u);
  }
  const usualOf = byPopularity(ratings, all, due);
  const out: TimedGroup[] = [];
  for (const { item: i, value, accounts } of ballots) {
    let [count, expected] = [0, 0];
    const members: number[] = [];
    for (const u of accounts) {
      if (starts[u + 1] - starts[u] < fewestRatings) continue;
      let p = starts[u];
      while (item[p] !== i) p++;
      count += share[p];
      expected += each(u);
      if (share[p] > 0.5) members.push(u);
    }
    if (members.length < fewest || raters[i] > wellKnown * ratings.users.length) continue;
    // What the item's other raters did, a rating's weight of them as chance has it.
    const others = (Math.max(0, all[i] - count) + 1) / (Math.max(0, due[i] - expected) + 1);
    const usual = expected * Math.max(1, others, usualOf(i));
    if (count <= usual) continue;
    const gain = count * Math.log(count / usual) - count + usual;
    out.push({ item: i, value, accounts: Int32Array.from(members), how: end, gain, chance: Math.min(1, usual / count) });
  }
  return out;
}

/** The part of the place that each rating has. Shape: [ratings]. */
function sharesOf({ time, users, user }: Ratings, starts: Int32Array, end: "first" | "last"): Float64Array {
  const share = new Float64Array(user.length);
  for (let u = 0; u < users.length; u++) {
    let bound = end === "first" ? Infinity : -Infinity;
    let count = 0;
    for (let p = starts[u]; p < starts[u + 1]; p++) bound = end === "first" ? Math.min(bound, time![p]) : Math.max(bound, time![p]);
    for (let p = starts[u]; p < starts[u + 1]; p++) count += Number(time![p] === bound);
    for (let p = starts[u]; p < starts[u + 1]; p++) if (time![p] === bound) share[p] = 1 / count;
  }
  return share;
}

/** How much more often than chance the other items of about as many ratings are in that place. Shapes: all, due [items]. */
function byPopularity({ item, items }: Ratings, all: Float64Array, due: Float64Array): (item: number) => number {
  const counts = new Float64Array(items.length);
  for (const i of item) counts[i]++;
  const binOf = (i: number): number => Math.round(2 * Math.log2(1 + counts[i]));
  const bins = 1 + 2 * Math.ceil(Math.log2(2 + item.length));
  const [sumAll, sumDue] = [new Float64Array(bins), new Float64Array(bins)];
  for (let i = 0; i < items.length; i++) {
    sumAll[binOf(i)] += all[i];
    sumDue[binOf(i)] += due[i];
  }
  return (i) => (Math.max(0, sumAll[binOf(i)] - all[i]) + 1) / (Math.max(0, sumDue[binOf(i)] - due[i]) + 1);
}
