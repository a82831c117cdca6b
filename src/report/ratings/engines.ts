import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { LearnerFindings } from "../judging/learner-findings.ts";
import { attacksOf, budgetsOf, entryOf, strongestAt } from "../judging/findings.ts";

/** What one attack does to one engine; a figure that is not defined there is absent. */
export interface EngineCell {
  readonly hitRate: Figure | undefined;
  readonly shift: Figure | undefined;
  readonly rank: Figure | undefined;
  /** Of all attacks on this engine, as an attacker would choose. */
  readonly isStrongest: boolean;
}

/** Attack by attack, one cell for each engine; null where the attack cannot attack it, or no trial ended. `budget` is the largest, null for none. */
export function engineRows(engines: readonly LearnerFindings[]): {
  readonly budget: number | null;
  readonly rows: readonly { readonly attack: string; readonly cells: readonly (EngineCell | null)[] }[];
} {
  const budgets = engines.flatMap(({ summary }) => budgetsOf(summary));
  if (budgets.length === 0) return { budget: null, rows: [] };
  const budget = Math.max(...budgets);
  const attacks = [...new Set(engines.flatMap(({ summary }) => attacksOf(summary)))];
  const rows = attacks.map((attack) => ({
    attack,
    cells: engines.map(({ summary }): EngineCell | null => {
      const of = (metric: string): Figure | undefined => entryOf(summary, attack, budget, noRepair, metric)?.figure;
      const [hitRate, shift, rank] = ["hitRateAt10", "predictionShift", "medianRank"].map(of);
      if ([hitRate, shift, rank].every((figure) => figure === undefined)) return null;
      return { hitRate, shift, rank, isStrongest: strongestAt(summary, budget) === attack };
    }),
  }));
  return { budget, rows };
}
