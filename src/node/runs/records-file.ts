import { isUtf8 } from "node:buffer";
import { UsageError } from "../../core/errors.ts";
import type { TrialRecord } from "../../study/record.ts";
import { stringifyExactly } from "../schemas/exact-json.ts";
import { digest } from "./provenance.ts";
import { readBytes } from "../schemas/read-bytes.ts";
import { parseOwn } from "../schemas/read-own-file.ts";
import { recordFile } from "../schemas/record-line.ts";

/** A record as it stands in `records.jsonl`: with the digest of the cell's patch, and one of the line itself. */
export interface StoredRecord {
  readonly record: TrialRecord;
  /** SHA-256 of the patch file; null for a trial without a patch. */
  readonly patch: string | null;
}

export interface RecordsOnDisk {
  readonly stored: readonly StoredRecord[];
  /** Bytes up to the end of the last whole line; what follows was being written when the run was killed. */
  readonly wholeBytes: number;
}

const checkLength = 16;
const checkPattern = new RegExp(`,"check":"([0-9a-f]{${checkLength}})"}$`);

/** The line of a record. It ends with a digest of what stands before, so that a changed line is known. */
export function recordLine({ record, patch }: StoredRecord): string {
  const body = stringifyExactly({ ...record, patch });
  return `${body.slice(0, -1)},"check":"${digest(body).slice(0, checkLength)}"}\n`;
}

const mostBytes = 2 ** 31 - 1;

/** @throws UsageError on a line that is no record, was changed, or stands twice */
export async function readRecords(file: string): Promise<RecordsOnDisk> {
  const bytes = readBytes(file, { what: "the records of a run", maxBytes: mostBytes });
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const known = new Set<string>();
  const stored: StoredRecord[] = [];
  // Line by line: all of them may be too long for one string.
  for (let from = 0, to = 0; from < wholeBytes; from = to + 1) {
    to = bytes.indexOf(10, from);
    const where = `${file}: line ${stored.length + 1}`;
    const line = bytes.subarray(from, to);
    if (!isUtf8(line)) throw new UsageError(`${where} is not the record of a trial: it is not text in UTF-8`);
    const entry = parseRecordLine(line.toString("utf8"), where);
    if (known.has(entry.record.id)) throw new UsageError(`${where} records trial ${entry.record.id} again`);
    known.add(entry.record.id);
    stored.push(entry);
  }
  return { stored, wholeBytes };
}

/** The record of a line. @throws UsageError on one that is none, or was changed */
export function parseRecordLine(line: string, where: string): StoredRecord {
  const check = checkPattern.exec(line)?.[1];
  const body = line.replace(checkPattern, "}");
  if (check === undefined) throw new UsageError(`${where} is not the record of a trial: it does not end with its check`);
  if (digest(body).slice(0, checkLength) !== check)
    throw new UsageError(`${where} was changed after it was written: its check does not fit`);
  const { patch, ...record } = parseOwn(body, where, recordFile);
  return { record, patch };
}
