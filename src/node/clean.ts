import { basename, extname, join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { openSource, rewriterFor } from "./poison/source-file.ts";
import type { CopiedReading } from "./kinds/attackable.ts";
import type { AnyScannable } from "./kinds/scannable.ts";
import { scannables } from "./kinds/scannables.ts";
import type { SplitFile } from "./read/dialogues/split-records.ts";
import type { SourceFile } from "./read/request.ts";
import type { NumberedFinding } from "./scan/numbered-finding.ts";
import { readDecisions } from "./review/read-decisions.ts";
import { readScan, readScanned } from "./scan/read-scan.ts";
import { readReview } from "./scan/review-file.ts";
import { writeFiles } from "./write/write-files.ts";

export interface CleanConfig {
  /** The data as they are here; where the scan read them by default. */
  readonly data?: string;
  /** Folder of the scan. */
  readonly scan: string;
  /** A moderator's decisions: a CSV with the columns row and decision (keep, remove, or empty: as flagged). */
  readonly review?: string;
  /** The decisions of the review queue, which lie beside the scan. */
  readonly decisions?: boolean;
  /** With `decisions`: what nobody decided on stays, flagged or not. */
  readonly onlyDecided?: boolean;
  /** Quarantine the so many highest instead of the flagged ones: rows or, where accounts were judged, accounts. */
  readonly top?: number;
  /** Folder of the two files; the scan's by default. */
  readonly out?: string;
}

export interface Cleaned {
  readonly files: readonly { readonly cleaned: string; readonly quarantined: string }[];
  readonly kept: number;
  readonly quarantined: number;
  /** What the counts are of. */
  readonly noun: "row" | "record";
  /** Flagged rows that the review keeps, and unflagged ones that it removes. */
  readonly overruled: number;
  /** What is of a format that is read alone is written as CSV, of dialogues as JSON lines. */
  readonly isConverted: boolean;
  /** False where the review does not say of which scan it is, so that nothing shows that it belongs to this one. */
  readonly isReviewMarked: boolean;
}

/**
 * Writes the rows that stay and the rows that do not into two files, in their order, each record with the bytes that it had; the header stands in both.
 * Nothing is written over.
 *
 * @param kinds of data that the scan may be of
 * @throws UsageError where the data are not those that were scanned, the folder holds no scan, or the review decides what it cannot
 */
export async function clean(config: CleanConfig, kinds: readonly AnyScannable[] = scannables): Promise<Cleaned> {
  const scan = readScan(config.scan, kinds);
  const { kind, manifest, findings } = scan;
  const read = await readScanned(config.scan, scan, config.data);
  const suspects =
    config.top === undefined ? findings.filter((finding) => finding.flagged) : highest(findings, config.top, manifest.rows, config.scan);
  const removed = new Set(suspects.map(({ row }) => row - 1));
  if (config.onlyDecided === true) removed.clear();
  const review = config.review === undefined ? null : readReview(config.review, read.table.rows, manifest.review.scan, manifest.campaigns);
  const decided = config.decisions === true ? readDecisions(config.scan, scan, read.table.columns) : [];
  let overruled = 0;
  for (const { row, decision } of [...(review?.decisions ?? []), ...decided]) {
    if (decision === "keep" ? removed.delete(row) : !removed.has(row)) overruled++;
    if (decision === "remove") removed.add(row);
  }

  const folder = config.out ?? config.scan;
  const parts: { path: string; content: Buffer }[] = [];
  const files: { cleaned: string; quarantined: string }[] = [];
  let isConverted = false;
  let first = 0;
  for (const file of read.files) {
    if (read.dialect.compression !== "none") throw new UsageError(`${file.path} is packed: unpack it, scan it and clean that`);
    const split = kind.split === undefined ? splitTable(read, file) : await kind.split(read, file);
    const { path, records } = split;
    isConverted ||= split.isConverted;
    if (records.length !== file.rows) throw new Error(`${records.length} records for ${file.rows} rows`);
    const ending = extname(path);
    const stem = basename(path, ending);
    const names = { cleaned: join(folder, `${stem}.cleaned${ending}`), quarantined: join(folder, `${stem}.quarantined${ending}`) };
    const [kept, taken] = [[split.head], [split.head]];
    records.forEach((record, i) => {
      const side = removed.has(first + i) ? taken : kept;
      if (side.length > 1) side.push(split.between(i));
      side.push(record);
    });
    for (const side of [kept, taken]) side.push(split.tail);
    first += records.length;
    if (files.some(({ cleaned }) => cleaned === names.cleaned))
      throw new UsageError(`two files of the data are named ${stem}${ending}: scan and clean them one by one, or into a folder each`);
    files.push(names);
    parts.push({ path: names.quarantined, content: Buffer.concat(taken) }, { path: names.cleaned, content: Buffer.concat(kept) });
  }
  writeFiles(parts);
  const isReviewMarked = review?.isMarked ?? true;
  const noun = kind.id === "dialogues" ? "record" : "row";
  return { noun, files, kept: read.table.rows - removed.size, quarantined: removed.size, overruled, isConverted, isReviewMarked };
}

/** A file of a table: records with all that follows them up to the next one. */
function splitTable(read: CopiedReading, file: SourceFile): SplitFile {
  const { source, dialect, isConverted } = openSource(read, file);
  const { path, bytes } = source;
  const { records } = rewriterFor(path, bytes, dialect);
  const nothing = Buffer.alloc(0);
  return {
    path,
    isConverted,
    head: bytes.subarray(0, records.length === 0 ? bytes.length : records[0].start),
    records: records.map(({ start }, i) => bytes.subarray(start, i + 1 < records.length ? records[i + 1].start : bytes.length)),
    between: () => nothing,
    tail: nothing,
  };
}

/** The first rows or, where accounts were judged, all rows of the first accounts. @throws UsageError where the scan does not list so many of them */
function highest(findings: readonly NumberedFinding[], top: number, rows: number, scan: string): NumberedFinding[] {
  const listed = new Set(findings.map(({ row, source = row }) => source)).size;
  if (top > listed && findings.length < rows)
    throw new UsageError(
      findings.some(({ source }) => source !== undefined)
        ? `--top ${top}: ${scan} lists ${listed} accounts only, those that it flagged and the next ones`
        : `--top ${top}: ${scan} lists ${listed} rows only, those of which any detector says something`,
    );
  const subjects = new Set<number | string>();
  return findings.filter(({ row, source = row }) => {
    if (subjects.size < top) subjects.add(source);
    return subjects.has(source);
  });
}
