import { type Ratings, startsByUser } from "../../core/ratings.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import { type Models, likelyModels, mostModels } from "./copied-profiles.ts";
import { type OddGroup, halfWindow, oddAmong, tailsAmong } from "./tail-groups.ts";
import type { Ballot, Voters } from "./vote-kinds.ts";

/** Accounts behind an item that rate what some other account rates, more of them than of all others. */
export interface CopiedGroup extends Voters, OddGroup {}

const fewest = 3;
/** A vote of more than this share of the accounts is held against those that did not cast it, not against all. */
const largeShare = 0.05;

/** For each ballot, which of its accounts rate what some other account rates (copied-profiles.ts) more closely than accounts of as many ratings that did not cast that vote. */
export function copiedGroups(ratings: Ratings, ballots: readonly Ballot[], models = likelyModels(ratings)): CopiedGroup[] {
  const users = ratings.users.length;
  const starts = startsByUser(ratings);
  const lengths = Float64Array.from(ratings.users, (_, u) => starts[u + 1] - starts[u]);
  const byLength = orderBy(lengths).filter((u) => lengths[u] >= fewestRatings);
  if (byLength.length < 2 * halfWindow) return [];
  /** Nats of one and less are no more than none. */
  const tailsOf = (voters: Uint8Array, asked?: Int32Array): Float64Array =>
    tailsAmong({ values: natsOf(models, voters), byLength }, voters, 1, asked);
  const isVoter = new Uint8Array(users);
  const whole = tailsOf(isVoter);
  const out: CopiedGroup[] = [];
  for (const { item, value, accounts: all } of ballots) {
    const accounts = all.filter((u) => lengths[u] >= fewestRatings);
    if (accounts.length < fewest || accounts.length > 0.9 * byLength.length) continue;
    let tails = whole;
    if (accounts.length > largeShare * users) {
      for (const u of accounts) isVoter[u] = 1;
      tails = tailsOf(isVoter, accounts);
      for (const u of accounts) isVoter[u] = 0;
    }
    const group = oddAmong(accounts, tails);
    if (group !== null) out.push({ item, value, accounts, ...group });
  }
  return out;
}

const fewestRatings = 4;

/** What speaks for the likeliest model among those that did not vote; −1 = all did. Shapes: isVoter, result [users]. */
function natsOf({ models, nats }: Models, isVoter: Uint8Array): Float64Array {
  const out = new Float64Array(isVoter.length).fill(-1);
  for (let u = 0, p = 0; u < out.length; u++) {
    for (const end = p + mostModels; p < end; p++) if (models[p] >= 0 && isVoter[models[p]] === 0 && nats[p] > out[u]) out[u] = nats[p];
  }
  return out;
}
