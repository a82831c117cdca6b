import { selectInPlace } from "../../numeric/orders/select.ts";

/** How odd accounts are beside those of as many ratings that did not cast a vote. */
export interface Oddness {
  /** Not below 0, higher = odder; −1 = not known. Shape: [users]. */
  readonly values: Float64Array;
  /** Accounts that are judged, by rising number of ratings. */
  readonly byLength: Int32Array;
}

/** Accounts on either side, by number of ratings, of which the middle is what is usual for so many ratings. */
export const halfWindow = 40;
/** Shares of the others, by which of them is oddest, and the part of the accounts that is of each but not of the one before. */
const edges = [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 1];
/** Edges at which accounts are counted for the strength of a group. */
const counted = 7;
const fewest = 3;

/**
 * Share of those that did not vote that are at least as odd for their number of ratings; 1 where it is not known, and where nobody asks.
 * Shapes: isVoter, result [users]; asked [any], all accounts that are judged unless given.
 */
export function tailsAmong({ values: raw, byLength }: Oddness, isVoter: Uint8Array, leastMiddle = 1e-9, asked = byLength): Float64Array {
  const out = new Float64Array(raw.length).fill(1);
  const known = new Int32Array(byLength.length);
  const rest = new Float64Array(byLength.length);
  let count = 0;
  let others = 0;
  for (let k = 0; k < byLength.length; k++) {
    const u = byLength[k];
    if (!(raw[u] >= 0)) continue;
    known[count++] = u;
    if (isVoter[u] === 0) rest[others++] = raw[u];
  }
  if (others < 2 * halfWindow) return out;
  const over = new Float64Array(raw.length);
  const window = new Float64Array(Math.min(others, 2 * halfWindow + 1));
  // Of those that did not vote, those that are odd at all: all others are at least as odd as nobody is.
  const values = new Float64Array(others);
  let odd = 0;
  let middle = leastMiddle;
  for (let k = 0, next = 0; k < count; k++) {
    const u = known[k];
    // Of a run of 16 accounts one middle stands for all.
    if (k % 16 === 0) {
      const from = Math.max(0, Math.min(others - window.length, next - halfWindow));
      for (let j = 0; j < window.length; j++) window[j] = rest[from + j];
      middle = Math.max(leastMiddle, selectInPlace(window, window.length, window.length >> 1));
    }
    over[u] = raw[u] / middle;
    if (isVoter[u] !== 0) continue;
    next++;
    if (over[u] > 0) values[odd++] = over[u];
  }
  const rising = values.subarray(0, odd).sort();
  for (let k = 0; k < asked.length; k++) {
    const u = asked[k];
    if (raw[u] >= 0) out[u] = Math.min(1, ((over[u] > 0 ? countFrom(rising, over[u]) : others) + isVoter[u]) / others);
  }
  return out;
}

/** How many of rising values are at least this. */
function countFrom(values: Float64Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < least) low = middle + 1;
    else high = middle;
  }
  return values.length - low;
}

/** Odd accounts among some, more of them than of all others. */
export interface OddGroup {
  /** Probability that an account is of those. Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** How many are among the share of all others that is oddest, and how many would be by that share. */
  readonly found: number;
  readonly usual: number;
}

/** By local false discovery rates over the edges, the share of innocents taken from the half that is least odd (Storey 2002). Shape: tails [users]. */
export function oddAmong(accounts: Int32Array, tails: Float64Array): OddGroup | null {
  const count = accounts.length;
  const within = edges.map(() => 0);
  const binOf = (u: number): number => edges.findIndex((edge) => tails[u] <= edge);
  for (const u of accounts) within[Math.min(edges.length - 1, Math.max(0, binOf(u)))]++;
  let [best, found, usual, sum] = [0, 0, 0, 0];
  for (let e = 0; e < counted; e++) {
    sum += within[e];
    const expected = edges[e] * count;
    const gain = sum > expected ? sum * Math.log(sum / expected) - sum + expected : 0;
    if (gain > best) [best, found, usual] = [gain, sum, expected];
  }
  if (found < fewest) return null;
  const innocent = Math.min(1, (within[edges.length - 1] + 1) / (0.5 * count));
  const chances = within.map((own, e) => {
    const expected = innocent * count * (edges[e] - (e > 0 ? edges[e - 1] : 0));
    return own > 0 ? Math.max(0, 1 - expected / own) : 0;
  });
  // Who is less odd is no likelier to be of the group.
  for (let e = 1; e < chances.length; e++) chances[e] = Math.min(chances[e], chances[e - 1] > 0 ? chances[e - 1] : chances[e]);
  const membership = Float64Array.from(accounts, (u) => chances[Math.min(edges.length - 1, Math.max(0, binOf(u)))]);
  const size = membership.reduce((all, m) => all + m, 0);
  return { membership, size, found, usual };
}
