import { UsageError, didYouMean } from "../core/errors.ts";
import type { Figure } from "../numeric/intervals.ts";
import { noRepair } from "../study/record.ts";
import type { Summary } from "../study/summary.ts";
import { budgetText, figureText } from "./format.ts";
import type { Limit } from "./limits.ts";

export interface Verdict {
  /** `inconclusive`: the interval of a figure straddles its limit. `incomplete`: trials failed or are missing. */
  readonly outcome: "pass" | "fail" | "inconclusive" | "incomplete";
  /** One sentence each. */
  readonly reasons: readonly string[];
}

export interface VerdictOptions {
  /** What is inconclusive fails. */
  readonly strict: boolean;
  /** Trials planned and not recorded. */
  readonly missingTrials: number;
}

/**
 * Holds the limits against the strongest attack at their budget, without repair.
 *
 * @throws UsageError when a limit names a metric or a budget that the study does not have
 */
export function verdictOf(summary: Summary, limits: readonly Limit[], { strict, missingTrials }: VerdictOptions): Verdict {
  const judged = limits.map((limit) => judge(summary, limit));
  const incomplete = [
    ...(missingTrials > 0 ? [`${missingTrials} planned trial${missingTrials === 1 ? " is" : "s are"} missing`] : []),
    ...summary.failures.map(({ id, attack, error }) => `trial ${id} (${attack ?? "baseline"}) failed: ${error}`),
  ];
  const reasons = [...judged.map(({ reason }) => reason), ...incomplete];
  const outcomes = judged.map(({ outcome }) => outcome);
  if (outcomes.includes("fail")) return { outcome: "fail", reasons };
  if (incomplete.length > 0) return { outcome: "incomplete", reasons };
  if (outcomes.includes("inconclusive")) return { outcome: strict ? "fail" : "inconclusive", reasons };
  return { outcome: "pass", reasons: limits.length === 0 ? ["no limit was set, so nothing could be broken"] : reasons };
}

/** 0 pass, 1 a limit was broken, 3 trials failed or are missing. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 3 {
  return verdict.outcome === "fail" ? 1 : verdict.outcome === "incomplete" ? 3 : 0;
}

function judge(summary: Summary, limit: Limit): { outcome: "pass" | "fail" | "inconclusive"; reason: string } {
  const { figure, subject } =
    limit.budgetFraction === null ? baselineFigure(summary, limit) : attackedFigure(summary, limit, limit.budgetFraction);
  if (figure === null) return { outcome: "fail", reason: `${limit.text}: ${subject} has no such figure` };
  const holds = (value: number): boolean => (limit.operator === "<=" ? value <= limit.bound : value >= limit.bound);
  const ends = [figure.low ?? figure.value, figure.high ?? figure.value].map(holds);
  const outcome = ends.every((end) => end) ? "pass" : ends.some((end) => end) ? "inconclusive" : "fail";
  const words = { pass: "holds", fail: "is broken", inconclusive: "is open: the interval straddles it" }[outcome];
  return { outcome, reason: `${limit.text} ${words}: ${subject} gives ${figureText(figure)}` };
}

function baselineFigure(summary: Summary, limit: Limit): { figure: Figure | null; subject: string } {
  const names = Object.keys(summary.baseline);
  if (!names.includes(limit.metric))
    throw new UsageError(
      `--limit "${limit.text}": the baseline has no metric "${limit.metric}"${didYouMean(limit.metric, names)}; it has: ${names.join(", ")}`,
    );
  return { figure: summary.baseline[limit.metric], subject: "the clean model" };
}

function attackedFigure(summary: Summary, limit: Limit, budgetFraction: number): { figure: Figure | null; subject: string } {
  const sameBudget = (fraction: number): boolean => Math.abs(fraction - budgetFraction) < 1e-9;
  const strongest = summary.strongest.find((entry) => sameBudget(entry.budgetFraction));
  const attacked = summary.entries.filter((entry) => entry.attack !== null && entry.repair === noRepair);
  if (strongest === undefined) {
    const budgets = [...new Set(attacked.map((entry) => budgetText(entry.budgetFraction)))];
    // Without any finished attack the study is incomplete, and that is what its verdict says.
    if (budgets.length === 0) return { figure: null, subject: "no finished attack" };
    throw new UsageError(`--limit "${limit.text}": no attack was run at ${budgetText(budgetFraction)}; budgets: ${budgets.join(", ")}`);
  }
  const own = attacked.filter((entry) => entry.attack === strongest.attack && sameBudget(entry.budgetFraction));
  const entry = own.find((candidate) => candidate.metric === limit.metric);
  if (entry === undefined) {
    const names = [...new Set(own.map((candidate) => candidate.metric))];
    throw new UsageError(
      `--limit "${limit.text}": there is no metric "${limit.metric}"${didYouMean(limit.metric, names)}; there are: ${names.join(", ")}`,
    );
  }
  return { figure: entry.figure, subject: `${strongest.attack}, the strongest attack at ${budgetText(budgetFraction)},` };
}
