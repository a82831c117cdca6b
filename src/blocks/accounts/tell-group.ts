import { type Ratings, startsByUser } from "../../core/ratings.ts";
import type { Campaign } from "../../core/detector.ts";
import type { PeeledGroup } from "./peel-groups.ts";

/** Items that a group is said to have in common, at most. */
const mostItems = 3;
/** Share of a group that must have rated an item alike for it to be named. */
const leastShare = 0.2;

/** A group as one finding: who, which item, which value, when, and what else most of them rated alike. */
export function tellGroup(ratings: Ratings, { accounts, item, value, by, innocent }: PeeledGroup): Campaign {
  const behind = `${gave(ratings, item, value)}${daysOf(ratings, accounts, item)}`;
  const what = {
    kind: `of one kind ${behind}`,
    apart: "of one kind stand apart from all others",
    meetings: `that meet behind the same items more often than chance ${behind}`,
    copies: `that rate what some other account rates, item by item, ${behind}`,
    votes: `that vote as accounts of other groups do ${behind}`,
  }[by];
  return tellAccounts(ratings, { accounts, item: by === "apart" ? -1 : item, innocent }, what);
}

/** Accounts as a finding: what they did, in words that follow "12 accounts", and what else most of them rated alike besides an item (−1 = none). */
export function tellAccounts(
  ratings: Ratings,
  { accounts, item, innocent }: Pick<PeeledGroup, "accounts" | "item" | "innocent">,
  what: string,
): Campaign {
  const others = commonVotes(ratings, accounts, item)
    .slice(0, mostItems)
    .map(({ item: i, value: v, count }) => `${count} of them ${gave(ratings, i, v)}`);
  const sentence = [`${accounts.length} accounts ${what}`, ...others].join("; ");
  return { subjects: accounts.slice().sort(), sentence, expectedFalseAlarms: innocent };
}

/** What an account did with an item, in words. */
export function gave({ scale, items }: Ratings, item: number, value: number): string {
  return scale.low === scale.high ? `chose "${items[item]}"` : `gave "${items[item]}" the rating ${value}`;
}

/** Items besides the group's own that a fifth of its accounts, three at least, rated alike, most first. */
function commonVotes(ratings: Ratings, accounts: Int32Array, own: number): { item: number; value: number; count: number }[] {
  const starts = startsByUser(ratings);
  const counts = new Map<string, { item: number; value: number; count: number }>();
  for (const u of accounts)
    for (let p = starts[u]; p < starts[u + 1]; p++) {
      const item = ratings.item[p];
      const value = ratings.value[p];
      if (item === own) continue;
      const vote = counts.get(`${item} ${value}`) ?? { item, value, count: 0 };
      counts.set(`${item} ${value}`, vote);
      vote.count++;
    }
  const least = Math.max(3, leastShare * accounts.length);
  return [...counts.values()].filter(({ count }) => count >= least).sort((a, b) => b.count - a.count || a.item - b.item);
}

const [second, day] = [1, 86_400];

/** Between which days they rated the item, where times are seconds since 1970 as far as their size tells. */
export function daysOf(ratings: Ratings, accounts: Int32Array, item: number): string {
  if (ratings.time === null) return "";
  const starts = startsByUser(ratings);
  let [first, last] = [Infinity, -Infinity];
  for (const u of accounts)
    for (let p = starts[u]; p < starts[u + 1]; p++)
      if (ratings.item[p] === item) [first, last] = [Math.min(first, ratings.time[p]), Math.max(last, ratings.time[p])];
  const isSeconds = first > 3650 * day * second && last < 36_500 * day * second;
  if (!isSeconds) return "";
  const [from, to] = [first, last].map((time) => new Date(time * 1000).toISOString().slice(0, 10));
  return from === to ? ` on ${from}` : ` between ${from} and ${to}`;
}
