import { countedAt } from "../../study/budgets.ts";
import type { RatingsHarm } from "../../study/ratings/harm.ts";
import { certifiedJson } from "./certified-json.ts";
import type { LearnerFindings } from "./learner-findings.ts";
import type { Verdict } from "./verdict.ts";
import { worstOf, worstOfAll } from "./worst.ts";
import type { TrialRecord } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";

/** What judging a run found. */
interface Judged {
  readonly learners: readonly LearnerFindings[];
  /** Of the first learner. */
  readonly summary: Summary;
  readonly verdict: Verdict;
}

export type JsonDocument = Readonly<Record<string, unknown>>;

const listed = ["detections", "persistence", "strongest", "strongestByGoal", "strongestByAccess"] as const;

/** The JSON document of `audit` and `check`, whose long list is `trials`. */
export function auditJson(run: string, { summary, learners, verdict }: Judged, records: readonly TrialRecord[]): JsonDocument {
  const { baseline, intervalsOf, primaryMetric, better, damageMetric } = summary;
  const isOne = learners.length === 1;
  // With several learners, what is of one of them says of which.
  const ofEach = <T extends object>(list: (findings: LearnerFindings) => readonly T[]): readonly T[] =>
    isOne ? list(learners[0]) : learners.flatMap((findings) => list(findings).map((entry) => ({ learner: findings.learner, ...entry })));
  const withLess = learners.flatMap(({ summary: { variants } }) =>
    entriesJson({ entries: variants, strongest: [], strongestByGoal: [], counted: summary.counted }, records),
  );
  return {
    verdict,
    worst: isOne ? worstOf(summary) : worstOfAll(learners),
    baseline,
    ...(isOne ? {} : { baselines: Object.fromEntries(learners.map(({ learner, summary: own }) => [learner, own.baseline])) }),
    summary: [...learners.flatMap((findings) => entriesJson(findings.summary, records)), ...withLess],
    ...{ intervalsOf, primaryMetric, better, damageMetric },
    seeds: Math.max(...learners.map(({ summary: { seeds } }) => seeds)),
    ...Object.fromEntries(listed.map((list) => [list, ofEach((findings): readonly object[] => findings.summary[list])])),
    ...(learners.some(({ summary: own }) => own.until !== null) ? { until: untilJson(learners) } : {}),
    ...(learners.some(({ summary: own }) => own.unnoticed !== null) ? { unnoticed: unnoticedJson(learners) } : {}),
    ...(learners.some(({ summary: own }) => own.recalls !== undefined)
      ? { recalls: ofEach(({ summary: { recalls } }) => recalls ?? []) }
      : {}),
    ...(learners.some(({ summary: own }) => own.transfer !== undefined) ? { transfer: transferJson(learners) } : {}),
    ...doubtsJson(learners),
    recommendedRepairs: recommendedRepairs(learners),
    ...(summary.certified === undefined ? {} : certifiedJson(summary.certified)),
    ...(learners.some(({ summary: own }) => own.notNeeded !== undefined)
      ? { notNeeded: learners.reduce((sum, { summary: own }) => sum + (own.notNeeded ?? 0), 0) }
      : {}),
    failures: ofEach(({ summary: { failures } }) => failures),
    trials: trialsJson(records, summary),
    run,
  };
}

/** The same of an audit of a recommender: always said of each engine, and with who is hurt. */
export function ratingsJson(
  run: string,
  { learners, verdict }: Pick<Judged, "learners" | "verdict">,
  records: readonly TrialRecord[],
  harm: readonly RatingsHarm[],
): JsonDocument {
  const ofEach = <T extends object>(list: (findings: LearnerFindings) => readonly T[]): object[] =>
    learners.flatMap((findings) => list(findings).map((entry) => ({ learner: findings.learner, ...entry })));
  return {
    verdict,
    worst: worstOfAll(learners),
    intervalsOf: learners[0].summary.intervalsOf,
    seeds: Math.max(...learners.map(({ summary }) => summary.seeds)),
    baseline: learners[0].summary.baseline,
    summary: learners.flatMap(({ summary }) => entriesJson(summary, records)),
    baselines: Object.fromEntries(learners.map(({ learner, summary }) => [learner, summary.baseline])),
    detections: ofEach(({ summary }) => summary.detections),
    cuts: ofEach(({ cuts }) => cuts),
    strongest: ofEach(({ summary }) => summary.strongest),
    ...(learners.some(({ summary }) => summary.until !== null) ? { until: untilJson(learners) } : {}),
    ...(learners.some(({ summary }) => summary.unnoticed !== null) ? { unnoticed: unnoticedJson(learners) } : {}),
    harm,
    ...(learners[0].summary.certified === undefined ? {} : certifiedJson(learners[0].summary.certified)),
    ...doubtsJson(learners),
    failures: ofEach(({ summary }) => summary.failures),
    trials: trialsJson(records, learners[0].summary),
    run,
  };
}

/** What was asked how few rows bring it about, of each learner where there are several. */
function untilJson(learners: readonly LearnerFindings[]): JsonDocument | JsonDocument[] {
  const found = learners.flatMap(({ learner, summary: { until } }) => (until === null ? [] : [{ learner, ...until, value: until.bound }]));
  return found.length === 1 ? found[0] : found;
}

/** What gets past a scan, of each learner where there are several. */
function unnoticedJson(learners: readonly LearnerFindings[]): JsonDocument | JsonDocument[] {
  const found = learners.flatMap(({ learner, summary: { unnoticed } }) => (unnoticed === null ? [] : [{ learner, ...unnoticed }]));
  return found.length === 1 ? found[0] : found;
}

/** What reaches a learner into which nobody looks, of each where there are several. */
function transferJson(learners: readonly LearnerFindings[]): JsonDocument | JsonDocument[] {
  const found = learners.flatMap(({ learner, summary: { transfer } }) => (transfer === undefined ? [] : [{ learner, ...transfer }]));
  return found.length === 1 ? found[0] : found;
}

/** Of each learner that had repairs to choose from. */
function recommendedRepairs(learners: readonly LearnerFindings[]): JsonDocument[] {
  return learners.flatMap(({ learner, summary: { recommendation } }) => (recommendation === null ? [] : [{ learner, ...recommendation }]));
}

/** Entries of a summary with what the budget came to, in rows or accounts (of seeds that differ the most), and whether the attack is the strongest of its goal there. */
function entriesJson(
  { entries, strongest, strongestByGoal, counted }: Pick<Summary, "entries" | "strongest" | "strongestByGoal" | "counted">,
  records: readonly TrialRecord[],
): JsonDocument[] {
  const rows = new Map<string, number>();
  for (const record of records) rows.set(keyOf(record), Math.max(rows.get(keyOf(record)) ?? 0, record.budgetRows));
  const isStrongest = (entry: SummaryEntry): boolean =>
    entry.attack !== null &&
    [...strongest, ...strongestByGoal.filter(({ goal }) => goal === entry.goal)].some(
      ({ attack, budgetFraction }) => attack === entry.attack && budgetFraction === entry.budgetFraction,
    );
  return entries.map((entry) => ({
    ...entry,
    budgetRows: rows.get(keyOf(entry)) ?? null,
    ...accountsOf(entry, counted),
    isStrongest: isStrongest(entry),
  }));
}

function trialsJson(records: readonly TrialRecord[], { counted }: Summary): readonly object[] {
  return counted === undefined ? records : records.map((record) => ({ ...record, ...accountsOf(record, counted) }));
}

/** Of a budget that was asked for in accounts, how many they are. */
function accountsOf({ budgetFraction }: Pick<TrialRecord, "budgetFraction">, counted: Summary["counted"]): { budgetAccounts?: number } {
  const own = countedAt(counted, budgetFraction);
  return own?.unit === "accounts" ? { budgetAccounts: own.count } : {};
}

function keyOf({ learner, attack, budgetFraction }: Pick<TrialRecord, "learner" | "attack" | "budgetFraction">): string {
  return JSON.stringify([learner, attack, budgetFraction]);
}

function doubtsJson(learners: readonly LearnerFindings[]): { readonly doubts?: readonly object[] } {
  const found = learners.flatMap(({ learner, summary: { doubts } }) => (doubts === undefined ? [] : [{ learner, ...doubts }]));
  return found.length === 0 ? {} : { doubts: found };
}
