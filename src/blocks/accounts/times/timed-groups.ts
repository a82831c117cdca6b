import type { Ratings } from "../../../core/ratings.ts";
import type { AccountScores } from "../../../core/recommender.ts";
import type { Judgement } from "../judge-groups.ts";
import { gave, tellAccounts } from "../tell-group.ts";

/** What accounts behind an item have in common in time: they came, or voted, within one window; it is the first or the last that they rated; they went the same steps; they rate evenly, or all at once. */
export type Habit = "came" | "cast" | "first" | "last" | "steps" | "evenly" | "at once";

/** Accounts that share one. Shape: accounts [members], rising. */
export interface TimedGroup {
  readonly item: number;
  readonly value: number;
  readonly accounts: Int32Array;
  readonly how: Habit;
  /** Nats by which so many of them are more than chance. */
  readonly gain: number;
  /** Chance that one of them is there by chance. */
  readonly chance: number;
}

/** Groups of one sort and what they are worth. */
export interface JudgedGroups {
  readonly groups: readonly Omit<TimedGroup, "gain">[];
  readonly judgement: Judgement;
}

/** Why nothing is said of ratings without times. */
export const noTimes = "the ratings carry no times";

/** Fewer new members than this are no group. */
const fewest = 3;

/**
 * Scores of accounts by the groups they are in, from 0.5 on for those in a group over its cut. Groups are taken strongest first; one most of whose accounts were in a stronger one is that one.
 * Innocence is the group's, as the tail of the judgement foretells it, and that of being there by chance.
 */
export function scoreTimedGroups(ratings: Ratings, sorts: readonly JudgedGroups[]): AccountScores {
  const users = ratings.users.length;
  const values = new Float64Array(users);
  const innocence = new Float64Array(users);
  const groupOf = new Int32Array(users).fill(-1);
  const all = sorts
    .flatMap(({ groups, judgement: { strengths, innocent, cut } }) =>
      groups.map((group, g) => ({ ...group, over: strengths[g] / cut, wrong: Math.min(1, innocent[g]) })),
    )
    .filter(({ over }) => over > 0)
    .sort((a, b) => b.over - a.over || a.item - b.item);
  const kept: (Omit<TimedGroup, "gain" | "chance"> & { innocent: number })[] = [];
  for (const { over, wrong, chance, accounts, ...group } of all) {
    const fresh = accounts.filter((u) => groupOf[u] < 0);
    const isGroup = over >= 1 && fresh.length >= fewest && 2 * fresh.length >= accounts.length;
    const score = isGroup ? 1 + Math.log(over) : Math.min(0.999, over);
    for (const u of fresh) {
      values[u] = Math.max(values[u], score / (1 + score));
      if (!isGroup) continue;
      groupOf[u] = kept.length;
      innocence[u] = 1 - (1 - chance) * (1 - wrong);
    }
    if (isGroup) kept.push({ ...group, accounts: fresh, innocent: fresh.reduce((sum, u) => sum + innocence[u], 0) });
  }
  return {
    values,
    innocence,
    campaigns: kept.map((group) => tellAccounts(ratings, group, wordsOf(ratings, group, true))),
    reason: (account) => {
      if (groupOf[account] < 0) return null;
      const group = kept[groupOf[account]];
      return `about ${group.accounts.length} accounts, it among them, ${wordsOf(ratings, group, false)}`;
    },
  };
}

/** Of several accounts, with when where that is asked. */
function wordsOf(ratings: Ratings, { how, item, value, accounts }: Omit<TimedGroup, "gain" | "chance">, withDays: boolean): string {
  const did = gave(ratings, item, value);
  const when = withDays && (how === "came" || how === "cast") ? windowOf(ratings, accounts, item, how) : "";
  return {
    came: `came close behind each other${when} and ${did}`,
    cast: `${did} close behind each other${when}`,
    first: `${did}, the first that they rated`,
    last: `${did}, the last that they rated`,
    steps: `${did} and went from item to item in the same order`,
    evenly: `${did} and rate at even intervals`,
    "at once": `${did} and rated all they did within a short time`,
  }[how];
}

/** Between which times they came or rated the item, where times are seconds since 1970 as far as their size tells. */
function windowOf({ time, user, item: items }: Ratings, accounts: Int32Array, item: number, how: "came" | "cast"): string {
  const came = new Map<number, number>(Array.from(accounts, (u) => [u, Infinity]));
  for (let p = 0; p < user.length; p++)
    if (came.has(user[p]) && (how === "came" || items[p] === item)) came.set(user[p], Math.min(came.get(user[p])!, time![p]));
  const [first, last] = [Math.min(...came.values()), Math.max(...came.values())];
  const day = 86_400;
  if (!(first > 3650 * day && last < 36_500 * day)) return "";
  const [from, to] = [first, last].map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " "));
  return from === to ? ` (at ${from})` : ` (between ${from} and ${to})`;
}

/** A group as it is judged beside others. */
export const counted = ({ gain, accounts }: TimedGroup): { gain: number; count: number } => ({ gain, count: accounts.length });
