import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { votesOf } from "./votes.ts";

/** Accounts of more ratings than this are not added: single votes of theirs prove nothing. */
const mostRatings = 20;
/** Votes of anybody's that hired accounts cast as cover, to each of their own. */
const cover = 0.3;
const rounds = 4;

/**
 * The probability that each account is hired, given some that are: two kinds of accounts, of which each casts the votes that its kind casts (naive Bayes; an
 * account's own votes are left out of what its kind casts), refined by expectation and maximisation from those given. What honest accounts would cast for an
 * item is at least what their other ratings of it foretell, so that an item is not held against its honest raters because all who liked it were given.
 * Takes a dozen steps a rating. Shapes: isHired, isLeftOut (of both kinds: 0 is said of these), out [users].
 */
export function hiredOdds(ratings: Ratings, isHired: Uint8Array, isLeftOut: Uint8Array): Float64Array {
  const { user, users, items } = ratings;
  const starts = startsByUser(ratings);
  const { vote, item, value, starts: voteStarts } = votesOf(ratings);
  const count = voteStarts.length - 1;
  const out = Float64Array.from(isHired, (is, u) => (isLeftOut[u] === 1 ? 0 : is));
  if (!out.some((w) => w > 0)) return out;
  const [hired, honest] = [new Float64Array(count), new Float64Array(count)];
  const ofItem = new Float64Array(items.length);
  const next = new Float64Array(users.length);
  for (let round = 0; round < rounds; round++) {
    for (const tally of [hired, honest, ofItem]) tally.fill(0);
    const ofValue = new Map<number, number>();
    let hiredVotes = 0;
    let honestVotes = 0;
    let hiredCount = 0;
    let honestCount = 0;
    for (let p = 0; p < user.length; p++) {
      const u = user[p];
      if (isLeftOut[u] === 1) continue;
      hired[vote[p]] += out[u];
      honest[vote[p]] += 1 - out[u];
      hiredVotes += out[u];
      honestVotes += 1 - out[u];
    }
    for (let v = 0; v < count; v++) {
      ofItem[item[v]] += honest[v];
      ofValue.set(value[v], (ofValue.get(value[v]) ?? 0) + honest[v]);
    }
    const usualShare = Float64Array.from(value, (x) => Math.min(0.9, ofValue.get(x)! / Math.max(1, honestVotes)));
    for (let u = 0; u < users.length; u++) {
      if (isLeftOut[u] === 1) continue;
      hiredCount += out[u];
      honestCount += 1 - out[u];
    }
    for (let u = 0; u < users.length; u++) {
      const length = starts[u + 1] - starts[u];
      next[u] = out[u];
      if (isLeftOut[u] === 1 || length === 0 || (length > mostRatings && isHired[u] === 0)) continue;
      const own = out[u];
      const others = Math.max(0, hiredVotes - own * length);
      const rest = Math.max(0, honestVotes - (1 - own) * length);
      let log = Math.log((Math.max(0, hiredCount - own) + 0.5) / (Math.max(0, honestCount - (1 - own)) + 0.5));
      for (let p = starts[u]; p < starts[u + 1]; p++) {
        const v = vote[p];
        const seen = Math.max(0, honest[v] - (1 - own));
        const otherwise = Math.max(0, ofItem[item[v]] - honest[v]);
        const foretold = (otherwise * usualShare[v]) / (1 - usualShare[v]);
        const usual = (Math.max(seen, foretold) + 0.5) / (rest + 0.5 * count);
        log += Math.log(Math.max(0, hired[v] - own) / Math.max(1, others) / usual + cover) - Math.log(1 + cover);
      }
      next[u] = 1 / (1 + Math.exp(-Math.max(-500, Math.min(500, log))));
    }
    out.set(next);
  }
  return out;
}
