import type { Judgement } from "../node/judge-run.ts";
import type { RatingsJudgement } from "../node/ratings/judge-ratings.ts";
import type { RatingsHarm } from "../study/ratings/ratings-harm.ts";
import type { TrialRecord } from "../study/record.ts";

type JsonDocument = Readonly<Record<string, unknown>>;

/** The JSON document of `audit` and `check`, whose long list is `trials`. */
export function auditJson(run: string, { summary, verdict }: Judgement, records: readonly TrialRecord[]): JsonDocument {
  const { baseline, entries, variants, ...rest } = summary;
  return { verdict, baseline, summary: [...entries, ...variants], ...rest, trials: records, run };
}

/** The same of an audit of a recommender: `baseline` is that of the first engine, `baselines` has them all. */
export function ratingsJson(
  run: string,
  { engines, verdict }: RatingsJudgement,
  records: readonly TrialRecord[],
  harm: readonly RatingsHarm[],
): JsonDocument {
  return {
    verdict,
    baseline: engines[0].summary.baseline,
    summary: engines.flatMap(({ summary }) => summary.entries),
    baselines: Object.fromEntries(engines.map(({ engine, summary }) => [engine, summary.baseline])),
    detections: engines.flatMap(({ engine, summary }) => summary.detections.map((entry) => ({ learner: engine, ...entry }))),
    cuts: engines.flatMap(({ engine, cuts }) => cuts.map((entry) => ({ learner: engine, ...entry }))),
    strongest: engines.flatMap(({ engine, summary }) => summary.strongest.map((entry) => ({ learner: engine, ...entry }))),
    harm,
    failures: engines.flatMap(({ summary }) => summary.failures),
    trials: records,
    run,
  };
}
