import { type TrialRecord, noRepair } from "./record.ts";

/** What the intervals of a summary are of: data like these that somebody else draws, or other seeds on these very rows. */
export type IntervalScope = "new-data" | "these-rows";

/** How much two splits of the same rows have in common in a figure. */
export type FigureKind = "level" | "chosen" | "drawn";

/**
 * What part of the correlation that Nadeau & Bengio's formula expects such figures have; measured over fresh data sets (docs/intervals.md).
 *
 * `level`: a figure of one model, or a damage that is no share of rows; the few rows that weigh most there do so in every split. `chosen`: a share of rows lost to
 * attackers who choose what they touch, or with a repair in place: the same weak rows fall in every split. `drawn`: damage by attackers who draw rows and know
 * nothing; most of what differs from seed to seed is which rows they drew.
 */
const partOfCorrection = {
  rate: { level: 1, chosen: 0.4, drawn: 0.125 },
  other: { level: 1, chosen: 1, drawn: 0.4 },
} as const;

export function damageKind({ access, knowledge, repair }: Pick<TrialRecord, "access" | "knowledge" | "repair">): FigureKind {
  return knowledge === "none" && access !== "logic" && repair === noRepair ? "drawn" : "chosen";
}

/** ρ / (1 − ρ) of such figures, by the share of the rows that is tested on; see `resampledInterval`. */
export function sharedVariance(kind: FigureKind, isRate: boolean, testFraction: number): number {
  return (partOfCorrection[isRate ? "rate" : "other"][kind] * testFraction) / (1 - testFraction);
}
