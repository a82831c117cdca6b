import type { CampaignFinding, DetectorOutcome } from "../../study/scan/scan-result.ts";
import { tableScan } from "../kinds/table-scan.ts";
import type { ScanHooks } from "../kinds/scannable.ts";
import { whoWrote } from "../../blocks/copies/campaign-facts.ts";
import type { Candidate } from "./candidates.ts";
import type { ReadBack } from "./read-back.ts";

/** Candidates that detectors stand by. */
export interface Judged {
  /** Groups of copies that are one campaign, and what is said of it behind who wrote it. */
  readonly floods: readonly {
    readonly candidates: readonly Candidate[];
    readonly told: string;
    readonly alarmsPerRow: number | null;
    readonly baseTexts: number | null;
  }[];
  /** The strongest first, with its evidence. */
  readonly phrases: readonly { readonly candidate: Candidate; readonly strength: number }[];
  readonly outcomes: readonly DetectorOutcome[];
  /** Groups of which too few rows were flagged for the rest to be flagged with them. */
  readonly doubtful: number;
}

export const detectorsAsked = ["text-campaigns", "trigger-association"];
/** A candidate stands where this share of its rows that were judged is flagged; of a phrase, of those with its label. */
const confirmed = 0.75;

/**
 * Hears the detectors on candidates among rows taken at random: what holds of so many rows of a group holds of the rest. `rows` is how many rows the data have: the chance of a false alarm that
 * is allowed for phrases is lowered by as much as more phrases were looked at in them than among the rows that are judged.
 */
export async function judgeCandidates(
  { read, records }: ReadBack,
  candidates: readonly Candidate[],
  rows: number,
  seed: number | undefined,
  hooks: ScanHooks,
): Promise<Judged> {
  const config = {
    detectors: [
      { id: "text-campaigns" },
      { id: "trigger-association", params: { falseAlarm: (0.01 * records.length) / Math.max(rows, records.length) } },
    ],
    ...(seed === undefined ? {} : { seed }),
  };
  const { asked } = tableScan.resolve(config, read);
  const { result } = await tableScan.look(read, asked, hooks);
  const placeOf = new Map(Array.from(records, (record, at) => [record, at]));
  const strengthOf = new Float64Array(records.length);
  for (const { row, scores } of result.rows) strengthOf[row] = scores["trigger-association"] ?? 0;
  const inCampaign = (campaign: CampaignFinding): ReadonlySet<number> => new Set(campaign.rows);
  const copies = candidates.filter(({ kind }) => kind === "copies");
  const isFlaggedCopy = new Set(result.campaigns.flatMap((campaign) => [...inCampaign(campaign)]));
  const taken = new Set<Candidate>();
  const floods = result.campaigns.flatMap((campaign) => {
    const own = inCampaign(campaign);
    const held = copies.filter((candidate) => !taken.has(candidate) && shareOf(candidate, placeOf, (at) => own.has(at)) >= confirmed);
    held.forEach((candidate) => taken.add(candidate));
    if (held.length === 0) return [];
    const { expectedFalseAlarms, sentence, baseTexts } = campaign;
    const who = whoWrote(campaign);
    const told = sentence.startsWith(who) ? sentence.slice(who.length) : `: ${sentence}`;
    return [
      { candidates: held, told, baseTexts, alarmsPerRow: expectedFalseAlarms === null ? null : expectedFalseAlarms / campaign.rows.length },
    ];
  });
  const doubtful = copies.filter(
    (candidate) => !taken.has(candidate) && shareOf(candidate, placeOf, (at) => isFlaggedCopy.has(at)) > 0.25,
  ).length;
  const phrases = candidates
    .filter(({ kind }) => kind === "phrase")
    .flatMap((candidate) => {
      const strengths = Array.from(candidate.records, (record) => strengthOf[placeOf.get(record)!]);
      const flagged = strengths.filter((strength) => strength > 0);
      return flagged.length >= confirmed * strengths.length * labelShare(read, candidate, placeOf)
        ? [{ candidate, strength: flagged.reduce((sum, strength) => sum + strength, 0) / Math.max(1, flagged.length) }]
        : [];
    })
    .filter(({ strength }) => strength > 0);
  return { floods, phrases, outcomes: result.detectors, doubtful };
}

function shareOf({ records }: Candidate, placeOf: ReadonlyMap<number, number>, is: (at: number) => boolean): number {
  let count = 0;
  for (const record of records) if (is(placeOf.get(record)!)) count++;
  return count / records.length;
}

/** Share of its rows with the commonest label. */
function labelShare({ table }: ReadBack["read"], { records }: Candidate, placeOf: ReadonlyMap<number, number>): number {
  const column = table.columns.find(({ name }) => name === table.roles.labels[0]);
  if (column === undefined || !("codes" in column)) return 1;
  const counts = new Map<number, number>();
  for (const record of records) {
    const code = column.codes[placeOf.get(record)!];
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / records.length;
}
