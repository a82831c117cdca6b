import { type Figure, scatterInterval } from "../numeric/statistics/intervals.ts";
import type { Quantity } from "../core/metric.ts";
import type { Goal } from "../core/threat.ts";
import { type SurrogateFigures, type TrialRecord, noRepair } from "./record.ts";
import { groupBy } from "./strongest.ts";

/** What one attack does to the learner that it was made on, and what to the one that was meant. */
export interface TransferEntry {
  readonly attack: string;
  readonly goal: Goal | null;
  readonly budgetFraction: number;
  /** Learners that the poison was made on, over the seeds. */
  readonly surrogates: readonly string[];
  /** A damage, or what an attack with an intent is judged by. */
  readonly metric: string;
  readonly onSurrogate: Figure;
  readonly onLearner: Figure;
}

/** Of a learner into which nobody looks. */
export interface TransferSummary {
  /** Of each learner that stood for it: on held-out rows of the clean data, the share on which both say the same class; of numbers, 1 − squared difference / variance. */
  readonly surrogates: readonly { readonly id: string; readonly agreement: Figure }[];
  /** How often the learner was run for the trials that ended. */
  readonly runs: number;
  readonly entries: readonly TransferEntry[];
}

type Transferred = TrialRecord & { readonly transfer: SurrogateFigures };

/**
 * @param leading what the figures of the study are of
 * @param finished every trial that ended
 * @param figureOf of values over seeds of trials like the first, in a metric
 * @returns absent where the learner itself was looked into
 */
export function summariseTransfer(
  leading: readonly TrialRecord[],
  finished: readonly TrialRecord[],
  metrics: readonly Quantity[],
  primaryMetric: string,
  figureOf: (values: readonly number[], group: readonly TrialRecord[], metric: Quantity) => Figure,
): TransferSummary | undefined {
  const all = finished.filter(hasTransfer);
  if (all.length === 0) return undefined;
  const attacked = leading.filter((record): record is Transferred => record.attack !== null && record.repair === noRepair && hasTransfer(record));
  const clean = new Map(leading.filter(({ attack, repair }) => attack === null && repair === noRepair).map((record) => [record.seed, record]));
  const entries = groupBy(attacked, ({ attack, budgetFraction }) => JSON.stringify([attack, budgetFraction])).flatMap((group) => {
    const records = group as readonly Transferred[];
    const { attack, goal, budgetFraction } = records[0];
    const id = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : primaryMetric;
    const metric = metrics.find((one) => one.id === id);
    if (metric === undefined) return [];
    const pairs = records.flatMap((record) => {
      const before = clean.get(record.seed);
      const learner = damageOf(metric, before?.metrics, record.metrics);
      const surrogate = damageOf(metric, record.transfer.cleanMetrics, record.transfer.metrics);
      return learner === null || surrogate === null ? [] : [{ learner, surrogate }];
    });
    if (pairs.length === 0) return [];
    const figure = (side: "learner" | "surrogate"): Figure =>
      figureOf(
        pairs.map((pair) => pair[side]),
        records,
        metric,
      );
    return [
      {
        attack: attack as string,
        goal,
        budgetFraction,
        surrogates: [...new Set(records.map(({ transfer }) => transfer.surrogate))],
        metric: metric.damage?.id ?? metric.id,
        onSurrogate: figure("surrogate"),
        onLearner: figure("learner"),
      },
    ];
  });
  return {
    surrogates: groupBy(all, ({ transfer }) => transfer.surrogate).map((group) => {
      const bySeed = new Map(group.map(({ seed, transfer }) => [seed, transfer.agreement]));
      return { id: group[0].transfer.surrogate, agreement: scatterInterval([...bySeed.values()], [-Infinity, 1]) };
    }),
    runs: all.reduce((sum, { transfer }) => sum + transfer.runs, 0),
    entries,
  };
}

function hasTransfer(record: TrialRecord): record is Transferred {
  return record.transfer !== undefined;
}

function damageOf(
  { id, damage }: Quantity,
  before: Readonly<Record<string, number>> | undefined,
  after: Readonly<Record<string, number>>,
): number | null {
  if (after[id] === undefined) return null;
  if (damage === null) return after[id];
  if (before?.[id] === undefined) return null;
  return { drop: before[id] - after[id], rise: after[id] - before[id], ratio: after[id] / before[id] }[damage.as];
}
