import type { Figure } from "../../numeric/statistics/intervals.ts";
import { type AskedBudget, isBudget } from "../../study/budgets.ts";
import { noRepair } from "../../study/record.ts";
import type { Certified } from "../../study/certify/result.ts";
import type { Summary } from "../../study/summary.ts";
import { askedText, figureText } from "../words/format.ts";
import { isOnCertified, judgeCertified } from "./certified-limits.ts";
import type { Limit } from "./limits.ts";

export interface Verdict {
  /**
   * `inconclusive`: the interval of a figure straddles its limit, or one seed gives it none. `not-judged`: no limit was set. `incomplete`: trials failed or are missing,
   * and what there is breaks no limit.
   */
  readonly outcome: "pass" | "fail" | "inconclusive" | "not-judged" | "incomplete";
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
 * Holds the limits against the strongest attack at their budget, without repair. A limit on a figure that no finished trial has is open: the study is
 * incomplete.
 */
export function verdictOf(summary: Summary, limits: readonly Limit[], { strict, missingTrials }: VerdictOptions): Verdict {
  return verdictFrom(
    limits.map((limit) => judge(summary, limit)),
    [
      ...(missingTrials > 0 ? [`${missingTrials} planned trial${missingTrials === 1 ? " is" : "s are"} missing`] : []),
      ...summary.failures.map(failureText),
    ],
    strict,
  );
}

function failureText({ id, attack, error }: Summary["failures"][number]): string {
  return `trial ${id} (${attack ?? "baseline"}) failed: ${error}`;
}

/**
 * A verdict as it may be told to others.
 *
 * @param failures what its reasons say of trials that failed
 * @param told the same failures in the words that may be told
 */
export function tellVerdict({ outcome, reasons }: Verdict, failures: Summary["failures"], told: Summary["failures"]): Verdict {
  const words = failures.map((failure): [string, string] => [
    failureText(failure),
    failureText(told.find(({ id }) => id === failure.id) ?? { ...failure, error: "…" }),
  ]);
  return {
    outcome,
    reasons: reasons.map((reason) => {
      const found = words.find(([text]) => reason === text || reason.endsWith(`: ${text}`));
      return found === undefined ? reason : reason.slice(0, reason.length - found[0].length) + found[1];
    }),
  };
}

/** The same of what was certified alone. */
export function verdictOfCertified(
  certified: Pick<Certified, "certificates" | "totals">,
  limits: readonly Limit[],
  strict = false,
): Verdict {
  return verdictFrom(
    limits.map((limit) =>
      isOnCertified(limit)
        ? judgeCertified(certified, limit)
        : { outcome: "missing", reason: `${limit.text} is open: theriac audit measures it` },
    ),
    [],
    strict,
  );
}

function verdictFrom(judged: readonly Judged[], lacking: readonly string[], strict: boolean): Verdict {
  const incomplete = [...judged.filter(({ outcome }) => outcome === "missing").map(({ reason }) => reason), ...lacking];
  const reasons = [...judged.filter(({ outcome }) => outcome !== "missing").map(({ reason }) => reason), ...incomplete];
  const outcomes = judged.map(({ outcome }) => outcome);
  if (outcomes.includes("fail")) return { outcome: "fail", reasons };
  if (incomplete.length > 0) return { outcome: "incomplete", reasons };
  if (outcomes.includes("inconclusive")) return { outcome: strict ? "fail" : "inconclusive", reasons };
  return judged.length === 0 ? { outcome: "not-judged", reasons: [notJudged] } : { outcome: "pass", reasons };
}

/** Said where there is nothing to hold the figures against. */
export const notJudged = "no limit was set, so nothing was judged: the figures stand for themselves";

/** 0 pass, inconclusive or not judged, 1 a limit was broken, 3 trials failed or are missing. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 3 {
  return verdict.outcome === "fail" ? 1 : verdict.outcome === "incomplete" ? 3 : 0;
}

interface Judged {
  readonly outcome: "pass" | "fail" | "inconclusive" | "missing";
  readonly reason: string;
}

function judge(summary: Summary, limit: Limit): Judged {
  if (isOnCertified(limit))
    return summary.certified
      ? judgeCertified(summary.certified, limit)
      : { outcome: "missing", reason: `${limit.text} is open: nothing was certified` };
  const { figure, seeds, subject } = limit.budget === null ? baselineFigure(summary, limit) : attackedFigure(summary, limit, limit.budget);
  if (figure === undefined) return { outcome: "missing", reason: `${limit.text} is open: ${subject}` };
  const holds = (value: number): boolean => (limit.operator === "<=" ? value <= limit.bound : value >= limit.bound);
  const outcome = outcomeOf(figure, holds);
  const open =
    figure.low === null
      ? "is open: one seed has no interval, so it says neither that the limit holds nor that it is broken"
      : "is open: the interval straddles it";
  const byRows = figure.low !== null && seeds === 1 ? ", whose interval knows the test rows of a single seed only" : "";
  const words = { pass: "holds", fail: "is broken", inconclusive: open }[outcome];
  return { outcome, reason: `${limit.text} ${words}: ${subject} gives ${figureText(figure)}${byRows}` };
}

/** Without an interval a limit is neither held nor broken: another seed might have turned it. */
function outcomeOf({ low, high }: Figure, holds: (value: number) => boolean): "pass" | "fail" | "inconclusive" {
  if (low === null || high === null) return "inconclusive";
  const ends = [low, high].map(holds);
  return ends.every((end) => end) ? "pass" : ends.some((end) => end) ? "inconclusive" : "fail";
}

interface Found {
  readonly figure: Figure | undefined;
  /** Seeds that have it. */
  readonly seeds: number;
  readonly subject: string;
}

function baselineFigure(summary: Summary, limit: Limit): Found {
  const figure = summary.baseline[limit.metric];
  const entry = summary.entries.find(({ attack, repair, metric }) => attack === null && repair === noRepair && metric === limit.metric);
  return { figure, seeds: entry?.seeds ?? summary.seeds, subject: figure === undefined ? "no clean trial has ended" : "the clean model" };
}

function attackedFigure(summary: Summary, limit: Limit, budget: AskedBudget): Found {
  const isAtBudget = (entry: { readonly budgetFraction: number }): boolean => isBudget(budget, entry.budgetFraction, summary.counted);
  const isShown = (attack: string): boolean =>
    summary.entries.some((entry) => entry.attack === attack && isAtBudget(entry) && entry.metric === limit.metric);
  const strongest =
    summary.strongest.find(isAtBudget) &&
    (summary.strongest.find((found) => isAtBudget(found) && isShown(found.attack)) ??
      summary.strongestByGoal.find((found) => isAtBudget(found) && isShown(found.attack)) ??
      summary.strongest.find(isAtBudget));
  if (strongest === undefined) return { figure: undefined, seeds: 0, subject: `no attack at ${askedText(budget)} has ended` };
  const entry = summary.entries.find(
    ({ attack, repair, metric, ...rest }) =>
      attack === strongest.attack && isAtBudget(rest) && repair === noRepair && metric === limit.metric,
  );
  const ofItsGoal = summary.strongest.some((found) => isAtBudget(found) && found.attack === strongest.attack);
  const goal = ofItsGoal || entry === undefined || entry.goal === null ? "" : ` on the goal "${entry.goal}"`;
  const where = `${strongest.attack}, the strongest attack${goal} at ${askedText(budget)},`;
  return entry === undefined
    ? { figure: undefined, seeds: 0, subject: `${where} has no ${limit.metric}` }
    : { figure: entry.figure, seeds: entry.seeds, subject: where };
}
