import type { Judgement } from "../node/runs/judge-run.ts";
import type { RatingsJudgement } from "../node/ratings/judge-ratings.ts";
import type { RatingsHarm } from "../study/ratings/ratings-harm.ts";
import { worstOf, worstOfAll } from "../report/judging/worst.ts";
import type { TrialRecord } from "../study/record.ts";
import type { Summary, SummaryEntry } from "../study/summary.ts";

type JsonDocument = Readonly<Record<string, unknown>>;

/** The JSON document of `audit` and `check`, whose long list is `trials`. */
export function auditJson(run: string, { summary, verdict }: Judgement, records: readonly TrialRecord[]): JsonDocument {
  const { baseline, entries: _, variants, ...rest } = summary;
  const withLess = entriesJson({ entries: variants, strongest: [], strongestByGoal: [] }, records);
  return {
    verdict,
    worst: worstOf(summary),
    baseline,
    summary: [...entriesJson(summary, records), ...withLess],
    ...rest,
    trials: records,
    run,
  };
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
    worst: worstOfAll(engines),
    intervalsOf: engines[0].summary.intervalsOf,
    seeds: Math.max(...engines.map(({ summary }) => summary.seeds)),
    baseline: engines[0].summary.baseline,
    summary: engines.flatMap(({ summary }) => entriesJson(summary, records)),
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

/** Entries of a summary with what the budget came to, in rows or accounts (of seeds that differ the most), and whether the attack is the strongest of its goal there. */
function entriesJson(
  { entries, strongest, strongestByGoal }: Pick<Summary, "entries" | "strongest" | "strongestByGoal">,
  records: readonly TrialRecord[],
): JsonDocument[] {
  const rows = new Map<string, number>();
  for (const record of records) rows.set(keyOf(record), Math.max(rows.get(keyOf(record)) ?? 0, record.budgetRows));
  const isStrongest = (entry: SummaryEntry): boolean =>
    entry.attack !== null &&
    [...strongest, ...strongestByGoal.filter(({ goal }) => goal === entry.goal)].some(
      ({ attack, budgetFraction }) => attack === entry.attack && budgetFraction === entry.budgetFraction,
    );
  return entries.map((entry) => ({ ...entry, budgetRows: rows.get(keyOf(entry)) ?? null, isStrongest: isStrongest(entry) }));
}

function keyOf({ learner, attack, budgetFraction }: Pick<TrialRecord, "learner" | "attack" | "budgetFraction">): string {
  return JSON.stringify([learner, attack, budgetFraction]);
}
