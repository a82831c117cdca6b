import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Ballot, Voters } from "./vote-kinds.ts";
import { votesOf } from "./votes.ts";

/** Accounts behind an item whose other votes are foretold by each other's, better than by how popular each vote is. */
export interface SharedVotes extends Voters {
  /** Probability that an account is of those. Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** Nats by which the others foretell their votes better, over all members. */
  readonly gain: number;
  /** Votes of members that the others foretell better. */
  readonly foretold: number;
}

const fewest = 3;
/** Accounts of more ratings have tastes that foretell them, and traits to judge them by. */
const mostRatings = 20;
/** Ballots of more such accounts are passed over: what keeps the cost linear. */
const mostVoters = 600;
const rounds = 6;
const mostShare = 0.98;
/** Votes at least that the others' own are smoothed with. */
const leastPrior = 5;

/**
 * For each ballot, which of its accounts share votes (an item with a value, of any popularity) beyond a configuration model, in which accounts keep how many votes
 * they cast and votes by how many they are cast. With S other votes of the other members, c of them cast for v, and π the share of v among all votes, an
 * account of the group casts v with probability (c + a π) / (S + a), a Dirichlet's forecast, and any account with probability π: the ratio, multiplied over an account's votes,
 * has a mean of 1 under the null. a = S, so that half of what members cast may be honest cover. Membership is fitted by expectation and maximisation.
 *
 * Takes some dozen steps a rating and ballot of an account of at most 20 ratings.
 */
export function sharedVotes(ratings: Ratings, ballots: readonly Ballot[]): SharedVotes[] {
  const starts = startsByUser(ratings);
  const votes = votesOf(ratings);
  const total = ratings.user.length;
  const cast = new Float64Array(votes.starts.length - 1);
  const out: SharedVotes[] = [];
  for (const { item, value, accounts: all } of ballots) {
    const accounts = all.filter((u) => starts[u + 1] - starts[u] <= mostRatings && starts[u + 1] - starts[u] > 1);
    const count = accounts.length;
    if (count < fewest || count > mostVoters) continue;
    const membership = new Float64Array(count).fill(0.5);
    const log = new Float64Array(count);
    const foretoldOf = new Float64Array(count);
    for (let round = 0; round < rounds; round++) {
      let size = 0;
      let sum = 0;
      for (let j = 0; j < count; j++) {
        size += membership[j];
        for (let p = starts[accounts[j]]; p < starts[accounts[j] + 1]; p++) {
          if (ratings.item[p] === item) continue;
          cast[votes.vote[p]] += membership[j];
          sum += membership[j];
        }
      }
      for (let j = 0; j < count; j++) {
        const own = membership[j];
        const others = Math.max(0, sum - own * (starts[accounts[j] + 1] - starts[accounts[j]] - 1));
        const prior = Math.max(leastPrior, others);
        [log[j], foretoldOf[j]] = [0, 0];
        for (let p = starts[accounts[j]]; p < starts[accounts[j] + 1]; p++) {
          if (ratings.item[p] === item) continue;
          const v = votes.vote[p];
          const usual = (votes.starts[v + 1] - votes.starts[v]) / total;
          const nats = Math.log((Math.max(0, cast[v] - own) + prior * usual) / ((others + prior) * usual));
          log[j] += nats;
          if (nats > 0) foretoldOf[j]++;
        }
      }
      for (const u of accounts) for (let p = starts[u]; p < starts[u + 1]; p++) cast[votes.vote[p]] = 0;
      const share = Math.min(mostShare, size / count);
      for (let j = 0; j < count; j++) {
        const odds = (share / (1 - share)) * Math.exp(Math.min(500, log[j]));
        membership[j] = odds / (1 + odds);
      }
    }
    let [size, gain, foretold] = [0, 0, 0];
    for (let j = 0; j < count; j++) {
      size += membership[j];
      gain += membership[j] * log[j];
      foretold += membership[j] * foretoldOf[j];
    }
    if (size >= 2) out.push({ item, value, accounts, membership, size, gain, foretold });
  }
  return out;
}
