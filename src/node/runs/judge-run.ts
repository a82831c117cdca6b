import { UsageError, didYouMean } from "../../core/errors.ts";
import type { Quantity } from "../../core/metric.ts";
import { checkCertifiedLimit, isOnCertified } from "../../report/judging/certified-limits.ts";
import { askedText } from "../../report/words/format.ts";
import type { LearnerFindings } from "../../report/judging/learner-findings.ts";
import { type Limit, parseLimit } from "../../report/judging/limits.ts";
import { type Verdict, verdictOf } from "../../report/judging/verdict.ts";
import { type StudyBudgets, budgetsAsked, isBudget } from "../../study/budgets.ts";
import type { Certified } from "../../study/certify/result.ts";
import { summariseCuts } from "../../study/ratings/cuts.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type Summary, type SummaryContext, summarise } from "../../study/summary.ts";
import type { AnyManifest } from "./manifest.ts";
import type { RunKind } from "./run-kind.ts";
import { missingTrials } from "./run-plan.ts";

/** What an audit found out about each learner, and what follows for all of them. */
export interface Judgement {
  readonly learners: readonly LearnerFindings[];
  /** Of the first learner. */
  readonly summary: Summary;
  readonly verdict: Verdict;
}

/** What is measured of every model. */
export interface Quantities {
  readonly measured: readonly Quantity[];
  /** Figures that no clean model has. */
  readonly ofAttacks: readonly Quantity[];
  /** Figures of the data that the clean model is held against, which no limit is set to; absent = none. */
  readonly ofClean?: readonly Quantity[];
}

const order: readonly Verdict["outcome"][] = ["fail", "incomplete", "inconclusive", "not-judged", "pass"];

/**
 * Summaries and verdict of a run, from its records alone: the limits must hold for every learner.
 *
 * @param certified what was proven once the trials had ended; null where nothing was
 */
export function judge<M extends AnyManifest>(
  kind: RunKind & {
    quantitiesOf(about: M): Quantities;
    contextOf(about: M): SummaryContext;
    provenOf?(about: M): readonly string[];
  },
  manifest: M,
  records: readonly TrialRecord[],
  certified: Certified | null = null,
): Judgement {
  const limits = manifest.limits.map((text) => parseLimit(text));
  const { measured, ofAttacks, ofClean = [] } = kind.quantitiesOf(manifest);
  checkLimits(limits, manifest.study, { measured, ofAttacks, proven: kind.provenOf?.(manifest) });
  const context = { ...kind.contextOf(manifest), counted: manifest.study.counted };
  const learners = kind.study.plan.learnersOf(manifest.study).map(({ id }) => id);
  const isOne = learners.length === 1;
  const judged = learners.map((learner) => {
    const own = isOne ? records : records.filter((record) => record.learner === learner);
    const summary = { ...summarise(own, [...measured, ...ofClean], context), ...(certified === null ? {} : { certified }) };
    const missing = missingTrials(manifest, kind, own, isOne ? undefined : learner);
    return {
      learner,
      summary,
      cuts: summariseCuts(own),
      verdict: verdictOf(summary, limits, { strict: manifest.strict, missingTrials: missing }),
    };
  });
  const worst = judged.reduce((a, b) => (order.indexOf(b.verdict.outcome) < order.indexOf(a.verdict.outcome) ? b : a)).verdict.outcome;
  const reasons =
    worst === "not-judged"
      ? judged[0].verdict.reasons
      : judged.flatMap(({ learner, verdict }) => verdict.reasons.map((reason) => (isOne ? reason : `${learner}: ${reason}`)));
  return {
    learners: judged.map(({ learner, summary, cuts }) => ({ learner, summary, cuts })),
    summary: judged[0].summary,
    verdict: { outcome: worst, reasons },
  };
}

/** What limits can be on: what is measured, what no clean model has, and the metrics that are proven. */
interface Limitable {
  readonly measured: readonly Quantity[];
  readonly ofAttacks?: readonly Quantity[];
  readonly proven?: readonly string[] | undefined;
}

/**
 * @throws UsageError on a limit for which this study can have no figure; before it is run, so that nobody waits in vain
 */
export function checkLimits(
  limits: readonly Limit[],
  { budgets, counted }: StudyBudgets,
  { measured, ofAttacks = [], proven = [] }: Limitable,
): void {
  for (const limit of limits) if (isOnCertified(limit)) checkCertifiedLimit(limit, proven);
  const plain = measured.map(({ id }) => id);
  const attacked = [...measured.flatMap(({ damage }) => (damage === null ? [] : [damage.id])), ...plain, ...ofAttacks.map(({ id }) => id)];
  for (const { text, metric, budget } of limits.filter((limit) => !isOnCertified(limit))) {
    const known = budget === null ? plain : attacked;
    if (!known.includes(metric)) {
      const hint = budget === null && attacked.includes(metric) ? `; ${metric} needs a budget, as in ${metric}@1%` : "";
      throw new UsageError(
        `--limit "${text}": there is no metric "${metric}"${didYouMean(metric, known)} here; there are: ${known.join(", ")}${hint}`,
      );
    }
    if (budget !== null && !budgets.some((fraction) => isBudget(budget, fraction, counted)))
      throw new UsageError(
        `--limit "${text}": ${askedText(budget)} is not a budget of this study; its budgets: ${budgetsAsked({ budgets, counted }).map(askedText).join(", ")}`,
      );
  }
}
