import type { Summary } from "../../study/summary.ts";
import type { Limit } from "./limits.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** How one limit fared. */
export interface LimitOutcome {
  readonly text: string;
  /** Under `strict`, what is open fails. */
  readonly outcome: Exclude<Verdict["outcome"], "incomplete" | "not-judged">;
  readonly reason: string;
}

/** Each limit on its own, by the rules of the verdict. */
export function limitOutcomes(summary: Summary, limits: readonly Limit[], strict: boolean): LimitOutcome[] {
  const complete = { ...summary, failures: [] };
  return limits.map((limit) => {
    const { outcome, reasons } = verdictOf(complete, [limit], { strict, missingTrials: 0 });
    return {
      text: limit.text,
      outcome: outcome === "incomplete" || outcome === "not-judged" ? "inconclusive" : outcome,
      reason: reasons[0],
    };
  });
}
