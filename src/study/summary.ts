import { type Figure, resampledInterval, scatterInterval, usualConfidence, wilsonInterval } from "../numeric/statistics/intervals.ts";
import type { Quantity } from "../core/metric.ts";
import { type RecallEntry, summariseRecalls } from "./class-recalls.ts";
import { type Access, type Goal, type Knowledge, knowledges } from "../core/threat.ts";
import { intentQuantities } from "./table/intent-metrics.ts";
import { type PersistenceEntry, summarisePersistence } from "./persistence-summary.ts";
import { type RepairRecommendation, fairCost, recommendRepair } from "./recommend-repair.ts";
import { type TrialRecord, noRepair } from "./record.ts";
import { type StrongestAttack, type StrongestOfAccess, groupBy, strongestAttacks } from "./strongest.ts";
import type { Certified } from "./certify/result.ts";
import type { UntilGoal } from "./until/goal.ts";
import { type UnnoticedEntry, summariseUnnoticed } from "./unnoticed/summarise.ts";
import { type UntilEntry, summariseUntil } from "./until/summarise.ts";
import { type DoubtsSummary, summariseDoubts } from "./doubts-summary.ts";
import { type TransferSummary, summariseTransfer } from "./transfer-summary.ts";
import { attackKey, lookConfidence, ofWholeSeeds, standing } from "./stopping/stopping.ts";
import { type FigureKind, type IntervalScope, damageKind, sharedVariance } from "./shared-variance.ts";
import type { StudyBudgets } from "./budgets.ts";

/** One figure over seeds. */
export interface SummaryEntry {
  readonly learner: string;
  readonly attack: string | null;
  readonly access: Access | null;
  readonly goal: Goal | null;
  readonly knowledge: Knowledge | null;
  readonly budgetFraction: number;
  readonly repair: string;
  readonly metric: string;
  readonly figure: Figure;
  /** Seeds that have the figure. */
  readonly seeds: number;
  /** The attacker planned around the repair. */
  readonly adaptive?: true;
  /** Poison of some seed is made of features, which nobody could post as rows: the figure bounds what an attacker could do. */
  readonly inFeatureSpace?: true;
}

/** How well a detector found the poison of one attack at one budget; each figure over seeds. */
export interface DetectionEntry {
  readonly attack: string;
  readonly budgetFraction: number;
  readonly detector: string;
  /** null where it was defined for no seed. */
  readonly auc: Figure | null;
  readonly precision: Figure;
  readonly recall: Figure;
}

export interface Summary extends Pick<StudyBudgets, "counted"> {
  /** What the intervals of the figures are of. Those of detections and of damage as clean rows arrive are of these rows always. */
  readonly intervalsOf: IntervalScope;
  /** Seeds of which a trial ended. */
  readonly seeds: number;
  /** What the study is judged by. */
  readonly primaryMetric: string;
  readonly better: "higher" | "lower";
  readonly damageMetric: string;
  /** Of the undefended pipeline on clean data. */
  readonly baseline: Readonly<Record<string, Figure>>;
  /** Of each class, in the order of the label's classes; absent where they are about even. */
  readonly recalls?: readonly RecallEntry[];
  /** Of each attack with all the knowledge that the study gives it. */
  readonly entries: readonly SummaryEntry[];
  /** Of the same attacks with less knowledge, or planned around a repair. */
  readonly variants: readonly SummaryEntry[];
  readonly detections: readonly DetectionEntry[];
  /** Which repair to use; null where there is none to choose from. */
  readonly recommendation: RepairRecommendation | null;
  /** How long damage lasts once poisoning stops, where that was asked for. */
  readonly persistence: readonly PersistenceEntry[];
  /** How little poison is enough for what was asked, where something was. */
  readonly until: UntilEntry | null;
  /** What attackers do of whose rows a scan flags none, where that was asked for. */
  readonly unnoticed: UnnoticedEntry | null;
  /** For each budget the attack that its owner would choose, whatever the test rows then show: of those on availability, where there are any. */
  readonly strongest: readonly StrongestAttack[];
  /** The same for every goal that attacks of the study have, each with its own kind of objective. */
  readonly strongestByGoal: readonly (StrongestAttack & { readonly goal: Goal })[];
  /** And for every access that attacks with that goal need. */
  readonly strongestByAccess: readonly StrongestOfAccess[];
  /** What of the damage to a surrogate reached the learner, where nobody looks into that; absent elsewhere. */
  readonly transfer?: TransferSummary;
  /** What may speak against its figures, of the same learners. */
  readonly doubts?: DoubtsSummary;
  /** What was proven once the trials had ended; absent where nothing was. */
  readonly certified?: Certified;
  /** Trials that were not run, since earlier seeds had decided what they are for; absent where there are none. */
  readonly notNeeded?: number;
  readonly failures: readonly {
    readonly id: string;
    readonly attack: string | null;
    readonly budgetFraction: number;
    readonly error: string;
  }[];
}

/** What a summary must know of the study. */
export interface SummaryContext extends Pick<StudyBudgets, "counted"> {
  /** What the study is judged by; see `primaryMetricId`. */
  readonly primaryMetric: string;
  /** Labelled examples; the test rows of several seeds are drawn from these, so no rate rests on more of them. */
  readonly examples: number;
  /** Share of the rows that is tested on; absent = by the records, which count the measured tasks only. Null = other seeds bring no other test rows. */
  readonly testFraction?: number | null;
  /** Names of the classes, in the order of the records; absent = there are none. */
  readonly classes?: readonly string[];
  /** What was asked how little poison brings it about; absent = nothing. */
  readonly until?: UntilGoal | undefined;
  /** What budgets count; absent = rows. */
  readonly poisonIs?: "accounts";
  /** False where what is attacked and what a repair costs on clean data are measured by different metrics. */
  readonly weighsRepairs?: false;
}

/** Figures over seeds from the records alone, in the order in which the records come. */
export function summarise(records: readonly TrialRecord[], given: readonly Quantity[], context: SummaryContext): Summary {
  const metrics = [...given, ...intentQuantities];
  const finished = records.filter((record) => record.status === "ok");
  const done = finished.filter((record) => record.arrival === undefined && record.until === undefined && record.unnoticed === undefined);
  const primary = metrics.find((metric) => metric.id === context.primaryMetric);
  if (primary?.damage === undefined || primary.damage === null) throw new Error("the primary metric is not among the metrics");
  const testFraction = context.testFraction === undefined ? testedShare(done) : context.testFraction;
  const isLeading = leadingOf(done);
  const leading = done.filter(isLeading);
  const standingLeaders = standing(records.filter((record) => record.decided !== undefined || leading.includes(record))).filter(
    ({ status }) => status === "ok",
  );
  const wholeSeeds = new Set(ofWholeSeeds(records).map(({ seed }) => seed));
  const leadersOfWholeSeeds = leading.filter(({ seed }) => wholeSeeds.has(seed));
  const stopped = new Set(records.filter(({ decided }) => decided !== undefined).map(attackKey));
  const clean = cleanBySeed(done);
  const entriesOf = (some: readonly TrialRecord[], of: readonly Quantity[] = metrics, from = clean): SummaryEntry[] =>
    groupBy(some, ({ learner, attack, knowledge, adaptive, budgetFraction, repair }) =>
      JSON.stringify([learner, attack, knowledge, adaptive, budgetFraction, repair]),
    ).flatMap((group) =>
      summariseGroup(group, from, of, {
        ...{ examples: context.examples, testFraction },
        confidence: stopped.has(attackKey(group[0])) ? lookConfidence : usualConfidence,
      }),
    );
  const entries = entriesOf(leading);
  const strongestByGoal = strongestAttacks(standingLeaders, ({ goal }) => String(goal)).map(({ access: _, ...found }) => found);
  const mainGoal = (strongestByGoal.find(({ goal }) => goal === "availability") ?? strongestByGoal.at(0))?.goal;
  const strongest = strongestByGoal.filter(({ goal }) => goal === mainGoal).map(({ goal: _, ...found }) => found);
  const baseline = entries.filter((entry) => entry.attack === null && entry.repair === noRepair);
  const doubts = summariseDoubts(finished);
  const transfer = summariseTransfer(leading, finished, { metrics, primaryMetric: primary.id, entries, entriesOf });
  const recalls = summariseRecalls(leading, strongest, context.classes ?? [], (some, of) => entriesOf(some, of, cleanBySeed(some)));
  return {
    intervalsOf: testFraction === null ? "these-rows" : "new-data",
    seeds: new Set(done.map(({ seed }) => seed)).size,
    ...(context.counted === undefined ? {} : { counted: context.counted }),
    primaryMetric: primary.id,
    better: primary.better,
    damageMetric: primary.damage.id,
    baseline: Object.fromEntries(baseline.map((entry) => [entry.metric, entry.figure])),
    ...(recalls.length === 0 ? {} : { recalls }),
    ...(transfer === undefined ? {} : { transfer }),
    ...(doubts === undefined ? {} : { doubts }),
    entries,
    variants: entriesOf(done.filter((record) => !isLeading(record))),
    detections: summariseDetections(leading),
    recommendation:
      context.weighsRepairs === false
        ? null
        : recommendRepair(leadersOfWholeSeeds, {
            metric: primary,
            fairCost: fairCost(primary),
            shared: testFraction === null ? 0 : sharedVariance("chosen", primary.isRate, testFraction),
          }),
    persistence: summarisePersistence(finished, primary),
    until: summariseUntil(finished, context),
    unnoticed: summariseUnnoticed(
      finished,
      primary.damage.id,
      // Another attack may have been kept on each seed: the figure is of what attackers would do.
      (some) =>
        entriesOf(some.map((record) => ({ ...record, attack: "" }))).find(({ metric }) => metric === primary.damage?.id)?.figure ?? null,
      (attack, budgetFraction) => damageOf(entries, attack, budgetFraction, primary.damage?.id ?? ""),
    ),
    strongest,
    strongestByGoal,
    strongestByAccess: strongestAttacks(standingLeaders, ({ goal, access }) => `${goal} ${access}`),
    ...(stopped.size === 0 ? {} : { notNeeded: records.filter(({ decided }) => decided !== undefined).length }),
    failures: records
      .filter((record) => record.status === "failed")
      .map(({ id, attack, budgetFraction, error }) => ({ id, attack, budgetFraction, error: error ?? "no reason was recorded" })),
  };
}

function cleanBySeed(records: readonly TrialRecord[]): ReadonlyMap<number, TrialRecord> {
  return new Map(records.filter(({ attack, repair }) => attack === null && repair === noRepair).map((record) => [record.seed, record]));
}

function damageOf(entries: readonly SummaryEntry[], attack: string, budgetFraction: number, metric: string): Figure | null {
  const found = entries.find(
    (entry) => entry.attack === attack && entry.budgetFraction === budgetFraction && entry.repair === noRepair && entry.metric === metric,
  );
  return found?.figure ?? null;
}

/** Whether a record shows its attack with the most knowledge that it was given, and not planned around a repair. */
function leadingOf(records: readonly TrialRecord[]): (record: TrialRecord) => boolean {
  const rank = ({ knowledge }: TrialRecord): number => (knowledge === null ? 0 : knowledges.indexOf(knowledge));
  const most = new Map<string | null, number>();
  for (const record of records) {
    if (record.adaptive === true) continue;
    most.set(record.attack, Math.min(rank(record), most.get(record.attack) ?? Infinity));
  }
  return (record) => record.adaptive !== true && rank(record) === most.get(record.attack);
}

/** How figures of one group of records come to their intervals. */
interface FigureRule {
  readonly examples: number;
  readonly testFraction: number | null;
  /** Of their intervals; those of attacks that are not tried on all seeds are surer, since it was looked at them more than once. */
  readonly confidence: number;
}

/** Every figure of records that differ in their seed alone. */
export function summariseGroup(
  group: readonly TrialRecord[],
  clean: ReadonlyMap<number, TrialRecord>,
  metrics: readonly Quantity[],
  { examples, testFraction, confidence }: FigureRule,
): SummaryEntry[] {
  const shared = (kind: FigureKind, { isRate }: Quantity): number =>
    testFraction === null ? 0 : sharedVariance(kind, isRate, testFraction);
  const { learner, attack, access, goal, knowledge, adaptive, budgetFraction, repair } = group[0];
  const inFeatureSpace = group.some((record) => record.inFeatureSpace === true);
  const base = {
    ...{ learner, attack, access, goal, knowledge, budgetFraction, repair },
    ...(adaptive === true ? { adaptive } : {}),
    ...(inFeatureSpace ? { inFeatureSpace } : {}),
  };
  const entries: SummaryEntry[] = [];
  for (const metric of metrics) {
    const measured = group.filter((record) => record.metrics[metric.id] !== undefined);
    if (measured.length === 0) continue;
    const figure = resampledInterval(
      measured.map((record) => record.metrics[metric.id]),
      metric.isRate ? 0 : shared("level", metric),
      metric.range,
      confidence,
    );
    const seeds = measured.length;
    entries.push({
      ...base,
      metric: metric.id,
      figure: noFinerThanRows(figure, metric, measured, { examples, testFraction, confidence }),
      seeds,
    });
    const { damage: comparison } = metric;
    if (comparison === null || (attack === null && repair === noRepair)) continue;
    const damages = measured.flatMap((record) => {
      const before = clean.get(record.seed)?.metrics[metric.id];
      if (before === undefined) return [];
      const after = record.metrics[metric.id];
      return [{ drop: before - after, rise: after - before, ratio: after / before }[comparison.as]];
    });
    if (damages.length === 0) continue;
    const damage = resampledInterval(damages, shared(damageKind(group[0]), metric), damageRange(metric.range, comparison.as), confidence);
    const isOfShares = comparison.as !== "ratio" && isShare(metric);
    entries.push({
      ...base,
      metric: comparison.id,
      figure: isOfShares ? atLeastOneRow(damage, rowsOf(measured[0], metric), damageRange(metric.range, comparison.as)) : damage,
      seeds: damages.length,
    });
  }
  return entries;
}

/** What a comparison of two such figures can be at all. */
function damageRange([low, high]: Quantity["range"], as: NonNullable<Quantity["damage"]>["as"]): [number, number] {
  return as === "ratio" ? [0, Infinity] : [low - high, high - low];
}

/** As many rows as the figure is known by. */
function rowsOf({ shareRows, testRows }: TrialRecord, { id }: Quantity): number {
  return shareRows?.[id] ?? testRows;
}

/** A figure between 0 and 1 rests on rows, which it cannot know more finely than there are. */
function isShare({ range }: Quantity): boolean {
  return range[0] === 0 && range[1] === 1;
}

/** Seeds that agree scatter not at all, and their rows still leave open what other rows would show. */
function noFinerThanRows(
  figure: Figure,
  metric: Quantity,
  measured: readonly TrialRecord[],
  { examples, testFraction, confidence }: FigureRule,
): Figure {
  if (metric.isRate) return rateInterval(figure, measured, examples, confidence);
  const { value, low, high } = figure;
  if (low === null || high === null) return figure;
  const rows = measured.map(({ shareRows }) => shareRows?.[metric.id] ?? 0);
  const mean = rows.reduce((sum, count) => sum + count, 0) / rows.length;
  if (rows.includes(0)) return isShare(metric) ? atLeastOneRow(figure, measured[0].testRows, metric.range) : figure;
  const isRise = metric.range[0] < 0;
  if (isRise) return atLeastOneRow(figure, mean, [-1, 1]);
  const ofRows = wilsonInterval(value, rowsBehind(rows, testFraction === null ? examples : mean / testFraction), confidence);
  return { value, low: Math.min(low, ofRows.low ?? low), high: Math.max(high, ofRows.high ?? high) };
}

/** By the first trial that says; the share that audits test on where none does. */
function testedShare(records: readonly TrialRecord[]): number {
  const found = records.find(({ testRows, trainingRows }) => testRows > 0 && trainingRows > 0);
  return found === undefined ? 0.3 : found.testRows / (found.testRows + found.trainingRows);
}

/** Wilson's on the rows behind it; under attack, where seeds may differ by far more than their rows, no narrower than they scatter. */
function rateInterval({ value, low, high }: Figure, measured: readonly TrialRecord[], examples: number, confidence: number): Figure {
  const ofRows = wilsonInterval(
    value,
    rowsBehind(
      measured.map(({ testRows }) => testRows),
      examples,
    ),
    confidence,
  );
  if (measured[0].attack === null || low === null || high === null) return ofRows;
  return { value, low: Math.min(low, ofRows.low ?? low), high: Math.max(high, ofRows.high ?? high) };
}

/**
 * How many rows a mean rate of J seeds is worth. Rows that are as easy in one split as in another share v / n of the variance among all splits of the n examples, and a split
 * of m test rows has v / m; so the mean has v (1 / (J m) + (1 − 1 / J) / n).
 */
function rowsBehind(testRows: readonly number[], examples: number): number {
  const tested = testRows.reduce((sum, rows) => sum + rows, 0);
  return 1 / (1 / tested + (1 - 1 / testRows.length) / examples);
}

/** A rate cannot be known more finely than one test row in each direction: seeds that agree to the row would give no width at all. */
function atLeastOneRow({ value, low, high }: Figure, testRows: number, range: readonly [number, number]): Figure {
  if (low === null || high === null || testRows <= 0) return { value, low, high };
  return {
    value,
    low: Math.max(range[0], Math.min(low, value - 1 / testRows)),
    high: Math.min(range[1], Math.max(high, value + 1 / testRows)),
  };
}

function summariseDetections(records: readonly TrialRecord[]): DetectionEntry[] {
  const found = records.flatMap((record) =>
    record.attack === null
      ? []
      : record.detections.map((detection) => ({ attack: record.attack as string, budgetFraction: record.budgetFraction, detection })),
  );
  return groupBy(found, ({ attack, budgetFraction, detection }) => JSON.stringify([attack, budgetFraction, detection.detector])).map(
    (group) => {
      const areas = group.flatMap(({ detection }) => (detection.auc === null ? [] : [detection.auc]));
      return {
        attack: group[0].attack,
        budgetFraction: group[0].budgetFraction,
        detector: group[0].detection.detector,
        auc: areas.length === 0 ? null : scatterInterval(areas, [0, 1]),
        precision: scatterInterval(
          group.map(({ detection }) => detection.precision),
          [0, 1],
        ),
        recall: scatterInterval(
          group.map(({ detection }) => detection.recall),
          [0, 1],
        ),
      };
    },
  );
}
