import { type Ratings, startsByUser } from "../../../core/ratings.ts";
import { orderBy } from "../../../numeric/orders/ranks.ts";
import { type OddGroup, halfWindow, oddAmong, tailsAmong } from "../tail-groups.ts";
import type { Ballot, Voters } from "../vote-kinds.ts";

/** Accounts behind an item that keep a rhythm which few others keep. */
export interface Rhythm extends Voters, OddGroup {
  readonly how: "evenly" | "at once";
}

/** Accounts of fewer ratings, or of fewer different times, keep no rhythm. */
const [fewestRatings, fewestGaps, fewest] = [4, 4, 3];
const largeShare = 0.05;

/**
 * For each ballot, which of its accounts rate at even intervals, or all they rate within a shorter time, than accounts of as many ratings that did not cast that vote (tail-groups.ts). Evenness is one over
 * the deviation of the logarithms of the gaps between different times; haste is one over the time from the first rating to the last, a gap of the finest there is added.
 */
export function rhythms(ratings: Ratings, ballots: readonly Ballot[]): Rhythm[] {
  if (ratings.time === null) return [];
  const users = ratings.users.length;
  const starts = startsByUser(ratings);
  const lengths = Float64Array.from(ratings.users, (_, u) => starts[u + 1] - starts[u]);
  const byLength = orderBy(lengths).filter((u) => lengths[u] >= fewestRatings);
  if (byLength.length < 2 * halfWindow) return [];
  const isVoter = new Uint8Array(users);
  const { evenness, haste } = habits(ratings, starts);
  return [{ how: "evenly", values: evenness } as const, { how: "at once", values: haste } as const].flatMap(({ how, values }) => {
    const oddness = { values, byLength };
    const whole = tailsAmong(oddness, isVoter);
    return ballots.flatMap(({ item, value, accounts: all }) => {
      const accounts = all.filter((u) => lengths[u] >= fewestRatings && values[u] >= 0);
      if (accounts.length < fewest || accounts.length > 0.9 * byLength.length) return [];
      const isLarge = accounts.length > largeShare * users;
      if (isLarge) for (const u of accounts) isVoter[u] = 1;
      const tails = isLarge ? tailsAmong(oddness, isVoter, undefined, accounts) : whole;
      if (isLarge) for (const u of accounts) isVoter[u] = 0;
      const group = oddAmong(accounts, tails);
      return group === null ? [] : [{ item, value, accounts, how, ...group }];
    });
  });
}

/** Shapes: evenness, haste [users]; −1 = not known. */
function habits({ time, users }: Ratings, starts: Int32Array): { evenness: Float64Array; haste: Float64Array } {
  const evenness = new Float64Array(users.length).fill(-1);
  const haste = new Float64Array(users.length).fill(-1);
  const sorted = users.map((_, u) => time!.slice(starts[u], starts[u + 1]).sort());
  let finest = Infinity;
  for (const own of sorted) for (let k = 1; k < own.length; k++) if (own[k] > own[k - 1]) finest = Math.min(finest, own[k] - own[k - 1]);
  sorted.forEach((own, u) => {
    if (own.length < fewestRatings || !Number.isFinite(finest)) return;
    haste[u] = finest / (own[own.length - 1] - own[0] + finest);
    let [count, sum, squares] = [0, 0, 0];
    for (let k = 1; k < own.length; k++) {
      const gap = own[k] - own[k - 1];
      if (gap <= 0) continue;
      const log = Math.log(gap);
      count++;
      sum += log;
      squares += log * log;
    }
    // Times that are counted in no finer steps than the gaps themselves are even by that alone.
    if (count >= fewestGaps && sum / count > Math.log(finest) + 1)
      evenness[u] = 1 / (Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)) + 0.01);
  });
  return { evenness, haste };
}
