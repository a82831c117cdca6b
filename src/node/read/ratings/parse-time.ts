/** A date or time as it was written. */
export interface WrittenTime {
  /** Since 1970, where what is not said of the zone is UTC; NaN where it is no moment of the calendar. */
  readonly seconds: number;
  readonly hasClock: boolean;
  readonly hasZone: boolean;
}

/** Which of two numbers before a year is the day. */
export type DateOrder = "day-first" | "month-first";

/** No date is longer; longer texts would keep the expressions below busy. */
const longest = 64;
const clock = String.raw`(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp])?\.?(?:[Mm]\.?)?)`;
const zone = String.raw`\s*(Z|z|(?:UTC|GMT)?\s*[+-]\d{2}(?::?\d{2})?|UTC|GMT)`;
const later = String.raw`(?:(?:\s*[T,]\s*|\s+)${clock}(?:${zone})?)?`;
const weekday = String.raw`(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?`;
const month = String.raw`(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?`;

const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})${later}$`, "i");
const compact = new RegExp(String.raw`^(\d{4})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})?(?:${zone})?$`, "i");
const yearLast = new RegExp(String.raw`^(\d{1,2})([-/. ])(\d{1,2})(,\s*|\2)(\d{4})${later}$`, "i");
const dayThenName = new RegExp(String.raw`^${weekday}(\d{1,2})(?:st|nd|rd|th)?[\s-]+${month},?[\s-]+(\d{4})${later}$`, "i");
const nameThenDay = new RegExp(String.raw`^${weekday}${month}\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})${later}$`, "i");
const yearAtEnd = new RegExp(String.raw`^${weekday}${month}\s+(\d{1,2})\s+${clock}(?:${zone})?\s+(\d{4})$`, "i");
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Year first (ISO 8601 and its relatives), month by name, or day and month as two numbers before the year in the order given; null where the text has
 * none of these shapes.
 */
export function parseTime(text: string, order: DateOrder | null): WrittenTime | null {
  if (text.length > longest) return null;
  let found = yearFirst.exec(text);
  if (found !== null) return moment([found[1], found[3], found[4]], found.slice(5));
  found = compact.exec(text);
  if (found !== null) return moment([found[1], found[2], found[3]], [found[4], found[5], found[6], undefined, undefined, found[7]]);
  found = dayThenName.exec(text);
  if (found !== null) return moment([found[3], monthOf(found[2]), found[1]], found.slice(4));
  found = nameThenDay.exec(text);
  if (found !== null) return moment([found[3], monthOf(found[1]), found[2]], found.slice(4));
  found = yearAtEnd.exec(text);
  if (found !== null) return moment([found[9], monthOf(found[1]), found[2]], found.slice(3, 9));
  found = order === null ? null : yearLast.exec(text);
  if (found === null) return null;
  const [day, at] = order === "day-first" ? [found[1], found[3]] : [found[3], found[1]];
  return moment([found[5], at, day], found.slice(6));
}

/** The two numbers before the year and what stands between them; null where the text is not written so. */
export function numbersBeforeYear(
  text: string,
): { readonly first: number; readonly second: number; readonly order: DateOrder | null } | null {
  const found = text.length > longest ? null : yearLast.exec(text);
  if (found === null) return null;
  // Dots are German and Russian, "09 13, 2009" is American.
  const order = found[2] === "." ? "day-first" : found[4].startsWith(",") ? "month-first" : null;
  return { first: Number(found[1]), second: Number(found[3]), order };
}

const monthOf = (name: string): string => String(months.indexOf(name.slice(0, 3).toLowerCase()) + 1);

/** @param rest hour, minute, second, fraction, a or p, zone */
function moment([year, at, day]: readonly string[], rest: readonly (string | undefined)[]): WrittenTime {
  const [hour, minute, second = "0", fraction = "0", half, offset] = rest;
  const date = Date.UTC(Number(year), Number(at) - 1, Number(day));
  const isDay = new Date(date).getUTCDate() === Number(day) && Number(at) >= 1 && Number(at) <= 12;
  const hours = hour === undefined ? 0 : hourOf(Number(hour), half);
  const isClock = hours < 24 && Number(minute ?? 0) < 60 && Number(second) <= 60;
  const ofDay = hours * 3600 + Number(minute ?? 0) * 60 + Number(second) + Number(`0.${fraction}`);
  const seconds = isDay && isClock ? date / 1000 + ofDay - offsetSeconds(offset) : NaN;
  return { seconds, hasClock: hour !== undefined, hasZone: offset !== undefined };
}

/** NaN where a clock of twelve hours has no such hour. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return NaN;
  return (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}

function offsetSeconds(offset: string | undefined): number {
  const found = offset === undefined ? null : /([+-])(\d{2}):?(\d{2})?$/.exec(offset);
  if (found === null) return 0;
  const seconds = Number(found[2]) * 3600 + Number(found[3] ?? 0) * 60;
  return found[1] === "-" ? -seconds : seconds;
}
