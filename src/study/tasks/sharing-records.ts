import type { TrialRecord } from "../record.ts";
import type { SharingFindings } from "./findings.ts";

export type SharingRecord = TrialRecord & { readonly tasks: SharingFindings };

/** The records that measure sharing, by seed. */
export function sharingRecords(records: readonly TrialRecord[]): SharingRecord[] {
  return records.filter((record): record is SharingRecord => record.tasks?.kind === "sharing").sort((a, b) => a.seed - b.seed);
}
