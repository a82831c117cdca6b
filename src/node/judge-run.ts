import { catalog } from "../catalog.ts";
import { UsageError, didYouMean } from "../core/errors.ts";
import type { Target } from "../core/dataset.ts";
import { primaryMetricId } from "../core/metric.ts";
import { budgetText } from "../report/format.ts";
import { type Limit, parseLimit } from "../report/limits.ts";
import { type Verdict, verdictOf } from "../report/verdict.ts";
import type { StudyConfig } from "../study/config.ts";
import { planStudy } from "../study/plan.ts";
import type { TrialRecord } from "../study/record.ts";
import { type Summary, summarise } from "../study/summary.ts";
import { digest } from "./provenance.ts";
import type { Manifest } from "./run-folder.ts";

export interface Judgement {
  readonly summary: Summary;
  readonly verdict: Verdict;
}

/** Summary and verdict of a run, from its records alone. */
export function judgeRun(manifest: Manifest, records: readonly TrialRecord[]): Judgement {
  const limits = manifest.limits.map((text) => parseLimit(text));
  checkLimits(limits, manifest.study, manifest.data.target);
  const recorded = new Set(records.map((record) => record.id));
  const planned = planStudy(manifest.study, manifest.identity, digest).flatMap((cell) => cell.trials);
  const { target, classShares, measuredExamples } = manifest.data;
  const context = { primaryMetric: primaryMetricId(target, classShares), examples: measuredExamples };
  const summary = summarise(records, catalog.metrics, context);
  const missingTrials = planned.filter(({ id }) => !recorded.has(id)).length;
  return { summary, verdict: verdictOf(summary, limits, { strict: manifest.strict, missingTrials }) };
}

/** @throws UsageError on a limit for which this study can have no figure; before it is run, so that nobody waits in vain */
export function checkLimits(limits: readonly Limit[], study: StudyConfig, target: Target): void {
  const metrics = catalog.metrics.filter((metric) => metric.appliesTo(target));
  const plain = metrics.map((metric) => metric.id);
  const attacked = [...metrics.map((metric) => metric.damage.id), ...plain];
  for (const { text, metric, budgetFraction } of limits) {
    const known = budgetFraction === null ? plain : attacked;
    if (!known.includes(metric)) {
      const hint = budgetFraction === null && attacked.includes(metric) ? `; ${metric} needs a budget, as in ${metric}@1%` : "";
      throw new UsageError(
        `--limit "${text}": there is no metric "${metric}"${didYouMean(metric, known)} here; there are: ${known.join(", ")}${hint}`,
      );
    }
    if (budgetFraction !== null && !study.budgets.some((budget) => Math.abs(budget - budgetFraction) < 1e-9))
      throw new UsageError(
        `--limit "${text}": ${budgetText(budgetFraction)} is not a budget of this study; its budgets: ${study.budgets.map(budgetText).join(", ")}`,
      );
  }
}
