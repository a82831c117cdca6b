import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { openSource, refuseExisting, rewriterFor, writeWhole } from "./poison/source-file.ts";
import { parseRecord } from "./read/parse-record.ts";
import { readTable } from "./read/read-table.ts";
import { recordsOf } from "./read/scan-records.ts";
import { readScan } from "./schemas/read-scan.ts";

export interface CleanConfig {
  /** The data as they are here; where the scan read them by default. */
  readonly data?: string;
  /** Folder of the scan. */
  readonly scan: string;
  /** A moderator's decisions: a CSV with the columns row and decision (keep, remove, or empty: as flagged). */
  readonly review?: string;
  /** Quarantine the so many highest instead of the flagged ones. */
  readonly top?: number;
  /** Folder of the two files; the scan's by default. */
  readonly out?: string;
}

export interface Cleaned {
  readonly files: readonly { readonly cleaned: string; readonly quarantined: string }[];
  readonly kept: number;
  readonly quarantined: number;
  /** Flagged rows that the review keeps, and unflagged ones that it removes. */
  readonly overruled: number;
  /** Parquet is written as CSV. */
  readonly isConverted: boolean;
}

/**
 * Writes the rows that stay and the rows that do not into two files, in their order, each record with the bytes that it had; the header stands in both.
 * Nothing is written over.
 *
 * @throws UsageError where the data are not those that were scanned, the folder holds no scan, or the review decides what it cannot
 */
export async function clean(config: CleanConfig): Promise<Cleaned> {
  const { manifest, findings } = readScan(config.scan);
  const request = { ...manifest.read, ...(config.data === undefined ? {} : { data: config.data }) };
  const read = await readTable(request);
  read.files.forEach(({ path, sha256 }, i) => {
    if (manifest.files.length !== read.files.length || manifest.files[i].sha256 !== sha256)
      throw new UsageError(`${path} is not what ${config.scan} scanned: its content differs; scan it again`);
  });
  const flagged = new Set(findings.filter((finding) => finding.flagged).map(({ row }) => row));
  const suspects = config.top === undefined ? flagged : new Set(findings.slice(0, config.top).map(({ row }) => row));
  const removed = new Set(suspects);
  let overruled = 0;
  for (const { row, decision } of config.review === undefined ? [] : readReview(config.review, read.table.rows)) {
    if (decision === "keep" ? removed.delete(row) : !removed.has(row)) overruled++;
    if (decision === "remove") removed.add(row);
  }

  const folder = config.out ?? config.scan;
  const parts: { path: string; bytes: Buffer }[] = [];
  const files: { cleaned: string; quarantined: string }[] = [];
  let isConverted = false;
  let first = 0;
  for (const file of read.files) {
    if (read.dialect.compression !== "none") throw new UsageError(`${file.path} is packed: unpack it, scan it and clean that`);
    const opened = openSource(read, file);
    isConverted ||= opened.isConverted;
    const { path, bytes } = opened.source;
    const { records } = rewriterFor(path, bytes, opened.dialect);
    if (records.length !== file.rows) throw new Error(`${records.length} records for ${file.rows} rows`);
    const ending = extname(path);
    const stem = basename(path, ending);
    const names = { cleaned: join(folder, `${stem}.cleaned${ending}`), quarantined: join(folder, `${stem}.quarantined${ending}`) };
    const head = bytes.subarray(0, records.length === 0 ? bytes.length : records[0].start);
    const kept = [head];
    const taken = [head];
    records.forEach(({ start }, i) => {
      const end = i + 1 < records.length ? records[i + 1].start : bytes.length;
      (removed.has(first + i) ? taken : kept).push(bytes.subarray(start, end));
    });
    first += records.length;
    files.push(names);
    parts.push({ path: names.cleaned, bytes: Buffer.concat(kept) }, { path: names.quarantined, bytes: Buffer.concat(taken) });
  }
  for (const { path } of parts) refuseExisting(path);
  mkdirSync(folder, { recursive: true });
  for (const { path, bytes } of parts) writeWhole(path, bytes);
  return { files, kept: read.table.rows - removed.size, quarantined: removed.size, overruled, isConverted };
}

function readReview(path: string, rows: number): { row: number; decision: "keep" | "remove" }[] {
  if (!existsSync(path)) throw new UsageError(`--review: there is no ${path}`);
  const bytes = readFileSync(path);
  const shape = { separator: 0x2c, quoted: true, returnEnds: false };
  const [header, ...records] = recordsOf(path, bytes, shape);
  const names =
    header === undefined
      ? []
      : parseRecord(bytes, header, shape).map(({ text }) =>
          text
            .trim()
            .replace(/^\uFEFF/, "")
            .toLowerCase(),
        );
  const [rowAt, decisionAt] = [names.indexOf("row"), names.indexOf("decision")];
  if (rowAt < 0 || decisionAt < 0)
    throw new UsageError(`--review ${path} needs the columns row and decision, got ${names.join(", ") || "none"}`);
  return records.flatMap((record) => {
    const cells = parseRecord(bytes, record, shape).map(({ text }) => text.trim());
    const decision = (cells[decisionAt] ?? "").toLowerCase();
    if (decision === "") return [];
    const row = Number(cells[rowAt]);
    const where = `--review ${path}, line ${record.line}`;
    if (cells[rowAt] === "" || !Number.isInteger(row) || row < 0 || row >= rows)
      throw new UsageError(`${where}, column row: must be a data row from 0 to ${rows - 1}, got "${cells[rowAt] ?? ""}"`);
    if (decision !== "keep" && decision !== "remove")
      throw new UsageError(`${where}, column decision: must be keep, remove or empty, got "${cells[decisionAt]}"`);
    return [{ row, decision }];
  });
}
