import { readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { totalmem } from "node:os";
import { UsageError } from "../../../core/errors.ts";
import { dataRecords } from "../delimited/load-delimited.ts";
import { standardInput } from "../find/standard-input.ts";
import type { SourceFile } from "../request.ts";
import { createHash } from "node:crypto";
import type { DialoguesRead } from "./read-dialogues.ts";
import { findJsonRecords } from "./record-spans.ts";
import { openRecords } from "./records.ts";

/** A file taken apart into its records: its head, some of them with what stands before each but the first, and its tail are a file again. */
export interface SplitFile {
  /** The name that the parts are derived from; another ending than the file's where they are written otherwise. */
  readonly path: string;
  readonly isConverted: boolean;
  readonly head: Buffer;
  readonly records: readonly Buffer[];
  /** What stands between a record and the one before it. */
  between(record: number): Buffer;
  readonly tail: Buffer;
}

const nothing = Buffer.alloc(0);

/** @throws UsageError where such a file cannot be taken apart, or has changed since it was read */
export async function splitFile({ dialect }: Pick<DialoguesRead, "dialect">, file: SourceFile): Promise<SplitFile> {
  const { path } = file;
  if (dialect.format === "parquet") return splitParquet(file);
  const bytes = openText(file);
  if (dialect.format !== "json" && dialect.format !== "jsonl") {
    const records = dataRecords(path, bytes, dialect);
    return wholeLines(path, bytes, records);
  }
  const { spans, layout } = findJsonRecords(path, bytes);
  if (layout === "lines")
    return wholeLines(
      path,
      bytes,
      spans.map(({ start }) => ({ start: lineStart(bytes, start) })),
    );
  const last = spans[spans.length - 1];
  return {
    path,
    isConverted: false,
    head: bytes.subarray(0, spans[0].from),
    records: spans.map(({ from, end }) => bytes.subarray(from, end)),
    between: (i) => bytes.subarray(spans[i - 1].end, spans[i].from),
    tail: bytes.subarray(last.end),
  };
}

/** The bytes of a file that was read, as they were. @throws UsageError where no changed copy of it can be written */
export function openText({ path, sha256 }: SourceFile): Buffer {
  if (path === standardInput)
    throw new UsageError("a changed copy of what came over standard input cannot be written: save the data to a file and name that");
  const bytes = readFileSync(path);
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) throw new UsageError(`${path} has changed since it was read`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new UsageError(`${path} is packed: unpack it, scan it and clean that`);
  if (bytes[0] === 0xff || bytes[0] === 0xfe)
    throw new UsageError(`${path} is UTF-16: save it as UTF-8, for instance with iconv -f UTF-16 -t UTF-8 ${basename(path)} > NEW`);
  return bytes;
}

/** Records with all that follows them up to the next one. */
function wholeLines(path: string, bytes: Buffer, starts: readonly { readonly start: number }[]): SplitFile {
  return {
    path,
    isConverted: false,
    head: bytes.subarray(0, starts[0].start),
    records: starts.map(({ start }, i) => bytes.subarray(start, i + 1 < starts.length ? starts[i + 1].start : bytes.length)),
    between: () => nothing,
    tail: nothing,
  };
}

/** Where the line of a record begins, so that blanks in front of it stay with it. */
function lineStart(bytes: Buffer, start: number): number {
  let at = start;
  while (at > 0 && bytes[at - 1] !== 0x0a && bytes[at - 1] <= 0x20) at--;
  return at;
}

/** Rows of Parquet as JSON lines. */
async function splitParquet({ path, sha256 }: SourceFile): Promise<SplitFile> {
  const opened = await openRecords(path, "parquet", totalmem() / 2);
  if (opened.file.sha256 !== sha256) throw new UsageError(`${path} has changed since it was read`);
  const records: Buffer[] = [];
  await opened.each((record) => records.push(Buffer.from(`${JSON.stringify(record)}\n`)));
  const name = join(dirname(path), `${basename(path, extname(path))}.jsonl`);
  return { path: name, isConverted: true, head: nothing, records, between: () => nothing, tail: nothing };
}
