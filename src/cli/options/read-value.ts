import { UsageError, didYouMean } from "../../core/errors.ts";
import type { Option } from "../../node/config/options/option.ts";
import { parseBudget } from "../../node/config/parse-budget.ts";
import { splitUnquoted } from "../../node/config/quoted.ts";

/**
 * What was given of an option, as its type says.
 *
 * @param given texts in the order of the command line, of which a single value is the last
 * @throws UsageError that names the option where a text is not allowed
 */
export function readValue({ name, type }: Option, given: readonly string[] | boolean): unknown {
  if (typeof given === "boolean") return type.of === "switch" && type.sets !== undefined ? type.sets : given;
  const option = `--${name}`;
  const text = given[given.length - 1];
  switch (type.of) {
    case "paths":
      return given;
    case "texts":
    case "columns":
      return type.commas === true ? given.flatMap((part) => splitList(part)) : given;
    case "values":
      // Numbers as numbers, so that 0 is 0.0 too.
      return given.flatMap((part) => splitList(part)).map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
    case "choice":
      return oneOf(option, text, type.among);
    case "choices":
      return given.flatMap((part) => splitList(part, option)).map((part) => oneOf(option, part, type.among));
    case "one-choice": {
      const all = given.flatMap((part) => splitList(part, option));
      if (all.length > 1 || !type.among.includes(all[0])) throw new UsageError(`${option}: ${type.why}, got ${all.join(", ")}`);
      return all[0];
    }
    case "whole":
      return wholeNumber(option, text, type);
    case "fraction":
      return fraction(option, text, type.orAll === true);
    case "positive":
      return positive(option, text);
    case "budgets":
      return given.flatMap((part) => splitList(part, option)).map((part) => parseBudget(option, part));
    case "budget": {
      const all = given.flatMap((part) => splitList(part, option)).map((part) => parseBudget(option, part));
      if (all.length > 1) throw new UsageError(`${option}: ${type.why}, got ${all.join(", ")}`);
      return all[0];
    }
    case "methods": {
      const all = type.last === true ? [text] : given;
      // Nothing is learned without a learner.
      if (type.list === "learners") return all.flatMap((part) => splitList(part, option, splitMethods));
      return idsOrNone(
        option,
        all.flatMap((part) => splitList(part, undefined, splitMethods)),
      );
    }
    case "scale":
      return scaleOf(text);
    default:
      return text;
  }
}

/** The methods that an option names; `none` says that there shall be none, so it stands alone. */
function idsOrNone(option: string, ids: string[]): string[] {
  if (!ids.includes("none")) return ids;
  if (ids.some((id) => id !== "none")) throw new UsageError(`${option} none stands alone, got ${ids.join(", ")}`);
  return [];
}

function oneOf(option: string, text: string, allowed: readonly string[]): string {
  if (allowed.includes(text)) return text;
  throw new UsageError(`${option} must be one of ${allowed.join(", ")}, got "${text}"${didYouMean(text, allowed)}`);
}

function wholeNumber(option: string, text: string, { min, max = Infinity }: { readonly min: number; readonly max?: number }): number {
  const value = Number(text);
  if (/^\s*[+-]?\d+\s*$/.test(text) && value >= min && value <= max && Number.isSafeInteger(value)) return value;
  throw new UsageError(`${option} must be a whole number of at least ${min}${value > max ? ` and at most ${max}` : ""}, got "${text}"`);
}

function fraction(option: string, text: string, orAll: boolean): number {
  const value = text.trim() === "" ? NaN : text.trim().endsWith("%") ? Number(text.trim().slice(0, -1)) / 100 : Number(text);
  if (value > 0 && (orAll ? value <= 1 : value < 1)) return value;
  throw new UsageError(`${option} must be more than 0 and ${orAll ? "at most" : "less than"} 1, such as 0.3 or 30%, got "${text}"`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(`${option} must be a number above 0, got "${text}"`);
}

function scaleOf(text: string): { low: number; high: number } {
  const [low, high, ...more] = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(low) && Number.isFinite(high) && low < high) return { low, high };
  throw new UsageError(`--scale must be the lowest and the highest rating, such as 1,5, got "${text}"`);
}

/** Methods, whose parameters may hold commas in quotes. */
const splitMethods = (text: string): string[] => splitUnquoted(text, ",");

function splitList(text: string, option?: string, split: (text: string) => string[] = (all) => all.split(",")): string[] {
  const kept = split(text)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (kept.length === 0 && option !== undefined) throw new UsageError(`${option} names nothing: got ${JSON.stringify(text)}`);
  return kept;
}
