import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Ballot, Voters } from "./vote-kinds.ts";
import { type Votes, votesOf } from "./votes.ts";

/** Accounts behind an item that meet elsewhere too, more often than chance would have it. */
export interface Meeting extends Voters {
  /** Probability that an account is of those that meet. Shape: [accounts]. */
  readonly membership: Float64Array;
  readonly size: number;
  /** Other ratings of theirs that are rare votes of two of them at least, and as many as chance would give. */
  readonly met: number;
  readonly chance: number;
}

const fewest = 3;
/** A vote is rare where no more than this share of the accounts, or this many, cast it, and never where more than 300 did. */
const [rareShare, rareCount, rareMost] = [0.03, 20, 300];
/** Ballots of more accounts, and accounts of more ratings, are passed over: what keeps the cost linear. */
const [mostVoters, mostRatings] = [300, 300];
/** From so many votes that two cast nothing follows, and nobody is told from others. */
export const fewMet = 3;
const none = { size: 0, met: 0, chance: 0 };
const rounds = 6;
const mostShare = 0.98;

/**
 * For each ballot: of the voters' other ratings, how many are rare votes that another voter cast as well, held against the share of all ratings that these
 * votes are. A mixture of voters that meet so often and of others that do as chance has it is fitted, by expectation and maximisation.
 * Takes as many steps as the voters have ratings, ballot by ballot; at most 300 a rating.
 */
export function meetings(ratings: Ratings, ballots: readonly Ballot[]): Meeting[] {
  const starts = startsByUser(ratings);
  const votes = votesOf(ratings);
  const total = ratings.user.length;
  const most = Math.min(rareMost, Math.max(rareCount, rareShare * ratings.users.length));
  const rare = rareVotes(starts, votes, most);
  const cast = new Int32Array(votes.starts.length - 1);
  const isKept = Uint8Array.from(ratings.users, (_, u) =>
    Number(starts[u + 1] - starts[u] <= mostRatings && starts[u + 1] - starts[u] > 1),
  );
  const out: Meeting[] = [];
  for (const { item, value, accounts: voters } of ballots) {
    const accounts = voters.filter((u) => isKept[u] === 1);
    if (accounts.length < fewest || accounts.length > mostVoters) continue;
    for (let j = 0; j < accounts.length; j++) {
      const end = rare.starts[accounts[j] + 1];
      for (let k = rare.starts[accounts[j]]; k < end; k++) if (votes.item[rare.vote[k]] !== item) cast[rare.vote[k]]++;
    }
    let weight = 0;
    let all = 0;
    const met = new Float64Array(accounts.length);
    for (let j = 0; j < accounts.length; j++) {
      const end = rare.starts[accounts[j] + 1];
      for (let k = rare.starts[accounts[j]]; k < end; k++) {
        const v = rare.vote[k];
        if (votes.item[v] === item) continue;
        // Every vote counts once, by the first of its voters here; what chance gives is the mean share, as seen by one voter, of what the others cast.
        weight += (votes.starts[v + 1] - votes.starts[v]) / cast[v];
        if (cast[v] > 1) {
          met[j]++;
          all++;
        }
      }
    }
    const odds = Math.min(0.5, Math.max(1, weight) / total);
    const ballot = { item, value, accounts };
    out.push(all <= fewMet ? { ...ballot, ...none, membership: met.fill(0) } : mixture(ballot, met, otherRatings(starts, accounts), odds));
    for (let j = 0; j < accounts.length; j++) {
      const end = rare.starts[accounts[j] + 1];
      for (let k = rare.starts[accounts[j]]; k < end; k++) cast[rare.vote[k]] = 0;
    }
  }
  return out;
}

function otherRatings(starts: Int32Array, accounts: Int32Array): Float64Array {
  const out = new Float64Array(accounts.length);
  for (let j = 0; j < out.length; j++) out[j] = starts[accounts[j] + 1] - starts[accounts[j]] - 1;
  return out;
}

/** The votes of each account that no more than so many cast. Shapes: starts [users + 1], vote [rare votes cast]. */
function rareVotes(starts: Int32Array, { vote, starts: voteStarts }: Votes, most: number): { starts: Int32Array; vote: Int32Array } {
  const out = { starts: new Int32Array(starts.length), vote: new Int32Array(vote.length) };
  let count = 0;
  for (let u = 0; u + 1 < starts.length; u++) {
    for (let p = starts[u]; p < starts[u + 1]; p++) if (voteStarts[vote[p] + 1] - voteStarts[vote[p]] <= most) out.vote[count++] = vote[p];
    out.starts[u + 1] = count;
  }
  return out;
}

/** Shapes: met, others (ratings besides the ballot's) [accounts]. */
function mixture(ballot: Voters, met: Float64Array, others: Float64Array, odds: number): Meeting {
  const count = met.length;
  const membership = met.map((k) => (k > 0 ? 0.9 : 0.1));
  let size = 0;
  let sum = 0;
  let chance = 0;
  for (let round = 0; round < rounds; round++) {
    size = sum = 0;
    let whole = 0;
    for (let j = 0; j < count; j++) {
      size += membership[j];
      sum += membership[j] * met[j];
      whole += membership[j] * others[j];
    }
    chance = odds * whole;
    const often = Math.min(0.95, Math.max(odds, sum / Math.max(1, whole)));
    const more = Math.log(often / odds);
    const fewer = Math.log((1 - often) / (1 - odds));
    const share = Math.min(mostShare, size / count);
    for (let j = 0; j < count; j++) {
      const log = met[j] * more + (others[j] - met[j]) * fewer;
      const o = (share / (1 - share)) * Math.exp(Math.min(500, log));
      membership[j] = o / (1 + o);
    }
  }
  return { ...ballot, membership, size, met: sum, chance };
}
