import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "../../core/errors.ts";
import type { CellChange, RawRow } from "../../core/poison.ts";

export interface NamedDigest {
  /** Without its folder: the patch lies beside the copy. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A record that was rewritten: where it stands in the copy, and what stood there. */
export interface TouchedRecord {
  /** Data row, from 0. */
  readonly row: number;
  /** Byte offset and length in the copy. */
  readonly start: number;
  readonly bytes: number;
  readonly original: string;
}

export interface PatchFile {
  readonly schema: 1;
  readonly kind: "theriac-patch";
  readonly source: NamedDigest;
  readonly copy: NamedDigest;
  /** What is worth knowing about the copy, where there is something. */
  readonly note?: string;
  readonly about: Readonly<Record<string, unknown>>;
  readonly relabel: readonly CellChange[];
  readonly edit: readonly CellChange[];
  readonly insert: readonly RawRow[];
  readonly touched: readonly TouchedRecord[];
  /** Bytes of the copy before the inserted rows. */
  readonly keptBytes: number;
}

/** Throws UsageError of one line where the file is not a patch. */
export function readPatchFile(path: string): PatchFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UsageError(missing ? `there is no patch ${path}` : `the patch ${path} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not a patch: it is not JSON`);
  }
  const wrong = findFault(value);
  if (wrong !== null) throw new UsageError(`${path} is not a patch that Theriac can undo: ${wrong}`);
  return value as PatchFile;
}

function findFault(value: unknown): string | null {
  if (!isObject(value)) return "it is not an object";
  if (value.kind !== "theriac-patch") return `"kind" must be "theriac-patch"`;
  if (value.schema !== 1) return `"schema" must be 1, got ${JSON.stringify(value.schema)}`;
  for (const key of ["source", "copy"]) {
    const digest = value[key];
    const sound =
      isObject(digest) &&
      typeof digest.name === "string" &&
      digest.name !== "" &&
      digest.name === basename(digest.name) &&
      !["..", "."].includes(digest.name) &&
      !/[\\/]/.test(digest.name) &&
      isCount(digest.bytes) &&
      typeof digest.sha256 === "string";
    if (!sound) return `"${key}" must hold the name of a file (no folder), its bytes and its sha256`;
  }
  if (!isCount(value.keptBytes)) return `"keptBytes" must be a number of bytes`;
  if (!Array.isArray(value.touched)) return `"touched" must be a list`;
  let last = 0;
  for (const record of value.touched as unknown[]) {
    if (!isTouched(record) || record.start < last) return `"touched" must list records by rising start, with bytes and original`;
    last = record.start + record.bytes;
  }
  return last > value.keptBytes ? `"touched" goes beyond "keptBytes"` : null;
}

function isTouched(value: unknown): value is TouchedRecord {
  return isObject(value) && isCount(value.start) && isCount(value.bytes) && typeof value.original === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
