import type { Voice } from "../../blocks/outliers/combined-ranking.ts";
import type { Dataset } from "../../core/dataset.ts";
import { incompleteBeta } from "../../numeric/statistics/intervals.ts";
import type { CampaignFinding } from "./scan-result.ts";

/** A rule that flags fewer of the old rows than this is heard whatever it flags. */
const usualShare = 0.001;

/** The chance of as many flags among the added rows, if old and new ones are flagged alike, below which a difference is told. */
const leastChance = 0.05;

/** Of a rule that flags at most so much more of the added rows than of the old ones, as a share of the added ones and by the upper bound below, what it flags is not told. */
const leastExcess = 0.01;

/** Standard errors of a one-sided bound of 95 %. */
const oneSided = 1.645;

/**
 * Voices of an addition: flags of old rows go, and how many of the others to expect innocent is told by the rule's rate on the old rows too. A rule is silent only where
 * no difference is told and the added rows are known to hold next to nothing beyond what it flags among the old ones: that none is told does not show by itself that there is none. Groups that hold an added row
 * stay flagged whatever else their rule flags.
 *
 * @param judged 1 for each row that was added. Shape: [rows of the table]
 */
export function ofAddition(voices: readonly Voice[], data: Dataset, judged: Uint8Array): Voice[] {
  const isAdded = data.row.map((row) => judged[row]);
  const added = countOf(isAdded);
  const old = isAdded.length - added;
  return voices.map((voice) => {
    const { flagged, scores } = voice;
    if (flagged === null) return voice;
    const inGroups = groupsWithAdded(voice, data, isAdded);
    const own = flagged.map((is, i) => is & isAdded[i]);
    // Old rows that an added one makes suspicious say nothing of how usual its flags are.
    const usual = flagged.map((is, i) => is & (1 - inGroups[i]));
    const now = countOf(usual.map((is, i) => is & isAdded[i]));
    const before = countOf(usual) - now;
    const expected = expectedOf(scores.expectedFalseAlarms, { before, old, added });
    const told = expected === undefined ? scores : { ...scores, expectedFalseAlarms: expected };
    const excess = now === 0 || before < usualShare * old ? Infinity : mostExcess(now / added, before / old, added, old);
    if (excess <= leastExcess && before > 0 && asManyByChance({ now, before, added, old }) > leastChance) {
      const most = Math.max(0, Math.ceil(excess * added));
      const silence = `not told apart from the old rows: it flags ${before} of ${old} old, ${now} of ${added} added, at most ${most} more than is usual`;
      const ofGroups = own.map((is, i) => is & inGroups[i]);
      return countOf(ofGroups) === 0
        ? { ...voice, flagged: null, silence }
        : { ...voice, flagged: ofGroups, scores: { ...told, findings: [...(told.findings ?? []), `besides its groups ${silence}`] } };
    }
    const count = countOf(own);
    const sureness = expected === undefined || count === 0 ? voice.sureness : Math.min(voice.sureness, Math.max(0, 1 - expected / count));
    return { ...voice, flagged: own, scores: told, sureness };
  });
}

interface OldRate {
  /** Old examples that are flagged, of all old ones. */
  readonly before: number;
  readonly old: number;
  readonly added: number;
}

/** By what the rule expects, of which innocents among the added rows have their share, or by its rate on the old rows, where that is more; undefined where neither is known. */
function expectedOf(stated: number | undefined, { before, old, added }: OldRate): number | undefined {
  if (stated === undefined && before === 0) return undefined;
  return Math.max(((stated ?? 0) * added) / Math.max(1, added + old), before === 0 ? 0 : (before * added) / old);
}

/** P(at least `now` of the flags fall on new rows), if each falls on a new row with the share of these: a binomial tail, which is an incomplete beta. */
function asManyByChance({ now, before, added, old }: OldRate & { readonly now: number }): number {
  return incompleteBeta(added / (added + old), now, before + 1);
}

/** Upper bound of the difference of two shares, the normal one of independent counts. @param now of `added` examples @param before of `old` ones */
function mostExcess(now: number, before: number, added: number, old: number): number {
  return now - before + oneSided * Math.sqrt((now * (1 - now)) / added + (before * (1 - before)) / old);
}

/** 1 for each example of a group in which one was added. Shape: [examples]. */
function groupsWithAdded({ method, scores }: Voice, data: Dataset, isAdded: Uint8Array | Int32Array): Uint8Array {
  const found = new Uint8Array(isAdded.length);
  for (const { subjects } of scores.campaigns ?? []) {
    const own = new Set(subjects);
    const holds = (i: number): boolean => own.has(method.subject === "row" ? i : data.source[i]);
    if (!isAdded.some((is, i) => is === 1 && holds(i))) continue;
    for (let i = 0; i < found.length; i++) if (holds(i)) found[i] = 1;
  }
  return found;
}

function countOf(flags: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < flags.length; i++) sum += flags[i];
  return sum;
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
