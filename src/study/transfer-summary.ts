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
  /** Whether attackers asked the learner what their harm would be, by which the strongest attack is chosen. */
  readonly isAsked: boolean;
  readonly entries: readonly TransferEntry[];
}

type Transferred = TrialRecord & { readonly transfer: SurrogateFigures };

/** A figure of a summary. */
interface Entry {
  readonly attack: string | null;
  readonly budgetFraction: number;
  readonly repair: string;
  readonly metric: string;
  readonly figure: Figure;
}

/** What a summary knows already, and how it makes figures of records. */
interface TransferContext {
  readonly metrics: readonly Quantity[];
  readonly primaryMetric: string;
  /** Of the learner itself. */
  readonly entries: readonly Entry[];
  entriesOf(records: readonly TrialRecord[], metrics: readonly Quantity[], clean: ReadonlyMap<number, TrialRecord>): readonly Entry[];
}

/**
 * @param leading what the figures of the study are of
 * @param finished every trial that ended
 * @returns absent where the learner itself was looked into
 */
export function summariseTransfer(
  leading: readonly TrialRecord[],
  finished: readonly TrialRecord[],
  { metrics, primaryMetric, entries, entriesOf }: TransferContext,
): TransferSummary | undefined {
  const all = finished.filter(hasTransfer);
  if (all.length === 0) return undefined;
  const attacked = leading.filter(hasTransfer).filter(({ attack, repair }) => attack !== null && repair === noRepair);
  const found = groupBy(attacked, ({ attack, budgetFraction }) => JSON.stringify([attack, budgetFraction])).flatMap(
    (group): TransferEntry[] => {
      const { attack, goal, budgetFraction } = group[0];
      const id = goal === "backdoor" ? "attackSuccessRate" : goal === "targeted" ? "targetErrorRise" : primaryMetric;
      const metric = metrics.find((one) => one.id === id);
      if (metric === undefined) return [];
      const shown = metric.damage?.id ?? metric.id;
      const clean = new Map(
        group.map((record) => [record.seed, { ...record, attack: null, metrics: record.transfer.cleanMetrics } as TrialRecord]),
      );
      const onSurrogate = entriesOf(
        group.map((record) => ({ ...record, metrics: record.transfer.metrics })),
        [metric],
        clean,
      ).find((entry) => entry.metric === shown)?.figure;
      const onLearner = entries.find(
        (entry) =>
          entry.attack === attack && entry.budgetFraction === budgetFraction && entry.repair === noRepair && entry.metric === shown,
      )?.figure;
      if (onSurrogate === undefined || onLearner === undefined) return [];
      const surrogates = [...new Set(group.map(({ transfer }) => transfer.surrogate))];
      return [{ attack: attack as string, goal, budgetFraction, surrogates, metric: shown, onSurrogate, onLearner }];
    },
  );
  return {
    surrogates: groupBy(all, ({ transfer }) => transfer.surrogate).map((group) => {
      const bySeed = new Map(group.map(({ seed, transfer }) => [seed, transfer.agreement]));
      return { id: group[0].transfer.surrogate, agreement: scatterInterval([...bySeed.values()], [-Infinity, 1]) };
    }),
    runs: all.reduce((sum, { transfer }) => sum + transfer.runs, 0),
    isAsked: all.every(({ transfer }) => transfer.isAsked),
    entries: found,
  };
}

function hasTransfer(record: TrialRecord): record is Transferred {
  return record.transfer !== undefined;
}
