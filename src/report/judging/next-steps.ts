import type { Goal } from "../../core/threat.ts";
import { noRepair } from "../../study/record.ts";
import { budgetsAsked } from "../../study/budgets.ts";
import type { Summary } from "../../study/summary.ts";
import { entryOf } from "./findings.ts";
import { repairAdvice } from "./repair-advice.ts";

/** What of a study decides what is worth doing next. */
export interface NextContext {
  readonly limits: number;
  readonly detectors: number;
  readonly repairs: number;
  readonly hasSources: boolean;
  readonly hasVerified: boolean;
}

const metricOf = (goal: Goal, damageMetric: string): string =>
  goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : damageMetric;

/**
 * Limits that this very run would just hold: of the strongest attack of each goal at the smallest budget, the upper end of the interval, rounded up to two digits. None where a
 * single seed gives no interval.
 */
export function suggestedLimits(summary: Summary): string[] {
  const smallest = Math.min(...summary.strongestByGoal.map(({ budgetFraction }) => budgetFraction));
  return summary.strongestByGoal.flatMap(({ goal, attack, budgetFraction }) => {
    const metric = metricOf(goal, summary.damageMetric);
    const high = entryOf(summary, attack, budgetFraction, noRepair, metric)?.figure.high ?? null;
    if (budgetFraction !== smallest || high === null || !Number.isFinite(high) || high <= 0) return [];
    // Nothing could break it.
    if (goal === "backdoor" && roundedUp(high) >= 1) return [];
    return [`${metric}@${asLimit(budgetFraction, summary)} <= ${roundedUp(high)}`];
  });
}

/** A budget as limits name it: `1%`, `1000rows`. */
function asLimit(budgetFraction: number, { counted }: Summary): string {
  const [asked] = budgetsAsked({ budgets: [budgetFraction], counted });
  if (typeof asked !== "number") return asked;
  const percent = Number((100 * asked).toPrecision(6));
  return Math.abs(percent / 100 - asked) < 1e-9 ? `${percent}%` : String(asked);
}

function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
}

/** What to demand and what to do, a sentence each: nothing of it was measured unless it says so. */
export function nextSteps(summary: Summary, { limits, detectors, repairs, hasSources, hasVerified }: NextContext): string[] {
  if (summary.strongestByGoal.length === 0) return [];
  const suggested = limits > 0 ? [] : suggestedLimits(summary);
  const flags = suggested.map((text) => `--limit '${text}'`).join(" ");
  const { recommendation } = summary;
  return [
    ...(suggested.length > 0 ? [`Demand that later data are no worse than these were here: ${flags}.`] : []),
    ...(limits === 0 && suggested.length === 0 && summary.seeds === 1
      ? ["A single seed gives no interval to take a limit from: run more (--seeds 5)."]
      : []),
    ...repairAdvice(summary),
    ...(repairs > 0 && recommendation?.repair === null ? ["More repairs are tried with --effort standard."] : []),
    ...(repairs === 0 ? ["No repair was tried: leave --repair out to try those of the effort."] : []),
    ...(detectors === 0 ? ["No detector was tried, so nothing says whether anybody would notice: leave --detector out."] : []),
    ...(hasVerified
      ? []
      : [
          "Rows that somebody verified let repairs go by what is known to be right: --verified-fraction 5% shows what they would be worth.",
        ]),
    ...(hasSources
      ? []
      : ["Where it is known who wrote a row, name the column (--source): what one account may add can then be limited and counted."]),
  ];
}
