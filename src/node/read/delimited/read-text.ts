import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { createGunzip, gunzipSync } from "node:zlib";
import { UsageError } from "../../../core/errors.ts";
import { eightBitEncoding, encodingNote, markedEncoding, toUtf8 } from "./encoding.ts";
import { isGzip } from "../find/ending.ts";
import { printBytes } from "../memory.ts";
import type { Encoding, Note } from "../request.ts";
import { wholeCharacters } from "./scan-records.ts";
import { foreignKind } from "../find/what-it-is.ts";

export const headBytes = 1 << 18;

/** A whole file of text, in UTF-8 whatever it was written in. */
export interface TextFile {
  readonly bytes: Buffer;
  readonly encoding: Encoding;
  readonly notes: readonly Note[];
  /** Of the file as it lies there. */
  readonly sha256: string;
  readonly size: number;
}

/** @throws UsageError where the file cannot be read, is no text, or is in no encoding that is known */
export function readText(path: string): TextFile {
  const packed = readBytes(path);
  const bytes = isGzip(path) ? unpack(path, packed) : packed;
  refuseForeign(path, bytes);
  const { encoding, line } = encodingOf(path, bytes);
  return {
    bytes: toUtf8(bytes, encoding),
    encoding,
    notes: encoding === "utf-8" ? [] : [encodingNote(path, encoding, line)],
    sha256: createHash("sha256").update(packed).digest("hex"),
    size: packed.length,
  };
}

/** The first bytes of a file in UTF-8; `whole` where that is all of it. */
export async function readHead(path: string): Promise<{ bytes: Buffer; whole: boolean; encoding: Encoding }> {
  const { bytes, whole } = await rawHead(path);
  refuseForeign(path, bytes);
  const marked = markedEncoding(path, bytes);
  if (marked === "utf-16le" || marked === "utf-16be") return { bytes: toUtf8(bytes, marked), whole, encoding: marked };
  const sure = whole ? bytes : bytes.subarray(0, wholeCharacters(bytes));
  if (isUtf8(sure)) return { bytes: sure, whole, encoding: "utf-8" };
  const all = isGzip(path) ? unpack(path, readBytes(path)) : readBytes(path);
  const { encoding } = eightBitEncoding(path, all);
  return { bytes: toUtf8(bytes, encoding), whole, encoding };
}

/** The first bytes as they are, unpacked. */
export async function rawHead(path: string, most = headBytes): Promise<{ bytes: Buffer; whole: boolean }> {
  if (statSync(path).size === 0) throw new UsageError(`${path} is empty`);
  if (isGzip(path)) {
    const chunks: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        if ((length += chunk.length) >= most) break;
      }
    } catch (error) {
      throw new UsageError(`${path} is not a sound gzip file: ${(error as Error).message}`);
    }
    if (length === 0) throw new UsageError(`${path} is empty`);
    return { bytes: Buffer.concat(chunks), whole: length < most };
  }
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most);
    const length = readSync(file, bytes, 0, most, 0);
    return { bytes: bytes.subarray(0, length), whole: length < most };
  } finally {
    closeSync(file);
  }
}

/** @throws UsageError that says what the file is, where it is no text */
export function refuseForeign(path: string, bytes: Buffer): void {
  const kind = foreignKind(path, bytes);
  if (kind !== null) throw new UsageError(`${path} is ${kind.what}: ${kind.remedy}`);
  if (bytes.toString("latin1", 0, 4) === "PAR1") throw new UsageError(`${path} is a Parquet file: use --format parquet`);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new UsageError(`${path} is packed with gzip: give it a name that ends in .gz`);
  const marked = markedEncoding(path, bytes);
  if (marked === "utf-16le" || marked === "utf-16be") return;
  const zero = bytes.indexOf(0);
  if (zero < 0) return;
  const zeros = bytes.subarray(0, 2000).reduce((sum, byte) => sum + Number(byte === 0), 0);
  const isWide = zeros > 0.3 * Math.min(bytes.length, 2000);
  throw new UsageError(
    isWide
      ? `${path} looks binary (it holds zero bytes), or is UTF-16 without a byte-order mark: then convert it, with iconv -f UTF-16LE -t UTF-8 FILE > NEW`
      : `${path} looks binary (it holds zero bytes, the first on line ${lineAt(bytes, zero)}), not text`,
  );
}

function lineAt(bytes: Buffer, at: number): number {
  let line = 1;
  for (let feed = bytes.indexOf(0x0a); feed >= 0 && feed < at; feed = bytes.indexOf(0x0a, feed + 1)) line++;
  return line;
}

function encodingOf(path: string, bytes: Buffer): { encoding: Encoding; line: number } {
  const marked = markedEncoding(path, bytes);
  if (marked === "utf-16le" || marked === "utf-16be") return { encoding: marked, line: 1 };
  return isUtf8(bytes) ? { encoding: "utf-8", line: 0 } : eightBitEncoding(path, bytes);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_FS_FILE_TOO_LARGE")
      throw new UsageError(`${path} has ${printBytes(statSync(path).size)}, too much to be read at once: split it, or write it as Parquet`);
    throw new UsageError(`${path} cannot be read: ${message}`);
  }
}

function unpack(path: string, packed: Buffer): Buffer {
  try {
    return gunzipSync(packed);
  } catch (error) {
    throw new UsageError(`${path} is not a sound gzip file: ${(error as Error).message}`);
  }
}
