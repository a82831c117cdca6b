import { UsageError, didYouMean } from "../core/errors.ts";
import { parseBudget } from "../node/config/parse-budget.ts";

/** Option values as commander hands them over: the text given and what was collected before it. */
type Parser<T> = (text: string, before: T | undefined) => T;

/** May be given several times; each text stands as it is. */
export const several: Parser<string[]> = (text, before) => [...(before ?? []), text];

/** May be given several times, and a comma separates too. */
export const listed: Parser<string[]> = (text, before) => [...(before ?? []), ...splitList(text)];

export function budgets(option: string): Parser<number[]> {
  return (text, before) => [...(before ?? []), ...splitList(text, option).map((part) => parseBudget(option, part))];
}

/** Words of a fixed set, several times or between commas. */
export function oneOfList<T extends string>(option: string, allowed: readonly T[]): Parser<T[]> {
  return (text, before) => [...(before ?? []), ...splitList(text, option).map((part) => oneOf(option, allowed)(part))];
}

export function oneOf<T extends string>(option: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((candidate) => candidate === text);
    if (found !== undefined) return found;
    throw new UsageError(`${option} must be one of ${allowed.join(", ")}, got "${text}"${didYouMean(text, allowed)}`);
  };
}

export function wholeNumber(option: string, min: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\s*[+-]?\d+\s*$/.test(text) && value >= min && Number.isSafeInteger(value)) return value;
    throw new UsageError(`${option} must be a whole number of at least ${min}, got "${text}"`);
  };
}

export function openFraction(option: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? NaN : text.trim().endsWith("%") ? Number(text.trim().slice(0, -1)) / 100 : Number(text);
    if (value > 0 && value < 1) return value;
    throw new UsageError(`${option} must be more than 0 and less than 1, such as 0.3 or 30%, got "${text}"`);
  };
}

function splitList(text: string, option?: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  const kept = parts.filter((part) => part !== "");
  if (kept.length === 0 && option !== undefined) throw new UsageError(`${option} names nothing: got ${JSON.stringify(text)}`);
  return kept;
}
