import { readFile } from "node:fs/promises";
import { UsageError } from "../core/errors.ts";
import type { TrialRecord } from "../study/record.ts";
import { parseExactly, stringifyExactly } from "./exact-json.ts";
import { digest } from "./provenance.ts";

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

/** @throws UsageError on a line that is no record, was changed, or stands twice */
export async function readRecords(file: string): Promise<RecordsOnDisk> {
  const bytes = await readFile(file);
  const wholeBytes = bytes.lastIndexOf(10) + 1;
  const lines = bytes.toString("utf8", 0, wholeBytes).split("\n").slice(0, -1);
  const known = new Set<string>();
  const stored = lines.map((line, i) => {
    const entry = parseLine(line, `${file}: line ${i + 1}`);
    if (known.has(entry.record.id)) throw new UsageError(`${file}: line ${i + 1} records trial ${entry.record.id} again`);
    known.add(entry.record.id);
    return entry;
  });
  return { stored, wholeBytes };
}

function parseLine(line: string, where: string): StoredRecord {
  const check = checkPattern.exec(line)?.[1];
  const body = line.replace(checkPattern, "}");
  if (check === undefined) throw new UsageError(`${where} is not the record of a trial`);
  if (digest(body).slice(0, checkLength) !== check)
    throw new UsageError(`${where} was changed after it was written: its check does not fit`);
  const { patch, ...record } = parseExactly(body) as TrialRecord & { patch: string | null };
  return { record, patch };
}
