import { type LosslessNumber, isLosslessNumber, parse } from "lossless-json";
import { UsageError } from "../../../core/errors.ts";

/** A whole number of so many digits that a double may not hold it. */
const longNumber = /(?<![.\d])\d{16,}(?![.\deE])/;
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

/** The object that a text holds; numbers that a double does not hold are texts as written, and Python's NaN is missing. */
export function parseObject(where: string, text: string): Record<string, unknown> {
  const value = parseExact(where, text);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw new UsageError(`${where} must be one JSON object, got ${text.trim().slice(0, 40)}`);
  return value as Record<string, unknown>;
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
