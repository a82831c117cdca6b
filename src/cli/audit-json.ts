import type { Judgement } from "../node/judge-run.ts";
import type { TrialRecord } from "../study/record.ts";

/** The JSON document of `audit` and `check`, schema 1. */
export function auditJson(run: string, { summary, verdict }: Judgement, records: readonly TrialRecord[]): string {
  const { baseline, entries, ...rest } = summary;
  return JSON.stringify({ schema: 1, verdict, baseline, summary: entries, ...rest, trials: records, run }, null, 2);
}
