import { type AccountGroup, accountGroups, usualLogDensity } from "../../blocks/ratings/account-groups.ts";
import { accountTraits } from "../../blocks/ratings/account-traits.ts";
import type { Ratings } from "../../core/ratings.ts";
import type { AccountDetector, AccountScores } from "../../core/recommender.ts";

/** What a group must gain to be held for an attack, in nats: in all, and for each account over a kind as frequent elsewhere. Set by hand. */
const [leastGain, leastEnrichmentEach] = [80, 2];

/** What an account scores at most for being unusual by itself, and the nats at which it scores half of that. */
const [mostAlone, halfAlone] = [0.4, 20];

/**
 * An account scores membership · s / (1 + s) in the group where that is highest, s = min(gain / 80, gain each / ln accounts, enrichment each / 2): 0.5
 * is where a group is held for an attack. The middle bound is Markov's: of accounts drawn from the population, at most one in expectation is n times as
 * likely under a given kind, n their number. It holds as far as the population is what the model takes it for, independent t traits once correlations
 * are taken out; the other two guard where it is not, with people who rate rare items above all.
 */
export const accountEvidence: AccountDetector<Record<string, never>> = {
  kind: "detector",
  id: "account-evidence",
  title: "Groups of accounts of one kind behind an item",
  summary:
    "Finds items that a group of accounts rates alike at an end of the scale and whose members are of one kind, unlike other accounts in seven traits.",
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
  const traits = accountTraits(ratings);
  const values = usualLogDensity(traits).map((log) => (mostAlone * Math.max(0, -log)) / (halfAlone + Math.max(0, -log)));
  const strongest = new Map<number, AccountGroup>();
  const leastGainEach = Math.log(Math.max(2, ratings.users.length));
  for (const group of accountGroups(ratings, traits)) {
    const { accounts, membership, size, gain, enrichment } = group;
    const strength = Math.max(0, Math.min(gain / leastGain, gain / size / leastGainEach, enrichment / size / leastEnrichmentEach));
    const weight = strength / (1 + strength);
    accounts.forEach((u, j) => {
      if (membership[j] * weight <= values[u]) return;
      values[u] = membership[j] * weight;
      strongest.set(u, group);
    });
  }
  const reason = (account: number): string | null => {
    const group = strongest.get(account);
    if (group === undefined) return null;
    const { size, item, value } = group;
    return `about ${size.toFixed(0)} accounts of one kind, it among them, gave "${ratings.items[item]}" the rating ${value}`;
  };
  return { values, reason };
}
