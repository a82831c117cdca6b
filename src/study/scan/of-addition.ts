import type { Voice } from "../../blocks/outliers/combined-ranking.ts";
import type { Dataset } from "../../core/dataset.ts";
import { incompleteBeta } from "../../numeric/statistics/intervals.ts";
import type { CampaignFinding } from "./scan-result.ts";

/** A rule that flags fewer of the old rows than this is not held against what it flags there. */
const usualShare = 0.001;

/** The chance of as many flags among the new rows, if new and old ones are flagged alike, above which a rule tells nothing of an addition. */
const leastChance = 0.05;

/**
 * Voices of an addition: flags of old rows go, and a rule that flags as large a part of the old rows as of the new ones is silent, since what it sees is how these data are.
 *
 * @param judged 1 for each row that was added. Shape: [rows of the table]
 */
export function ofAddition(voices: readonly Voice[], data: Dataset, judged: Uint8Array): Voice[] {
  const isAdded = data.row.map((row) => judged[row]);
  const added = isAdded.reduce((sum, is) => sum + is, 0);
  const old = isAdded.length - added;
  return voices.map((voice) => {
    const { flagged, scores } = voice;
    if (flagged === null) return voice;
    const own = flagged.map((is, i) => is & isAdded[i]);
    const [before, now] = [flagged.reduce((sum, is, i) => sum + (is & (1 - isAdded[i])), 0), own.reduce((sum, is) => sum + is, 0)];
    if (now > 0 && old > 0 && before >= usualShare * old && asManyByChance(now, before, added, old) > leastChance)
      return {
        ...voice,
        flagged: null,
        silence: `it flags as large a part of the old rows (${before} of ${old}) as of the added ones (${now} of ${added})`,
      };
    const expected = scores.expectedFalseAlarms;
    // Innocents are as likely to be among the old rows.
    const told = expected === undefined ? scores : { ...scores, expectedFalseAlarms: (expected * added) / Math.max(1, added + old) };
    return { ...voice, flagged: own, scores: told };
  });
}

/** P(at least `now` of the flags fall on new rows), if each falls on a new row with the share of these: a binomial tail, which is an incomplete beta. */
function asManyByChance(now: number, before: number, added: number, old: number): number {
  return incompleteBeta(added / (added + old), now, before + 1);
}

/** Groups with an added row, with these alone; how many old rows belong to one is said. */
export function addedCampaigns(campaigns: readonly CampaignFinding[], judged: Uint8Array): CampaignFinding[] {
  return campaigns.flatMap((campaign) => {
    const rows = campaign.rows.filter((row) => judged[row] === 1);
    const old = campaign.rows.length - rows.length;
    if (rows.length === 0) return [];
    const sentence =
      old === 0
        ? campaign.sentence
        : `${campaign.sentence}; with ${old} old ${old === 1 ? "row" : "rows"}, ${rows.length} ${rows.length === 1 ? "is" : "are"} new`;
    return [{ ...campaign, rows, sentence }];
  });
}
