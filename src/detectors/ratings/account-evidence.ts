import { rawTraits, standardTraits, usualLogDensity } from "../../blocks/ratings/account-traits.ts";
import { growGroups } from "../../blocks/accounts/grow-groups.ts";
import { fewestAccounts, peelGroups } from "../../blocks/accounts/peel-groups.ts";
import { tellGroup } from "../../blocks/accounts/tell-group.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";

/** What an account scores at most for being unusual by itself, and the nats at which it scores half of that. */
const [mostAlone, halfAlone] = [0.3, 20];

/**
 * Evidence of five sorts. Accounts of one kind, narrow in seven traits, that are keener on an item than taste makes kinds (vote-kinds.ts); a kind that stands apart from all others, whatever it rates;
 * accounts behind an item whose other ratings meet on the same rare votes; accounts of few ratings that foretell each other's votes; and accounts behind an item that rate, item by item, what some
 * account that is not behind it rates (copied-groups.ts). All are held against accounts outside the group, and against
 * what the middle of the scale shows, where nobody promotes or buries anything (judge-groups.ts). Groups are taken out one after the other (peel-groups.ts), those that meet are given
 * whoever votes as they do (grow-groups.ts), and what is flagged announces how many innocents to expect. 0.5 is where a group is held for an attack.
 *
 * Takes time linear in the ratings: some 300 steps a rating for meetings, and at most 250 accounts an item for the fits.
 */
export const accountEvidence: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "account-evidence",
  title: "Groups of accounts of one kind behind an item",
  summary:
    "Finds items that a group of accounts rates alike whose members are of one kind, unlike other accounts in seven traits, or meet behind the same rare items.",
  source: {
    cite: "Theriac; the idea that targets give attackers away is that of Zhou et al. 2016, SVM-TIA: a Shilling Attack Detection Method, Neurocomputing",
    url: "https://doi.org/10.1016/j.neucom.2015.12.137",
  },
  params: {},
  data: "ratings",
  cut: 0.5,
  explain: (ratings) => Promise.resolve(weigh(ratings)),
  score: (ratings) => Promise.resolve(weigh(ratings).values),
};

function weigh(ratings: Ratings): AccountScores {
  const traits = rawTraits(ratings);
  const { groups, scores, groupOf, innocence } = growGroups(ratings, peelGroups(ratings, traits));
  const alone = usualLogDensity(standardTraits(traits));
  const values = Float64Array.from(scores, (score, u) => {
    const unusual = Math.max(0, -alone[u]);
    return groupOf[u] >= 0 ? score / (1 + score) : Math.max(score / (1 + score), (mostAlone * unusual) / (halfAlone + unusual));
  });
  const reason = (account: number): string | null => {
    if (groupOf[account] < 0) return null;
    const { accounts, item, value, by } = groups[groupOf[account]];
    const what =
      ratings.scale.low === ratings.scale.high ? `chose "${ratings.items[item]}"` : `gave "${ratings.items[item]}" the rating ${value}`;
    if (by === "apart") return `about ${accounts.length} accounts of one kind, it among them, stand apart from all others`;
    if (by === "kind") return `about ${accounts.length} accounts of one kind, it among them, ${what}`;
    if (by === "copies")
      return `about ${accounts.length} accounts, it among them, ${what} and rate, item by item, what some other account rates`;
    const how = by === "votes" ? "vote as accounts of other groups do" : "meet behind other items more often than chance";
    return `about ${accounts.length} accounts, it among them, ${what} and ${how}`;
  };
  const looked = values.length >= fewestAccounts ? {} : { silence: `among fewer than ${fewestAccounts} accounts nothing is usual` };
  return { values, reason, innocence, campaigns: groups.map((group) => tellGroup(ratings, group)), ...looked };
}
