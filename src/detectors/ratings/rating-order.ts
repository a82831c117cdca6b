import { judgeNats } from "../../blocks/accounts/judge-groups.ts";
import { clocksOf } from "../../blocks/accounts/times/clocks.ts";
import { samePlaces } from "../../blocks/accounts/times/same-places.ts";
import { sameSteps } from "../../blocks/accounts/times/same-steps.ts";
import { type JudgedGroups, type TimedGroup, counted, noTimes, scoreTimedGroups } from "../../blocks/accounts/times/timed-groups.ts";
import { type Ballot, ballotsOf, middleBallotsOf } from "../../blocks/accounts/vote-kinds.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";

/** Nats an account that a site's own order of items gives, and the least strength of a group. Set on generated sites and parts of MovieLens-100K. */
const [taste, least] = [0.5, 15];

/**
 * Accounts behind an item that rated it first of all, or last (same-places.ts), or that went from item to item in the same order (same-steps.ts). Held against ratings in the middle of the scale, as all groups are. It
 * ranks and has no cut: on sites that show everybody the same items, groups of innocents reach 0.5, where a group is held for an attack.
 */
export const ratingOrder: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "rating-order",
  title: "Accounts that rate in the same order",
  summary:
    "Finds items that more accounts than chance rated alike as the first or the last of all they rated, or that went from item to item in the same order.",
  source: {
    cite: "Theriac 2026; one in as many ratings as an account has is where chance puts an item, and one in as many is the next of an item",
    url: null,
  },
  params: {},
  data: "ratings",
  effort: "full",
  readsTimes: true,
  explain: (ratings) => Promise.resolve(weigh(ratings)),
  score: (ratings) => Promise.resolve(weigh(ratings).values),
};

function weigh(ratings: Ratings): AccountScores {
  if (clocksOf(ratings) === null) return { ...scoreTimedGroups(ratings, []), silence: noTimes };
  const [ballots, middle] = [ballotsOf(ratings), middleBallotsOf(ratings)];
  const judged = (of: (some: readonly Ballot[]) => TimedGroup[]): JudgedGroups => {
    const groups = of(ballots);
    return { groups, judgement: judgeNats(groups.map(counted), of(middle).map(counted), { taste, least }) };
  };
  return scoreTimedGroups(ratings, [judged((some) => samePlaces(ratings, some)), judged((some) => sameSteps(ratings, some))]);
}
