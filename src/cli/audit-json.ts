import type { Judgement } from "../node/judge-run.ts";
import type { RatingsJudgement } from "../node/ratings/judge-ratings.ts";
import type { RatingsHarm } from "../study/ratings/ratings-harm.ts";
import { worstOf, worstOfAll } from "../report/worst.ts";
import type { TrialRecord } from "../study/record.ts";

/** The JSON document of `audit` and `check`, schema 1. */
export function auditJson(run: string, { summary, verdict }: Judgement, records: readonly TrialRecord[]): string {
  const { baseline, entries, variants, ...rest } = summary;
  return JSON.stringify(
    { schema: 1, verdict, worst: worstOf(summary), baseline, summary: [...entries, ...variants], ...rest, trials: records, run },
    null,
    2,
  );
}

/** The same of an audit of a recommender: `baseline` is that of the first engine, `baselines` has them all. */
export function ratingsJson(
  run: string,
  { engines, verdict }: RatingsJudgement,
  records: readonly TrialRecord[],
  harm: readonly RatingsHarm[],
): string {
  const document = {
    schema: 1,
    verdict,
    worst: worstOfAll(engines),
    intervalsOf: engines[0].summary.intervalsOf,
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
  return JSON.stringify(document, null, 2);
}
