import type { FalseAlarms } from "../../core/false-alarms.ts";
import type { Detector } from "../../core/detector.ts";

/** What a scan says of one data row. */
export interface RowFinding {
  /** Data row, from 0. */
  readonly row: number;
  /** Who contributed it, where accounts are judged and rows by them. */
  readonly source?: string;
  readonly flagged: boolean;
  /** Higher = more suspicious; see scan-rows.ts and scan-accounts.ts. */
  readonly score: number;
  /** In words, strongest first; empty where nothing flags the row. */
  readonly reasons: readonly string[];
  /** By detector; of a row with several labels, the highest. */
  readonly scores: Readonly<Record<string, number>>;
}

/** What a scan says of one account or task. */
export interface GroupFinding {
  readonly name: string;
  readonly rows: number;
  readonly flaggedRows: number;
  readonly flagged: boolean;
  readonly score: number;
  readonly reasons: readonly string[];
}

/** Rows that belong together, found as one. */
export interface CampaignFinding {
  /** Who found it. */
  readonly detectors: readonly string[];
  /** Data rows, from 0, ascending. */
  readonly rows: readonly number[];
  /** Who contributed them, as far as that is known. */
  readonly accounts: readonly string[];
  /** Their tasks; empty where there is one. */
  readonly tasks: readonly string[];
  /** The first and the last of their days, as the first date column has them; null where there is none. */
  readonly days: readonly [string, string] | null;
  /** Texts that the others are made from, where it is copies; null = not known. */
  readonly baseTexts: number | null;
  readonly sentence: string;
  /** null = not known. */
  readonly expectedFalseAlarms: number | null;
  /** Of dialogues: how strong it is and what is to be expected among innocent data; see `DialogueGroup`. */
  readonly evidence?: number;
  readonly expectedFindings?: number | null;
  /** What its records share, word for word. */
  readonly marks?: readonly string[];
  /** Worth a look, and not enough to flag a row. */
  readonly isWeak?: true;
  /** Some of its rows, in words that are cut to what matters. */
  readonly examples?: readonly CampaignExample[];
}

export interface CampaignExample {
  readonly row: number;
  /** Where it begins in its file, once it is known. */
  readonly line?: number;
  readonly prompt: string;
  readonly answer: string;
}

export interface DetectorOutcome {
  readonly id: string;
  readonly subject: Detector["subject"];
  /** Rows that it flags, through their account where it judges accounts; null = it only ranks, or is silent. */
  readonly flaggedRows: number | null;
  /** Whether it has a rule for such labels at all, silent or not. */
  readonly hasRule: boolean;
  /** Why its rule flags nothing although it would. */
  readonly silence: string | null;
  /** null = its rule cannot say. */
  readonly expectedFalseAlarms: number | null;
  /** What it says of the data or the model as a whole. */
  readonly findings?: readonly string[];
  /** Why it has nothing to say, if so. */
  readonly error: string | null;
}

/** A detector that said nothing, and why. */
export interface NotRun {
  readonly detector: string;
  readonly why: string;
}

export interface ScanResult {
  /** Every labelled row by falling score; where accounts are judged, all rows of the accounts in `sources`; of dialogues those of which somebody says something. */
  readonly rows: readonly RowFinding[];
  /** Those with a flagged row, and those flagged themselves, by falling score; where accounts are judged, some of the next ones too. */
  readonly sources: readonly GroupFinding[];
  /** The largest first, of dialogues the strongest; a row may be in several. */
  readonly campaigns: readonly CampaignFinding[];
  /** All tasks by falling score; empty where there is one. */
  readonly tasks: readonly GroupFinding[];
  /** Of all flagged rows; null = not known, because the rule of one of them cannot say. */
  readonly expectedFalseAlarms: number | null;
  readonly falseAlarms: FalseAlarms;
  readonly detectors: readonly DetectorOutcome[];
  /** How many there were, where accounts are judged: not all of them are listed. */
  readonly judged?: { readonly accounts: number; readonly rows: number };
  /** How many there were, where records of dialogues are judged: those of which nobody says anything are not listed. */
  readonly judgedRecords?: number;
  /** How many rows there were, where only those that are flagged are listed. */
  readonly totalRows?: number;
}
