import type { EngineFindings } from "../../report/ratings/engines.ts";
import { parseLimit } from "../../report/judging/limits.ts";
import { type Verdict, verdictOf } from "../../report/judging/verdict.ts";
import { summariseCuts } from "../../study/ratings/ratings-cuts.ts";
import { ratingQuantities } from "../../study/ratings/ratings-metrics.ts";
import type { TrialRecord } from "../../study/record.ts";
import { summarise } from "../../study/summary.ts";
import { checkLimits } from "../runs/judge-run.ts";
import type { RatingsManifest } from "../runs/manifest.ts";
import { missingTrials } from "../runs/run-plan.ts";

/** What an audit found out about each engine, and what follows for all of them. */
export interface RatingsJudgement {
  readonly engines: readonly EngineFindings[];
  readonly verdict: Verdict;
}

const order: readonly Verdict["outcome"][] = ["fail", "incomplete", "inconclusive", "not-judged", "pass"];

/** Summaries and verdict of a run, from its records alone: the limits must hold for every engine. */
export function judgeRatings(manifest: RatingsManifest, records: readonly TrialRecord[]): RatingsJudgement {
  const limits = manifest.limits.map((text) => parseLimit(text));
  const quantities = ratingQuantities(manifest.study.goal);
  checkLimits(limits, manifest.study.budgets, quantities);
  // Every seed asks the same users for the same ratings.
  const context = { primaryMetric: quantities[0].id, examples: manifest.data.users, testFraction: null };
  const judged = manifest.study.engines.map(({ id: engine }) => {
    const ofEngine = records.filter(({ learner }) => learner === engine);
    const summary = summarise(ofEngine, quantities, context);
    return {
      engine,
      summary,
      cuts: summariseCuts(ofEngine),
      verdict: verdictOf(summary, limits, { strict: manifest.strict, missingTrials: missingTrials(manifest, records, engine) }),
    };
  });
  const worst = judged.reduce((a, b) => (order.indexOf(b.verdict.outcome) < order.indexOf(a.verdict.outcome) ? b : a)).verdict.outcome;
  const several = judged.length > 1;
  const reasons =
    worst === "not-judged"
      ? judged[0].verdict.reasons
      : judged.flatMap(({ engine, verdict }) => verdict.reasons.map((reason) => (several ? `${engine}: ${reason}` : reason)));
  return { engines: judged.map(({ engine, summary, cuts }) => ({ engine, summary, cuts })), verdict: { outcome: worst, reasons } };
}
