import type { Access } from "../../core/threat.ts";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { TrialRecord } from "../record.ts";
import type { UnnoticedResult } from "./result.ts";

/** What attackers did over seeds of whose rows the scan flags none, beside the strongest attack without a thought of it. */
export interface UnnoticedEntry {
  readonly budgetFraction: number;
  readonly metric: string;
  /** None of the poisoned rows is flagged. */
  readonly figure: Figure;
  readonly seeds: number;
  /** The attacks whose poison was kept, the most frequent first; empty where every seed was left without poison that does harm. */
  readonly attacks: readonly { readonly attack: string; readonly access: Access | null; readonly seeds: number }[];
  /** Poisoned rows that were kept, the mean over seeds. */
  readonly rows: number;
  /** Of these over all seeds what a scan with other random numbers flags. */
  readonly flaggedAgainShare: number;
  readonly blind: {
    readonly attack: string;
    /** Null where its trials at this budget did not end. */
    readonly figure: Figure | null;
    readonly rows: number;
    /** Of its poisoned rows over all seeds. */
    readonly flaggedShare: number;
    readonly byDetector: readonly { readonly detector: string; readonly flaggedShare: number }[];
  };
}

type Searched = TrialRecord & { readonly unnoticed: UnnoticedResult };

/** Null where nobody asked, or nothing was found to search. */
export function summariseUnnoticed(
  records: readonly TrialRecord[],
  metric: string,
  figureOf: (some: readonly TrialRecord[]) => Figure | null,
  blindFigureOf: (attack: string, budgetFraction: number) => Figure | null,
): UnnoticedEntry | null {
  const own = records.filter((record): record is Searched => record.unnoticed !== undefined);
  const figure = own.length === 0 ? null : figureOf(own);
  if (figure === null) return null;
  const { budgetFraction } = own[0];
  const { attack } = own[0].unnoticed.blind;
  const blinds = own.flatMap(({ unnoticed: { blind } }) => (blind.attack === attack ? [blind] : []));
  const blindRows = sumOf(blinds.map(({ rows }) => rows));
  const shareOf = (flagged: number): number => (blindRows === 0 ? 0 : flagged / blindRows);
  const kept = new Map<string, { attack: string; access: Access | null; seeds: number }>();
  for (const { unnoticed: found } of own) {
    if (found.attack === null) continue;
    const { access } = found;
    kept.set(found.attack, { attack: found.attack, access, seeds: (kept.get(found.attack)?.seeds ?? 0) + 1 });
  }
  return {
    ...{ budgetFraction, metric, figure, seeds: own.length },
    attacks: [...kept.values()].sort((a, b) => b.seeds - a.seeds),
    rows: sumOf(own.map(({ unnoticed: { rows } }) => rows)) / own.length,
    flaggedAgainShare:
      sumOf(own.map(({ unnoticed }) => unnoticed.flaggedAgain)) / Math.max(1, sumOf(own.map(({ unnoticed }) => unnoticed.rows))),
    blind: {
      attack,
      figure: blindFigureOf(attack, budgetFraction),
      rows: blindRows / blinds.length,
      flaggedShare: shareOf(sumOf(blinds.map(({ flagged }) => flagged))),
      byDetector: [...new Set(blinds.flatMap(({ byDetector }) => byDetector.map(({ detector }) => detector)))].map((detector) => {
        // Of the seeds on which it could look.
        const looked = blinds.flatMap(({ rows: of, byDetector }) =>
          byDetector.filter((one) => one.detector === detector).map(({ flagged }) => ({ of, flagged })),
        );
        const among = sumOf(looked.map(({ of }) => of));
        return { detector, flaggedShare: among === 0 ? 0 : sumOf(looked.map(({ flagged }) => flagged)) / among };
      }),
    },
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
