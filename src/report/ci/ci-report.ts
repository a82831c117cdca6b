/** How much a finding weighs: `error` broke a limit or ended a trial, `warning` is a finding, `note` is for information. */
export type CiLevel = "error" | "warning" | "note";

/** Lines of one file. */
export interface CiLocation {
  /** Seen from the folder that is checked, with `/`; a plain name where the file lies elsewhere. */
  readonly path: string;
  /** From 1; absent where the file has no lines. */
  readonly startLine?: number;
  /** At least `startLine`. */
  readonly endLine?: number;
}

export interface CiFinding {
  /** Id of its rule. */
  readonly rule: string;
  readonly level: CiLevel;
  /** Plain text of one line. */
  readonly message: string;
  /** The same for the same finding in other data, wherever its rows stand: digits of a digest. */
  readonly fingerprint: string;
  /** One at least. */
  readonly locations: readonly CiLocation[];
  /** How many rows it is of; absent where it is of none. */
  readonly rows?: number;
}

export interface CiRule {
  readonly id: string;
  readonly title: string;
  readonly help: string;
}

/** What a scan or a run says to the systems that check changes: one content, several forms. */
export interface CiReport {
  /** `scan of reviews.csv`. */
  readonly title: string;
  readonly version: string;
  /** Whether what was asked for was done whole. */
  readonly isWhole: boolean;
  readonly rules: readonly CiRule[];
  /** The gravest first. */
  readonly findings: readonly CiFinding[];
  /** What was found as a whole, a sentence each. */
  readonly summary: readonly string[];
  /** What was not looked at or could not have been seen, a sentence each. */
  readonly unseen: readonly string[];
  /** Which run of which version on which data; the same keys for every kind of run. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Text in one line and not too long for a list of findings. */
export function shortLine(text: string, most = 1000): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
