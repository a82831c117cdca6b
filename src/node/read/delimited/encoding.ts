import { isUtf8 } from "node:buffer";
import { UsageError } from "../../../core/errors.ts";
import type { Encoding, Note } from "../request.ts";

const spoken: Readonly<Record<Encoding, string>> = {
  "utf-8": "UTF-8",
  "windows-1252": "Windows-1252 (cp1252)",
  latin1: "Latin-1 (ISO-8859-1)",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
};

/** What Windows has from 0x80 to 0x9f. Node's own decoder gives control characters for them in some versions. */
const windowsLetters = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** What a byte-order mark says; null where there is none. @throws UsageError where it says UTF-32 */
export function markedEncoding(path: string, bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" | null {
  const starts = (...mark: readonly number[]): boolean => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff))
    throw new UsageError(`${path} is UTF-32: save it as UTF-8, for instance with iconv -f UTF-32 -t UTF-8 FILE > NEW`);
  if (starts(0xef, 0xbb, 0xbf)) return "utf-8";
  return starts(0xff, 0xfe) ? "utf-16le" : starts(0xfe, 0xff) ? "utf-16be" : null;
}

/** The same text in UTF-8. A mark of UTF-16 goes; one of UTF-8 stays, for those who count bytes. */
export function toUtf8(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding === "utf-8") return bytes;
  if (encoding === "utf-16le") return Buffer.from(bytes.subarray(2).toString("utf16le"));
  if (encoding === "utf-16be") return Buffer.from(swapped(bytes.subarray(2)).toString("utf16le"));
  const text = bytes.toString("latin1");
  return Buffer.from(
    encoding === "latin1" ? text : text.replace(/[\x80-\x9f]/g, (control) => windowsLetters[control.charCodeAt(0) - 0x80]),
  );
}

export function encodingNote(path: string, encoding: Encoding, line: number): Note {
  const which = encoding.startsWith("utf-16") ? "" : `line ${line} is not UTF-8: `;
  const remedy = encoding.startsWith("utf-16")
    ? ""
    : `; where letters come out wrong, convert it first, for instance with iconv -f ENCODING -t UTF-8 FILE > NEW`;
  return {
    level: encoding.startsWith("utf-16") ? "info" : "warning",
    text: `${path}: ${which}the file is read as ${spoken[encoding]}${remedy}`,
  };
}

/**
 * The encoding of bytes that are not all UTF-8, and the first line concerned. Windows' code page where it gives the bytes from 0x80 to 0x9f a meaning, else
 * Latin-1.
 *
 * @throws UsageError where the file is UTF-8 but for some damage, or its words are made of such bytes alone, as in scripts that are not Latin
 */
export function eightBitEncoding(path: string, bytes: Buffer): { encoding: "windows-1252" | "latin1"; line: number } {
  let [first, broken, sound, lone, dense] = [0, 0, 0, 0, 0];
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    let isPlain = true;
    for (let at = start, run = 0; at <= end; at++) {
      if (at < end && bytes[at] >= 0x80) {
        isPlain = false;
        run++;
        continue;
      }
      if (run > 2) dense += run;
      else lone += run;
      run = 0;
    }
    if (!isPlain) {
      if (isUtf8(bytes.subarray(start, end))) sound++;
      else {
        broken++;
        first ||= line;
      }
    }
    start = end + 1;
  }
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (isMarked || sound > broken)
    throw new UsageError(
      `${path}: line ${first} is not UTF-8, as the rest of the file is: mend that line, or drop what is damaged with iconv -c -f UTF-8 -t UTF-8 FILE > NEW`,
    );
  if (dense > lone)
    throw new UsageError(
      `${path}: line ${first} is not UTF-8, nor is the file in a Latin script by its bytes: convert it, for instance with iconv -f ENCODING -t UTF-8 FILE > NEW`,
    );
  return { encoding: isWindows(bytes) ? "windows-1252" : "latin1", line: first };
}

/** Whether a byte is one that Latin-1 has as a control character and Windows as a letter or sign, and none is one that Windows lacks. */
function isWindows(bytes: Buffer): boolean {
  let any = false;
  for (const byte of bytes) {
    if (byte < 0x80 || byte > 0x9f) continue;
    if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) return false;
    any = true;
  }
  return any;
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
}
