import { judgeNats } from "../../blocks/accounts/judge-groups.ts";
import { bursts } from "../../blocks/accounts/times/bursts.ts";
import { clocksOf } from "../../blocks/accounts/times/clocks.ts";
import { counted, noTimes, scoreTimedGroups } from "../../blocks/accounts/times/timed-groups.ts";
import { ballotsOf, middleBallotsOf } from "../../blocks/accounts/vote-kinds.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";

/** Nats an account that the day of an item gives by itself, and the least strength of a burst. Set on generated sites and parts of MovieLens-100K. */
const [taste, least] = [1.5, 22];

/**
 * Accounts behind an item that came, or gave it that rating, within one window of time (bursts.ts). How strong innocent bursts are is told by ratings in the middle of the scale, which nobody buys. 0.5 is where a burst is held for an attack.
 */
export const ratingBursts: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "rating-bursts",
  title: "Accounts that come or rate together",
  summary:
    "Finds items that more accounts than chance rated alike who came, or rated them, close behind each other, beside what all of the site did then.",
  source: {
    cite: "Kulldorff 1997, A spatial scan statistic, Communications in Statistics 26(6); that spammers come in bursts: Fei et al. 2013, ICWSM",
    url: "https://doi.org/10.1080/03610929708831995",
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
  const clocks = clocksOf(ratings);
  if (clocks === null) return { ...scoreTimedGroups(ratings, []), silence: noTimes };
  const groups = bursts(ratings, ballotsOf(ratings), clocks);
  const judgement = judgeNats(groups.map(counted), bursts(ratings, middleBallotsOf(ratings), clocks).map(counted), { taste, least });
  return scoreTimedGroups(ratings, [{ groups, judgement }]);
}
