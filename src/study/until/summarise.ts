import { resampledInterval, studentQuantile } from "../../numeric/statistics/intervals.ts";
import type { Access, Goal } from "../../core/threat.ts";
import type { TrialRecord } from "../record.ts";
import type { UntilGoal } from "./goal.ts";

/** How little poison is enough; rows where it says rows, or accounts. */
export interface UntilEntry extends UntilGoal {
  readonly unit: "rows" | "accounts";
  readonly attack: string;
  readonly access: Access | null;
  readonly goal: Goal | null;
  /** Splits on which it was searched, and those on which some budget was enough. */
  readonly splits: number;
  readonly reached: number;
  /** Rows that are enough on another split with 95 % confidence; null where that is not known: one split, or some without a budget that is enough. */
  readonly rows: number | null;
  /** Rows that are enough on half of the splits, and that are too few on another split with 95 % confidence; null where not known. */
  readonly typical: number | null;
  readonly low: number | null;
  /** `rows` as a share of the training rows, or of the users. */
  readonly share: number | null;
  /** The largest number of rows that was tried. */
  readonly mostRows: number;
}

/**
 * Over splits the logarithm of the smallest budget that is enough is taken to be normal, and `rows` is the upper end of the one-sided 95 % prediction interval for one more split:
 * exp(m + t_{J−1} s √(1 + 1/J)) (Hahn & Meeker 1991, Statistical Intervals, section 4.7). Null where nothing was searched.
 */
export function summariseUntil(
  records: readonly TrialRecord[],
  {
    until: goal,
    poisonIs,
    examples,
  }: { readonly until?: UntilGoal | undefined; readonly poisonIs?: "accounts" | undefined; readonly examples: number },
): UntilEntry | null {
  const own = records.filter((record) => record.until !== undefined);
  if (goal === undefined || own.length === 0) return null;
  const { attack, access, goal: aim } = own[0];
  const logs = own.flatMap(({ until }) => (until === undefined || until.rows === null ? [] : [Math.log(Math.max(1, until.rows))]));
  const isKnown = logs.length === own.length && logs.length > 1;
  const middle = logs.length === 0 ? null : resampledInterval(logs, 0).value;
  const spread = isKnown ? Math.sqrt(logs.reduce((sum, log) => sum + (log - (middle as number)) ** 2, 0) / (logs.length - 1)) : 0;
  const reach = isKnown ? studentQuantile(0.95, logs.length - 1) * spread * Math.sqrt(1 + 1 / logs.length) : 0;
  const rows = isKnown ? Math.ceil(Math.exp((middle as number) + reach) - 1e-9) : null;
  // What was inserted is not among the rows that it is a share of.
  const training =
    poisonIs === "accounts"
      ? examples
      : own.reduce((sum, record) => sum + record.trainingRows - (record.access === "inject" ? record.touchedRows : 0), 0) / own.length;
  const { metric, operator, bound } = goal;
  return {
    unit: poisonIs ?? "rows",
    ...{ metric, operator, bound, attack: attack ?? "", access, goal: aim, splits: own.length, reached: logs.length, rows },
    typical: middle === null || logs.length * 2 < own.length ? null : Math.max(1, Math.round(Math.exp(middle))),
    low: isKnown ? Math.max(1, Math.floor(Math.exp((middle as number) - reach))) : null,
    share: rows === null ? null : rows / training,
    mostRows: Math.max(...own.flatMap(({ until }) => until?.tried.map((tried) => tried.rows) ?? [])),
  };
}
