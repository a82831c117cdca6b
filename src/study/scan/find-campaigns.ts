import { campaignFacts } from "../../blocks/copies/campaign-facts.ts";
import type { Voice } from "../../blocks/outliers/combined-ranking.ts";
import { positionsWhere } from "../../core/dataset.ts";
import type { Campaign } from "../../core/detector.ts";
import type { SuspectRows } from "../table/run-detector.ts";
import type { CampaignFinding } from "./scan-result.ts";

type Heard = Pick<Voice, "method" | "scores" | "silence">;

/** Campaigns are one where they share this much of the smaller. */
const shared = 0.5;

/**
 * What detectors found that belongs together, the largest first. What several of them found is one campaign, of all its rows, which is told in the words of each
 * that adds some; how many innocents are in it is known where each can say.
 */
export function findCampaigns({ data, table }: Pick<SuspectRows, "data" | "table">, heard: readonly Heard[]): CampaignFinding[] {
  const found = heard
    .filter(({ silence, method }) => silence === null && (method.subject === "row" || method.subject === "source"))
    .flatMap(({ method, scores }) =>
      (scores.campaigns ?? []).map((campaign) => {
        const subjects = new Set(campaign.subjects);
        const examples = method.subject === "row" ? campaign.subjects : positionsWhere(data.y.length, (i) => subjects.has(data.source[i]));
        return { id: method.id, campaign, examples };
      }),
    )
    .sort((a, b) => b.examples.length - a.examples.length);
  const merged: { examples: Set<number>; parts: { id: string; campaign: Campaign }[] }[] = [];
  for (const { id, campaign, examples } of found) {
    const common = (of: ReadonlySet<number>): number => examples.reduce((sum, i) => sum + Number(of.has(i)), 0);
    const same = merged.find(({ examples: of, parts }) => parts.every((part) => part.id !== id) && common(of) >= shared * examples.length);
    if (same === undefined) merged.push({ examples: new Set(examples), parts: [{ id, campaign }] });
    else {
      same.parts.push({ id, campaign });
      for (const i of examples) same.examples.add(i);
    }
  }
  return merged.map(({ examples, parts }) => {
    const alarms = parts.map(({ campaign }) => campaign.expectedFalseAlarms);
    return {
      detectors: parts.map(({ id }) => id),
      ...campaignFacts(data, table, examples),
      baseTexts: parts.find(({ campaign }) => campaign.baseTexts !== undefined)?.campaign.baseTexts ?? null,
      sentence: parts.map(({ campaign }) => campaign.sentence).join("; "),
      expectedFalseAlarms: alarms.some((alarm) => alarm === undefined) ? null : alarms.reduce<number>((sum, alarm) => sum + alarm!, 0),
    };
  });
}
