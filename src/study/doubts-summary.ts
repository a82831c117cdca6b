import type { TrialRecord } from "./record.ts";

/** What may speak against the figures of a learner into which nobody looks, over the seeds. */
export interface DoubtsSummary {
  /** Answers of two trainings on the same clean rows with the same seed, and how many differ; null where there were no two. */
  readonly repeated: { readonly answers: number; readonly changed: number } | null;
  /** Clean test rows, how many of them are answered right, and how many the most frequent answer of the training rows alone would; null where answers are numbers. */
  readonly constant: { readonly rows: number; readonly right: number; readonly constantRight: number; readonly seeds: number } | null;
}

/** Undefined where nothing was looked for. */
export function summariseDoubts(records: readonly TrialRecord[]): DoubtsSummary | undefined {
  const all = records.flatMap(({ status, doubts }) => (status === "ok" && doubts !== undefined ? [doubts] : []));
  if (all.length === 0) return undefined;
  const repeated = all.flatMap((one) => one.repeated ?? []);
  const constant = all.flatMap((one) => one.constant ?? []);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    repeated:
      repeated.length === 0
        ? null
        : { answers: sum(repeated.map(({ answers }) => answers)), changed: sum(repeated.map(({ changed }) => changed)) },
    constant:
      constant.length === 0
        ? null
        : {
            rows: sum(constant.map(({ rows }) => rows)),
            right: sum(constant.map(({ right }) => right)),
            constantRight: sum(constant.map(({ constantRight }) => constantRight)),
            seeds: constant.length,
          },
  };
}

/** Standard errors of a one-sided bound of 95 %. */
const oneSided = 1.645;

/**
 * Whether no more is right than the most frequent answer alone would be: by less than chance would lift it on the rows of one seed, since seeds are tested on many of the same rows.
 */
export function isNoBetterThanConstant({ rows, right, constantRight, seeds }: NonNullable<DoubtsSummary["constant"]>): boolean {
  const p = constantRight / rows;
  return (right - constantRight) / rows <= oneSided * Math.sqrt((p * (1 - p) * seeds) / rows);
}
