import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { isGzip } from "./find/ending.ts";
import { foreignKind } from "./find/what-it-is.ts";
import { markedFormat } from "./find/marks.ts";
import type { Format } from "../formats.ts";

export interface WholeFile {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** A file of bytes that is read at once. @throws UsageError where it cannot be read, is empty, packed, or by its content of another format */
export function readWhole(path: string, format: Format, title: string): WholeFile {
  if (isGzip(path)) throw new UsageError(`${path} is packed: unpack it`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (bytes.length === 0) throw new UsageError(`${path} is empty`);
  const kind = markedFormat(bytes)?.format === format ? null : foreignKind(path, bytes);
  if (kind !== null) throw new UsageError(`${path} is no ${title}; it is ${kind.what}: ${kind.remedy}`);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
