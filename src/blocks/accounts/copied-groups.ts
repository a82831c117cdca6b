import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type Models, likelyModels, mostModels } from "./copied-profiles.ts";
import type { Ballot, Voters } from "./vote-kinds.ts";

/** Accounts behind an item that rate what some other account rates, more of them than of all others. */
export interface CopiedGroup extends Voters {
  /** Probability that an account copies. Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** How many are among the share of all others that copies most, and how many would be by that share. */
  readonly found: number;
  readonly usual: number;
}

const fewest = 3;
/** Shares of the others, by which of them copies most, and the part of the accounts that is of each but not of the one before. */
const edges = [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 1];
/** Edges at which accounts are counted for the strength of a group. */
const counted = 7;
/** A vote of more than this share of the accounts is held against those that did not cast it, not against all. */
const largeShare = 0.05;
/** Accounts on either side, by number of ratings, of which the middle is what is usual for so many ratings. */
const halfWindow = 40;

interface Copying {
  readonly models: Models;
  /** Those of four ratings or more, by rising number of ratings. */
  readonly byLength: Int32Array;
}

/** For each ballot, which of its accounts rate what some other account rates (copied-profiles.ts) more closely than accounts of as many ratings that did not cast that vote. */
export function copiedGroups(ratings: Ratings, ballots: readonly Ballot[], models = likelyModels(ratings)): CopiedGroup[] {
  const users = ratings.users.length;
  const starts = startsByUser(ratings);
  const lengths = Float64Array.from(ratings.users, (_, u) => starts[u + 1] - starts[u]);
  const byLength = orderBy(lengths).filter((u) => lengths[u] >= fewestRatings);
  if (byLength.length < 2 * halfWindow) return [];
  const copying = { models, byLength };
  const isVoter = new Uint8Array(users);
  const whole = tailsAmong(copying, isVoter);
  const out: CopiedGroup[] = [];
  for (const { item, value, accounts: all } of ballots) {
    const accounts = all.filter((u) => lengths[u] >= fewestRatings);
    if (accounts.length < fewest || accounts.length > 0.9 * byLength.length) continue;
    let tails = whole;
    if (accounts.length > largeShare * users) {
      for (const u of accounts) isVoter[u] = 1;
      tails = tailsAmong(copying, isVoter);
      for (const u of accounts) isVoter[u] = 0;
    }
    const group = groupOf(accounts, tails);
    if (group !== null) out.push({ item, value, accounts, ...group });
  }
  return out;
}

const fewestRatings = 4;

/**
 * Share of those that did not vote that copy at least as much for their number of ratings; 1 for accounts all of whose models voted. Shapes: isVoter, result [users].
 */
function tailsAmong({ models, byLength }: Copying, isVoter: Uint8Array): Float64Array {
  const nats = natsOf(models, isVoter);
  const known = byLength.filter((u) => nats[u] >= 0);
  const others = known.filter((u) => isVoter[u] === 0);
  const out = new Float64Array(nats.length).fill(1);
  if (others.length < 2 * halfWindow) return out;
  const over = new Float64Array(nats.length);
  const window = new Float64Array(Math.min(others.length, 2 * halfWindow + 1));
  let middle = 1;
  for (let k = 0, next = 0; k < known.length; k++) {
    const u = known[k];
    // Of a run of 16 accounts one middle stands for all.
    if (k % 16 === 0) {
      const from = Math.max(0, Math.min(others.length - window.length, next - halfWindow));
      for (let j = 0; j < window.length; j++) window[j] = nats[others[from + j]];
      middle = Math.max(1, window.sort()[window.length >> 1]);
    }
    over[u] = nats[u] / middle;
    if (isVoter[u] === 0) next++;
  }
  const values = Float64Array.from(others, (u) => over[u]).sort();
  for (let k = 0; k < known.length; k++)
    out[known[k]] = Math.min(1, (countFrom(values, over[known[k]]) + isVoter[known[k]]) / values.length);
  return out;
}

/** What speaks for the likeliest model among those that did not vote; −1 = all did. Shapes: isVoter, result [users]. */
function natsOf({ models, nats }: Models, isVoter: Uint8Array): Float64Array {
  const out = new Float64Array(isVoter.length).fill(-1);
  for (let p = 0; p < models.length; p++) {
    const u = Math.floor(p / mostModels);
    if (models[p] >= 0 && isVoter[models[p]] === 0 && nats[p] > out[u]) out[u] = nats[p];
  }
  return out;
}

/** How many of rising values are at least this. */
function countFrom(values: Float64Array, least: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < least) low = middle + 1;
    else high = middle;
  }
  return values.length - low;
}

/** By local false discovery rates over the edges, the share of innocents taken from the half that copies least (Storey 2002). */
function groupOf(accounts: Int32Array, tails: Float64Array): Omit<CopiedGroup, keyof Voters> | null {
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
  // Who copies less is no likelier to be of the group.
  for (let e = 1; e < chances.length; e++) chances[e] = Math.min(chances[e], chances[e - 1] > 0 ? chances[e - 1] : chances[e]);
  const membership = Float64Array.from(accounts, (u) => chances[Math.min(edges.length - 1, Math.max(0, binOf(u)))]);
  const size = membership.reduce((all, m) => all + m, 0);
  return { membership, size, found, usual };
}
