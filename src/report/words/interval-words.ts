import type { Figure } from "../../numeric/statistics/intervals.ts";
import type { Summary } from "../../study/summary.ts";

/** What the 95 % intervals of a summary are of, to follow "95 % interval". */
export function intervalWords({ intervalsOf, seeds }: Pick<Summary, "intervalsOf" | "seeds">): string {
  if (seeds === 1) return "over the test rows of a single seed; other splits and other data would differ more";
  return intervalsOf === "these-rows" ? theseRows : "for new data of this kind";
}

/** That attacks whose trials were left out have wider ones, to follow "95 %". */
export function ofLeftOut({ notNeeded }: Pick<Summary, "notNeeded">): string {
  return notNeeded === undefined ? "" : " (99 % of attacks whose later trials were left out)";
}

/** What weakens them, a part of a sentence that begins with a semicolon: measured, see docs/intervals.md. */
export function intervalCaution({ intervalsOf, seeds, primaryMetric }: Pick<Summary, "intervalsOf" | "seeds" | "primaryMetric">): string {
  const isKnown = intervalsOf === "new-data" && seeds > 1 && primaryMetric === "rmse";
  return isKnown ? "; where a few rows carry most of the error they hold the truth less often than that" : "";
}

/** Of figures whose interval knows only what differs from seed to seed. */
export const theseRows = "over seeds on these very rows; new data would differ more";

/** What the interval of a damage says; `unknown` where a single seed gives none. */
export type Effect = "damage" | "none" | "gain" | "unknown";

export function effectOf(damageMetric: string, { low, high }: Figure): Effect {
  const none = noDamage(damageMetric);
  if (low === null || high === null) return "unknown";
  return low > none ? "damage" : high < none ? "gain" : "none";
}

/** The figure of a model that was not damaged. */
export function noDamage(damageMetric: string): 0 | 1 {
  return damageMetric.endsWith("Ratio") ? 1 : 0;
}
