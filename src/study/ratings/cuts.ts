import { type Figure, scatterInterval } from "../../numeric/statistics/intervals.ts";
import type { DetectionCut, TrialRecord } from "../record.ts";

/** What a detector's own cut does, over seeds; `attack` is null for clean ratings. */
export interface CutEntry {
  readonly detector: string;
  readonly attack: string | null;
  readonly budgetFraction: number;
  /** null where nothing was flagged in any seed, or there is nothing to find. */
  readonly precision: Figure | null;
  /** null where there is nothing to find. */
  readonly recall: Figure | null;
  /** Share of the genuine users that are flagged. */
  readonly falseAlarmRate: Figure;
}

/** In the order of the records, the clean ratings first. */
export function summariseCuts(records: readonly TrialRecord[]): CutEntry[] {
  const groups = new Map<string, { record: TrialRecord; cuts: DetectionCut[] }>();
  for (const record of records) {
    // What searches try is no attack of the study.
    if (record.until !== undefined || record.unnoticed !== undefined) continue;
    for (const cut of record.cuts ?? []) {
      const key = JSON.stringify([record.attack, record.budgetFraction, cut.detector]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { record, cuts: [cut] });
      else group.cuts.push(cut);
    }
  }
  const known = (values: readonly (number | null)[]): Figure | null => {
    const defined = values.filter((value) => value !== null);
    return defined.length === 0 ? null : scatterInterval(defined, [0, 1]);
  };
  return [...groups.values()]
    .map(({ record, cuts }) => ({
      detector: cuts[0].detector,
      attack: record.attack,
      budgetFraction: record.budgetFraction,
      precision: known(cuts.map(({ precision }) => precision)),
      recall: known(cuts.map(({ recall }) => recall)),
      falseAlarmRate: scatterInterval(
        cuts.map(({ falseAlarmRate }) => falseAlarmRate),
        [0, 1],
      ),
    }))
    .sort((a, b) => Number(a.attack !== null) - Number(b.attack !== null));
}
