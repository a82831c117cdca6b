import type { Access } from "../../core/threat.ts";

/** What attackers got who kept below the cut of the scan, on the split of one seed. */
export interface UnnoticedResult {
  /** The attack whose poison was kept; null where no poison that does harm was left. */
  readonly attack: string | null;
  readonly access: Access | null;
  /** Poisoned examples that were kept, of which the scan flags none. */
  readonly rows: number;
  /** Those that a scan with other random numbers flags. */
  readonly flaggedAgain: number;
  /** The strongest attack without a thought of the scan. */
  readonly blind: {
    readonly attack: string;
    readonly rows: number;
    readonly flagged: number;
    /** Of these by each detector that flags rows. */
    readonly byDetector: readonly { readonly detector: string; readonly flagged: number }[];
  };
  /** Clean examples that the scan flags beside the poison that was kept. */
  readonly falseAlarms: number;
  /** Attacks that were tried at home. */
  readonly tried: readonly string[];
}
