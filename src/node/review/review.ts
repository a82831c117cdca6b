import { UsageError } from "../../core/errors.ts";
import type { NumberedFinding } from "../scan/numbered-finding.ts";
import { scannables } from "../kinds/scannables.ts";
import { readScanManifest } from "../scan/read-scan.ts";
import type { ScanManifest } from "../scan/scan-folder.ts";
import { type Choice, type Decision, choices } from "./decision.ts";
import { DecisionLog } from "./decision-log.ts";
import { type FindingIndex, findingsAt, indexFindings } from "./finding-index.ts";
import type { RowsOfData } from "./rows-of-data.ts";
import { type RowsAsked, openRowsOnThread } from "./rows-thread.ts";

export const filters = ["flagged", "all", "undecided", "decided", ...choices] as const;
/** Which rows of the queue: `undecided` are flagged ones that nobody decided on. */
export type Filter = (typeof filters)[number];

export interface Progress {
  readonly rows: number;
  readonly listed: number;
  readonly flagged: number;
  readonly flaggedDecided: number;
  readonly counts: Readonly<Record<Choice, number>>;
  readonly unfinishedLines: number;
  readonly changedLines: number;
}

/** A scan whose rows are decided on. Rows count from 1. */
export interface Review {
  readonly folder: string;
  readonly manifest: ScanManifest<any>;
  readonly log: DecisionLog;
  readonly index: FindingIndex;
  /** Reads the data when it is first called. */
  rows(): RowsOfData;
  /** Lines of the index, the most suspicious first. */
  linesOf(filter: Filter): Int32Array;
  findings(lines: readonly number[]): NumberedFinding[];
  /** What the scan says of a row; null where it does not list it. */
  findingOf(row: number): NumberedFinding | null;
  progress(): Progress;
  decide(row: number, decision: Choice, by: string): Promise<Decision>;
  close(): Promise<void>;
}

export interface ReviewOptions {
  /** The data as they are here; where the scan read them by default. */
  readonly data?: string | undefined;
  readonly openRows?: (asked: RowsAsked) => RowsOfData;
}

/** Opens the queue of a scan. @throws UsageError where there is none, or what lies there does not belong together */
export async function openReview(folder: string, { data, openRows = openRowsOnThread }: ReviewOptions = {}): Promise<Review> {
  const { manifest } = readScanManifest(folder, scannables);
  const index = await indexFindings(folder, manifest);
  const log = new DecisionLog(folder, manifest.review.scan, manifest.rows);
  log.refresh();
  let opened: RowsOfData | null = null;
  const rows = (): RowsOfData => (opened ??= openRows({ scan: folder, data }));
  const isWithin: Readonly<Record<Filter, (line: number) => boolean>> = {
    all: () => true,
    flagged: (line) => index.isFlagged[line] === 1,
    undecided: (line) => index.isFlagged[line] === 1 && log.decisionOn(index.row[line]) === null,
    decided: (line) => log.decisionOn(index.row[line]) !== null,
    poison: (line) => log.decisionOn(index.row[line])?.decision === "poison",
    fine: (line) => log.decisionOn(index.row[line])?.decision === "fine",
    unsure: (line) => log.decisionOn(index.row[line])?.decision === "unsure",
  };
  return {
    ...{ folder, manifest, log, index, rows },
    linesOf(filter) {
      const lines = new Int32Array(index.count);
      const is = isWithin[filter];
      let count = 0;
      for (let line = 0; line < index.count; line++) if (is(line)) lines[count++] = line;
      return lines.subarray(0, count);
    },
    findings: (lines) => findingsAt(index, lines),
    findingOf: (row) => (index.lineOf[row] < 0 ? null : findingsAt(index, [index.lineOf[row]])[0]),
    progress() {
      const decided = log.inForce().filter(({ row }) => index.lineOf[row] >= 0 && index.isFlagged[index.lineOf[row]] === 1);
      return {
        ...{ rows: manifest.rows, listed: index.count, flagged: index.flagged, flaggedDecided: decided.length },
        ...{ counts: log.counts(), unfinishedLines: log.unfinishedLines, changedLines: log.changedLines },
      };
    },
    async decide(row, decision, by) {
      if (row > manifest.rows) throw new UsageError(`there is no row ${row}: the data have ${manifest.rows}`);
      const [content] = await rows().contents([row]);
      const [stored] = await log.decide([{ row, decision, by, content }]);
      return stored;
    },
    close: async () => {
      await opened?.close();
    },
  };
}
