import { closeSync, constants, openSync, readSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { join } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { NumberedFinding } from "../scan/numbered-finding.ts";
import { findingFile } from "../scan/scan-files.ts";
import { type ScanManifest, scanFiles } from "../scan/scan-folder.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { parseOwn } from "../schemas/read-own-file.ts";

const mostBytes = 2 ** 31 - 1;
const flaggedKey = Buffer.from('"flagged":');
const quote = 0x22;
const lineFeed = 0x0a;
const letterT = 0x74;

/** Where each finding stands in `findings.jsonl`, in its order: the most suspicious first. A line is read when it is asked for. */
export interface FindingIndex {
  readonly path: string;
  readonly count: number;
  readonly flagged: number;
  /** Byte at which each line begins, and the end of the last. Shape: [count + 1]. */
  readonly starts: Float64Array;
  /** Data row of each line, from 1. Shape: [count]. */
  readonly row: Int32Array;
  /** 1 = flagged. Shape: [count]. */
  readonly isFlagged: Uint8Array;
  /** Line of each data row (rows count from 1), −1 = it has none. Shape: [rows + 1]. */
  readonly lineOf: Int32Array;
}

/**
 * Looks through the findings of a scan once, without parsing them.
 *
 * @throws UsageError where the file is not what the scan wrote
 */
export async function indexFindings(folder: string, manifest: Pick<ScanManifest, "findings" | "rows">): Promise<FindingIndex> {
  const path = join(folder, scanFiles.findings);
  const bytes = readBytes(path, { what: "the findings of a scan", maxBytes: mostBytes });
  // On a thread of the pool, while the lines are looked at.
  const digesting = webcrypto.subtle.digest("SHA-256", bytes);
  const index = indexLines(path, bytes, manifest.findings.count, manifest.rows);
  const sha256 = Buffer.from(await digesting).toString("hex");
  if (index === null || sha256 !== manifest.findings.sha256)
    throw new UsageError(`${path} is not what the scan wrote: it has another digest; scan the data again`);
  return index;
}

/** null where there are not so many lines, or one is of no row. */
function indexLines(path: string, bytes: Buffer, count: number, rows: number): FindingIndex | null {
  const starts = new Float64Array(count + 1);
  const row = new Int32Array(count);
  const isFlagged = new Uint8Array(count);
  const lineOf = new Int32Array(rows + 1).fill(-1);
  let line = 0;
  let flagged = 0;
  for (let at = 0; at < bytes.length; line++) {
    if (line === count) return null;
    const feed = bytes.indexOf(lineFeed, at);
    const end = feed < 0 ? bytes.length : feed;
    const number = rowIn(bytes, at);
    if (!(number >= 1 && number <= rows) || lineOf[number] >= 0) return null;
    starts[line] = at;
    row[line] = number;
    lineOf[number] = line;
    isFlagged[line] = isFlaggedIn(bytes, at, end) ? 1 : 0;
    flagged += isFlagged[line];
    at = end + 1;
  }
  starts[count] = bytes.length;
  return line === count ? { path, count, flagged, starts, row, isFlagged, lineOf } : null;
}

const beforeRow = '{"row":'.length;

function rowIn(bytes: Buffer, start: number): number {
  let number = 0;
  for (let at = start + beforeRow; bytes[at] >= 0x30 && bytes[at] <= 0x39; at++) number = 10 * number + bytes[at] - 0x30;
  return number;
}

/** The key itself: within a text its quotation marks would be escaped. */
function isFlaggedIn(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== quote) continue;
    let same = 1;
    while (same < flaggedKey.length && bytes[at + same] === flaggedKey[same]) same++;
    if (same === flaggedKey.length) return bytes[at + same] === letterT;
  }
  return false;
}

/** Findings by their lines, from 0. @throws UsageError where the file was changed meanwhile */
export function findingsAt(index: FindingIndex, lines: readonly number[]): NumberedFinding[] {
  if (lines.length === 0) return [];
  const file = openSync(index.path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return lines.map((line) => {
      const bytes = Buffer.alloc(index.starts[line + 1] - index.starts[line]);
      readSync(file, bytes, 0, bytes.length, index.starts[line]);
      const where = `${index.path}: line ${line + 1}`;
      const finding = parseOwn(bytes.toString("utf8").trimEnd(), where, findingFile);
      if (finding.row !== index.row[line]) throw new UsageError(`${where} was changed since the folder was opened: open it again`);
      return finding;
    });
  } finally {
    closeSync(file);
  }
}
