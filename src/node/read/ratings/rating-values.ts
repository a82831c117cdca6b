import { readNumbers } from "../columns/read-numbers.ts";
import { isMissing, isNumeric, missingRules } from "../missing.ts";
import type { Note } from "../request.ts";

/** What cells of ratings mean, each text once. Shape: values [names]; NaN for what is no rating. */
export interface ReadValues {
  readonly values: Float64Array;
  readonly notes: readonly Note[];
}

/** Numbers, also with a decimal comma where no cell has a decimal point. */
export function ratingValues(names: readonly string[]): ReadValues {
  const plain = names.map((name) => name.replace(/^\u2212/, "-"));
  const hasPoint = plain.some((name) => isNumeric(name) && name.includes("."));
  const comma = hasPoint ? undefined : plain.find((name) => withComma.test(name));
  const values = Float64Array.from(plain, (name) => {
    if (isMissing(name)) return NaN;
    if (isNumeric(name)) return Number(name);
    return comma !== undefined && withComma.test(name) ? Number(name.replace(",", ".")) : NaN;
  });
  const odd = values.findIndex((value, code) => Number.isNaN(value) && !isMissing(names[code]));
  const spelled = odd < 0 ? undefined : spelledValues(names);
  if (spelled !== undefined) {
    const text = `ratings are not written as plain numbers: ${JSON.stringify(names[odd])} is read as ${spelled[odd]}`;
    return { values: spelled, notes: [{ level: "warning", text }] };
  }
  const notes: Note[] =
    comma === undefined
      ? []
      : [{ level: "warning", text: `ratings are written with a decimal comma: "${comma}" is read as ${comma.replace(",", ".")}` }];
  return { values, notes };
}

/** How else ratings are written: with a unit, out of so many, as signs. Absent where some are written otherwise. */
function spelledValues(names: readonly string[]): Float64Array | undefined {
  const some = names.filter((name) => !isMissing(name));
  const outOf = some.map((name) => /^(\d+(?:[.,]\d+)?) ?(?:\/|of|out of) ?(\d+)$/i.exec(name));
  if (outOf.every((match) => match !== null && match[2] === outOf[0]?.[2]))
    return Float64Array.from(names, (name) => (isMissing(name) ? NaN : Number(/^[\d.,]+/.exec(name)?.[0].replace(",", "."))));
  if (some.every((name) => /^[★⭐☆✩✮]+\ufe0f?$/u.test(name)))
    return Float64Array.from(names, (name) => (isMissing(name) ? NaN : (name.match(/[★⭐]/gu)?.length ?? 0)));
  const reading = readNumbers(names, new Float64Array(names.length).fill(1), missingRules(), false);
  return reading !== null && "values" in reading && reading.odd.length === 0 && reading.doubt === null ? reading.values : undefined;
}

/** A rating far above others that stand on even steps, from which the scale then goes: 10 or 45 among 1 to 5; null = none. */
export function strayValue(values: Float64Array): { readonly value: number; readonly low: number; readonly high: number } | null {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const value = sorted.pop();
  if (value === undefined || sorted.length < 4 || sorted.length > 20) return null;
  const step = sorted[1] - sorted[0];
  if (!sorted.every((other, k) => k === 0 || Math.abs(other - sorted[k - 1] - step) < 1e-9)) return null;
  const high = sorted[sorted.length - 1];
  return value - high > 3 * step ? { value, low: sorted[0], high } : null;
}

/** Three digits behind a comma could be thousands. */
const withComma = /^[+-]?\d+,\d{1,2}$/;

/** Codes that questionnaires and data sets use for an answer that was not given. */
export const codesOfNoRating: readonly number[] = [0, -99, -9, -2, -1, 9, 99, 999, -999, 9999];

export interface SuspectValue {
  readonly value: number;
  readonly why: string;
}

/**
 * Values that may stand for "not rated": 0 where no other rating is below 1, the one negative value, and a usual code that lies apart from all others.
 * A few distinct ratings alone tell nothing.
 */
export function suspectValues(values: Float64Array): SuspectValue[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const suspects: SuspectValue[] = [];
  let rest = sorted;
  const drop = (value: number, why: string): void => {
    suspects.push({ value, why });
    rest = rest.filter((other) => other !== value);
  };
  for (const at of ["low", "high"] as const) {
    if (rest.length < 4) break;
    const value = at === "low" ? rest[0] : rest[rest.length - 1];
    const others = rest.filter((other) => other !== value);
    const [low, high] = [others[0], others[others.length - 1]];
    const gap = at === "low" ? low - value : value - high;
    const step = others.slice(1).reduce((least, other, k) => Math.min(least, other - others[k]), Infinity);
    const range = `all others are from ${low} to ${high}`;
    if (at === "low" && value < 0 && low >= 0) drop(value, range);
    else if (codesOfNoRating.includes(value) && gap > 2 * step && gap > 1) drop(value, range);
  }
  const others = rest.filter((value) => value !== 0);
  if (rest.includes(0) && others.length >= 2 && others[0] >= 1) drop(0, "all others are 1 or more");
  return suspects;
}
