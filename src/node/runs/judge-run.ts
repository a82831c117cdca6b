import { catalog } from "../../catalog.ts";
import type { Target } from "../../core/dataset.ts";
import { UsageError, didYouMean } from "../../core/errors.ts";
import { type Metric, type Quantity, primaryMetricId } from "../../core/metric.ts";
import { budgetText } from "../../report/words/format.ts";
import { type Limit, parseLimit } from "../../report/judging/limits.ts";
import { type Verdict, verdictOf } from "../../report/judging/verdict.ts";
import { intentQuantities } from "../../study/intent-metrics.ts";
import type { TrialRecord } from "../../study/record.ts";
import { type Summary, summarise } from "../../study/summary.ts";
import type { Manifest } from "./manifest.ts";
import { missingTrials } from "./run-plan.ts";

export interface Judgement {
  readonly summary: Summary;
  readonly verdict: Verdict;
}

/** Summary and verdict of a run, from its records alone. */
export function judgeRun(manifest: Manifest, records: readonly TrialRecord[]): Judgement {
  const limits = manifest.limits.map((text) => parseLimit(text));
  checkLimits(limits, manifest.study.budgets, metricsFor(manifest.data.target), intentQuantities);
  const { target, classShares, measuredExamples } = manifest.data;
  const context = {
    primaryMetric: primaryMetricId(target, classShares),
    examples: measuredExamples,
    testFraction: manifest.study.testFraction,
  };
  const summary = summarise(records, catalog.metrics, context);
  return { summary, verdict: verdictOf(summary, limits, { strict: manifest.strict, missingTrials: missingTrials(manifest, records) }) };
}

/** The metrics that have a meaning for such labels. */
export function metricsFor(target: Target): Metric[] {
  return catalog.metrics.filter((metric) => metric.appliesTo(target));
}

/**
 * @param ofAttacks figures that no clean model has
 * @throws UsageError on a limit for which this study can have no figure; before it is run, so that nobody waits in vain
 */
export function checkLimits(
  limits: readonly Limit[],
  budgets: readonly number[],
  quantities: readonly Quantity[],
  ofAttacks: readonly Quantity[] = [],
): void {
  const plain = quantities.map(({ id }) => id);
  const attacked = [
    ...quantities.flatMap(({ damage }) => (damage === null ? [] : [damage.id])),
    ...plain,
    ...ofAttacks.map(({ id }) => id),
  ];
  for (const { text, metric, budgetFraction } of limits) {
    const known = budgetFraction === null ? plain : attacked;
    if (!known.includes(metric)) {
      const hint = budgetFraction === null && attacked.includes(metric) ? `; ${metric} needs a budget, as in ${metric}@1%` : "";
      throw new UsageError(
        `--limit "${text}": there is no metric "${metric}"${didYouMean(metric, known)} here; there are: ${known.join(", ")}${hint}`,
      );
    }
    if (budgetFraction !== null && !budgets.some((budget) => Math.abs(budget - budgetFraction) < 1e-9))
      throw new UsageError(
        `--limit "${text}": ${budgetText(budgetFraction)} is not a budget of this study; its budgets: ${budgets.map(budgetText).join(", ")}`,
      );
  }
}
