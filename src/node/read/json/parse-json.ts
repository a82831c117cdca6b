import { type LosslessNumber, isLosslessNumber, parse } from "lossless-json";
import { UsageError } from "../../../core/errors.ts";

/** A whole number of so many digits that a double may not hold it. */
const longNumber = /(?<![.\d])\d{16,}(?![.\deE])/;
const quote = 0x22;
const colon = 0x3a;
const backslash = 0x5c;
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * The object that a text holds; numbers that a double does not hold are texts as written, and Python's NaN is missing.
 * @throws UsageError where the text is no object, or one key stands in an object twice: which value is meant cannot be known
 */
export function parseObject(where: string, text: string): Record<string, unknown> {
  const value = parseExact(where, text);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new UsageError(`${where} must be one JSON object, got ${text.trim().slice(0, 40)}`);
  refuseKeysTwice(where, text, value);
  return value as Record<string, unknown>;
}

/** @throws UsageError that names the key, given a text and what it says */
export function refuseKeysTwice(where: string, text: string, value: object): void {
  if (keysWritten(text) !== keysOf(value)) throw new UsageError(`${where} holds ${keyTwice(text)} twice in one object`);
}

/** Outside of texts each colon of sound JSON follows a key. */
function keysWritten(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === colon) count++;
    else if (code === quote) for (at++; text.charCodeAt(at) !== quote; at++) if (text.charCodeAt(at) === backslash) at++;
  }
  return count;
}

/** Without recursion, since a text may nest deeper than calls can. */
function keysOf(value: object): number {
  const left: object[] = [value];
  let count = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const entries: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) count += entries.length;
    for (const entry of entries) if (entry !== null && typeof entry === "object") left.push(entry);
  }
  return count;
}

function keyTwice(text: string): string {
  let key = "a key";
  const open: Set<string>[] = [];
  for (const [mark, name, after] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/gs)) {
    if (mark === "{") open.push(new Set());
    else if (mark === "}") open.pop();
    else if (after !== undefined) {
      const parsed = JSON.parse(name) as string;
      if (open.at(-1)?.has(parsed) === true) key = `"${parsed}"`;
      open.at(-1)?.add(parsed);
    }
  }
  return key;
}

/** @throws UsageError where the text is no JSON */
export function parseExact(where: string, text: string): unknown {
  try {
    return longNumber.test(text) ? parseLong(text) : JSON.parse(text);
  } catch (error) {
    const mended = withoutNaN(text);
    if (mended !== text) return parseExact(where, mended);
    throw new UsageError(`${where} is not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** `NaN` as null and the infinities as texts, which Python writes and JSON does not know. */
export function withoutNaN(text: string): string {
  return text.replace(strings, (match) => (match.startsWith('"') ? match : match === "NaN" || match === "-NaN" ? "null" : `"${match}"`));
}

function parseLong(text: string): unknown {
  // The library has its own view of objects with a prototype's names and of names that stand twice: the plain parser decides whether this is JSON.
  const plain: unknown = JSON.parse(text);
  try {
    return unwrap(parse(text));
  } catch {
    return plain;
  }
}

function unwrap(value: unknown): unknown {
  if (isLosslessNumber(value)) return exact(value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unwrap(entry)]));
}

/** A number where a double holds it, else the text. */
function exact({ value }: LosslessNumber): number | string {
  const number = Number(value);
  return /^-?\d+$/.test(value) && !Number.isSafeInteger(number) ? value : number;
}
