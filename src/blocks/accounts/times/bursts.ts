import { positionsByKey } from "../../../numeric/orders/positions-by-key.ts";
import { type Ratings, startsByUser } from "../../../core/ratings.ts";
import type { Ballot } from "../vote-kinds.ts";
import type { Clock, Clocks } from "./clocks.ts";
import type { TimedGroup } from "./timed-groups.ts";

/** Accounts of a ballot that a window may hold. */
const sizes = [3, 4, 5, 6, 8, 10, 13, 17, 22, 30, 40, 55, 75, 100, 150, 220, 330, 500];
/** A window is held against so many of its lengths before it, and after it. */
const around = 2;

interface Window {
  readonly from: number;
  readonly count: number;
  readonly expected: number;
  readonly gain: number;
}

/**
 * For each ballot the window of time in which more of its accounts came, or cast this vote, than foretold: k log (k / λ) − k + λ nats (a scan statistic: Kulldorff 1997). Time is counted in accounts that came and ratings
 * that were given, so that what all of the site did together is nobody's burst; λ is what the ballot's n accounts would have in such a window, or more where the time before it or after it, or those who gave the item
 * other ratings, foretell more: items have their days.
 *
 * Takes some twenty steps an account of a ballot.
 */
export function bursts(ratings: Ratings, ballots: readonly Ballot[], { arrivals, flow }: Clocks): TimedGroup[] {
  const starts = startsByUser(ratings);
  const ratersOf = positionsByKey(ratings.item, ratings.items.length);
  const out: TimedGroup[] = [];
  for (const { item, value, accounts } of ballots) {
    if (accounts.length < sizes[0]) continue;
    const voted = new Set(accounts);
    const others = ratersOf[item].filter((p) => !voted.has(ratings.user[p]));
    const votes = Int32Array.from(accounts, (u) => place(ratings, starts, u, item));
    const came = burstOn(
      arrivals,
      accounts,
      others.map((p) => ratings.user[p]),
    );
    const cast = burstOn(flow, votes, others);
    const best = cast === null || (came !== null && came.gain >= cast.gain) ? came : cast;
    if (best === null) continue;
    const order = inOrder(best === came ? arrivals : flow, best === came ? accounts : votes);
    const members = order.slice(best.from, best.from + best.count).map((k) => accounts[k]);
    out.push({
      ...{ item, value, accounts: members.sort(), how: best === came ? "came" : "cast" },
      gain: best.gain,
      chance: best.expected / best.count,
    });
  }
  return out;
}

/** Where an account rated an item: its ratings are in the order of items. */
function place({ item }: Ratings, starts: Int32Array, user: number, wanted: number): number {
  let [low, high] = [starts[user], starts[user + 1] - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (item[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

const inOrder = ({ first }: Clock, things: Int32Array): Int32Array =>
  Int32Array.from(things.keys()).sort((a, b) => first[things[a]] - first[things[b]] || a - b);

/** Shapes: things [n], others [any], both places on the clock. */
function burstOn(clock: Clock, things: Int32Array, others: Int32Array): Window | null {
  const order = inOrder(clock, things);
  const n = order.length;
  const firsts = Int32Array.from(order, (k) => clock.first[things[k]]);
  const lasts = Int32Array.from(order, (k) => clock.last[things[k]]);
  const rest = Int32Array.from(others, (p) => clock.first[p]).sort();
  let best: Window | null = null;
  for (let s = 0; s < sizes.length && sizes[s] <= n; s++) {
    // Between two sizes nothing is lost but a part of a window; the whole ballot is a window too.
    const count = s + 1 < sizes.length && sizes[s + 1] > n ? n : sizes[s];
    for (const size of count === sizes[s] ? [count] : [sizes[s], count])
      for (let from = 0; from + size <= n; from++) {
        const begin = firsts[from];
        const end = lasts[from + size - 1] + 1;
        const width = (end - begin) / clock.things;
        let expected = n * width;
        if (gainOf(size, expected) <= (best?.gain ?? 0)) continue;
        const reach = around * (end - begin);
        const before = from - below(firsts, begin - reach);
        const after = below(firsts, end + reach) - from - size;
        expected = Math.max(expected, Math.max(before, after) / around);
        const within = below(rest, end) - below(rest, begin);
        if (within > 0) expected = Math.max(expected, (within * n) / rest.length);
        const gain = gainOf(size, expected);
        if (gain > (best?.gain ?? 0)) best = { from, count: size, expected, gain };
      }
  }
  return best;
}

const gainOf = (count: number, expected: number): number => (count > expected ? count * Math.log(count / expected) - count + expected : 0);

/** How many of rising values are less. */
function below(values: Int32Array, bound: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
