import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { UsageError } from "../../../core/errors.ts";
import { markedEncoding, toUtf8 } from "../delimited/encoding.ts";
import { isGzip } from "./ending.ts";
import { markedFormat } from "./marks.ts";
import { refuseForeign } from "../delimited/read-text.ts";
import type { Format } from "../../formats.ts";

const most = 1 << 16;
/** The format of a file whose name says nothing, by its first bytes. @throws UsageError that says what it is, where it cannot be read */
export function sniffFormat(path: string): Format {
  const packed = firstBytes(path);
  if (packed.length === 0) throw new UsageError(`${path} is empty`);
  const bytes = isGzip(path) ? unpackHead(path, packed) : packed;
  const marked = markedFormat(bytes);
  if (marked !== null) return marked.format;
  refuseForeign(path, bytes);
  const encoding = markedEncoding(path, bytes);
  const text = toUtf8(bytes, encoding ?? "utf-8")
    .toString("utf8")
    .replace(/^\ufeff/, "");
  if (/^\s*(\{\s*["}]|\[\s*[{[\]])/.test(text)) return "json";
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const pairs = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(\s+qid:\d+)?(\s+\d+:[^\s:,;]+)+\s*(#.*)?$/i;
  const whole = bytes.length < most ? lines : lines.slice(0, -1);
  return whole.length > 1 && whole.slice(0, 20).every((line) => pairs.test(line)) ? "svmlight" : "csv";
}

function firstBytes(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most);
    return bytes.subarray(0, readSync(file, bytes, 0, most, 0));
  } finally {
    closeSync(file);
  }
}

function unpackHead(path: string, packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new UsageError(`${path} is not a sound gzip file: ${(error as Error).message}`);
  }
}
