import { judgeCopies } from "../../blocks/accounts/judge-groups.ts";
import { clocksOf } from "../../blocks/accounts/times/clocks.ts";
import { type Rhythm, rhythms } from "../../blocks/accounts/times/rhythms.ts";
import { type JudgedGroups, noTimes, scoreTimedGroups } from "../../blocks/accounts/times/timed-groups.ts";
import { ballotsOf, middleBallotsOf } from "../../blocks/accounts/vote-kinds.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";

/** How sure members of a group are, and its least strength: whoever rates all at once has company among honest ones, while even intervals are hardly anybody's. Set on generated sites and parts of MovieLens-100K. */
const leastSure = 0.8;
const leastOf = { evenly: 9, "at once": 18 };

/**
 * Accounts behind an item that rate at even intervals, or all they rate within a short time, as few others of as many ratings do (rhythms.ts). Held against ratings in the middle of the scale. 0.5 is where a group is held for an attack.
 */
export const ratingRhythm: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "rating-rhythm",
  title: "Accounts that rate by the clock",
  summary:
    "Finds items that more accounts than chance rated alike who rate at even intervals, or rated all they did within a shorter time than others of as many ratings.",
  source: {
    cite: "Theriac 2026; local false discovery rates of Efron 2001 and Storey 2002 against accounts of as many ratings",
    url: "https://doi.org/10.1111/1467-9868.00346",
  },
  params: {},
  data: "ratings",
  effort: "standard",
  readsTimes: true,
  cut: 0.5,
  explain: (ratings) => Promise.resolve(weigh(ratings)),
  score: (ratings) => Promise.resolve(weigh(ratings).values),
};

function weigh(ratings: Ratings): AccountScores {
  if (clocksOf(ratings) === null) return { ...scoreTimedGroups(ratings, []), silence: noTimes };
  const [found, middle] = [rhythms(ratings, ballotsOf(ratings)), rhythms(ratings, middleBallotsOf(ratings))];
  return scoreTimedGroups(
    ratings,
    (["evenly", "at once"] as const).map((how) => judged(of(found, how), of(middle, how), leastOf[how])),
  );
}

const of = (all: readonly Rhythm[], how: Rhythm["how"]): Rhythm[] => all.filter((one) => one.how === how);

function judged(found: readonly Rhythm[], middle: readonly Rhythm[], least: number): JudgedGroups {
  const groups = found.map(({ item, value, how, accounts, membership, size }) => {
    const members = accounts.filter((_, j) => membership[j] > leastSure);
    const sure = membership.reduce((sum, m) => sum + (m > leastSure ? m : 0), 0);
    return { item, value, how, accounts: members, chance: members.length === 0 || size === 0 ? 1 : 1 - sure / members.length };
  });
  return { groups, judgement: judgeCopies(found, middle, Infinity, least) };
}
