import { type DateOrder, numbersBeforeYear, parseTime } from "./parse-time.ts";
import type { Note } from "../request.ts";

/** Times as seconds since 1970, or in a unit that nobody knows; NaN for what is no time. */
export interface ReadTimes {
  readonly seconds: Float64Array;
  readonly notes: readonly Note[];
  /** Why none could be read, where that is not the fault of a single cell. */
  readonly refusal: string | null;
}

/** By size: from 1973 on no unit can be taken for another. */
const units = [
  { from: 1e8, name: "seconds", perSecond: 1 },
  { from: 1e11, name: "milliseconds", perSecond: 1e3 },
  { from: 1e14, name: "microseconds", perSecond: 1e6 },
  { from: 1e17, name: "nanoseconds", perSecond: 1e9 },
] as const;

/** Times that are all finite numbers. @param placeOf where a row stands, for messages */
export async function numberTimes(values: Float64Array, placeOf: (row: number) => Promise<string>): Promise<ReadTimes> {
  const written = writtenInDigits(values);
  if (written !== null) return written;
  const counts = units.map(() => 0);
  let small = 0;
  const unit = Int8Array.from(values, (value) => unitOf(value));
  for (const u of unit) {
    if (u < 0) small++;
    else counts[u]++;
  }
  const used = [...units.keys()].filter((u) => counts[u] > 0);
  if (used.length === 0)
    return done(values, [
      { level: "info", text: "times are numbers of an unknown unit, too small for seconds since 1970: only their order counts" },
    ]);
  const seconds = values.map((value, p) => (unit[p] < 0 ? value : value / units[unit[p]].perSecond));
  const notes: Note[] = [];
  const [most] = [...used].sort((a, b) => counts[b] - counts[a]);
  if (used.length > 1) {
    const other = await placeOf(unit.findIndex((u) => u >= 0 && u !== most));
    const listed = used.map((u) => `${counts[u]} in ${units[u].name}`).join(", ");
    notes.push({
      level: "warning",
      text: `times are in several units by their size: ${listed} (${other} is of the fewer); each is read in its own`,
    });
  } else
    notes.push({
      level: "info",
      text: `times are ${units[most].name} since 1970 by their size, ${span(seconds.filter((_, p) => unit[p] >= 0))}`,
    });
  const zero = values.findIndex((value) => value === 0 || value === -1);
  if (zero >= 0) {
    const count = values.reduce((sum, value) => sum + Number(value === 0 || value === -1), 0);
    const text = `${count} of ${values.length} times are 0 or −1, which may mean that there is none, and count as the earliest (the first: ${await placeOf(zero)})`;
    notes.push({ level: "warning", text });
  } else if (small > 0 && used[0] > 0) {
    const text = `${small} times are too small for ${units[most].name} since 1970 and count as the earliest (the first: ${await placeOf(unit.findIndex((u) => u < 0))})`;
    notes.push({ level: "warning", text });
  }
  return done(seconds, notes);
}

/** Times of which some are no numbers, each text once. */
export function textTimes(names: readonly string[]): ReadTimes {
  const { order, refusal, note } = dateOrderOf(names);
  if (refusal !== null) return { seconds: new Float64Array(names.length).fill(NaN), notes: [], refusal };
  let [zoned, local, days, numbers] = [false, false, false, false];
  const hasDates = names.some((name) => !isNumber(name) && parseTime(name, order) !== null);
  const seconds = Float64Array.from(names, (name) => {
    if (isNumber(name)) {
      const number = Number(name);
      if (!hasDates) return number;
      numbers = true;
      const u = unitOf(number);
      return u < 0 ? NaN : number / units[u].perSecond;
    }
    const found = parseTime(name, order);
    if (found === null) return NaN;
    if (!found.hasClock) days = true;
    else if (found.hasZone) zoned = true;
    else local = true;
    return found.seconds;
  });
  const notes: Note[] = note === null ? [] : [note];
  if (numbers)
    notes.push({
      level: "warning",
      text: "some times are numbers and some are dates: numbers are read as times since 1970, in the unit that their size tells",
    });
  if (zoned && (local || days))
    notes.push({ level: "warning", text: "some times name their zone and others do not, which are taken as UTC" });
  else if (local) notes.push({ level: "info", text: "times name no zone and are taken as UTC" });
  else if (zoned) notes.push({ level: "info", text: "times are read with the zone that each names" });
  if (days && !local && !zoned && !numbers)
    notes.push({ level: "info", text: "times are dates without an hour: which of the ratings of a day is the last is drawn by chance" });
  return done(seconds, notes);
}

/** Whether such cells look like times rather than ratings: dates, or numbers too large for anything but a time. */
export function lookLikeTimes(names: readonly string[]): boolean {
  const isTime = (name: string): boolean => {
    const number = name === "" ? NaN : Number(name);
    return Number.isFinite(number)
      ? unitOf(number) >= 0 || isCompactDate(number)
      : (parseTime(name, "day-first") ?? parseTime(name, "month-first")) !== null;
  };
  return names.length > 0 && names.every(isTime);
}

const isNumber = (name: string): boolean => name !== "" && Number.isFinite(Number(name));

const done = (seconds: Float64Array, notes: readonly Note[]): ReadTimes => ({ seconds, notes, refusal: null });

function unitOf(value: number): number {
  const size = Math.abs(value);
  for (let u = units.length - 1; u >= 0; u--) if (size >= units[u].from) return u;
  return -1;
}

/** Dates as one number, 20140731 or 20140731103000; null where they are anything else. */
function writtenInDigits(values: Float64Array): ReadTimes | null {
  if (values.every(isCompactDate)) {
    const seconds = values.map((value) => parseTime(String(value).replace(/(....)(..)(..)/, "$1-$2-$3"), null)!.seconds);
    return done(seconds, [{ level: "info", text: `times are dates written as one number, such as ${values[0]}` }]);
  }
  const isLong = (value: number): boolean => {
    const text = String(value);
    return /^(19|20)\d{10}(\d{2})?$/.test(text) && Number.isFinite(parseTime(text, null)?.seconds);
  };
  if (!values.every(isLong)) return null;
  const seconds = values.map((value) => parseTime(String(value), null)!.seconds);
  return done(seconds, [
    { level: "info", text: `times are dates and hours written as one number, such as ${values[0]}, and taken as UTC` },
  ]);
}

function isCompactDate(value: number): boolean {
  const text = String(value);
  return /^(19|20)\d{6}$/.test(text) && Number.isFinite(parseTime(text.replace(/(....)(..)(..)/, "$1-$2-$3"), null)?.seconds);
}

/** Whether 09/13/2009 begins with the month, from all dates that are written so. */
function dateOrderOf(names: readonly string[]): { order: DateOrder | null; refusal: string | null; note: Note | null } {
  const seen = new Map<DateOrder, string>();
  let open: string | null = null;
  for (const name of names) {
    const found = numbersBeforeYear(name);
    if (found === null) continue;
    const order = found.first > 12 ? "day-first" : found.second > 12 ? "month-first" : found.order;
    if (order === null) open ??= name;
    else if (!seen.has(order)) seen.set(order, name);
  }
  const [order = null] = seen.keys();
  if (seen.size > 1)
    return {
      order: null,
      refusal: `${[...seen.values()].map((name) => `"${name}"`).join(" and ")} disagree on whether the day or the month comes first`,
      note: null,
    };
  if (order === null && open !== null)
    return { order: null, refusal: `in "${open}" and all others either number could be the day: write dates as 2024-01-31`, note: null };
  if (order === null) return { order, refusal: null, note: null };
  const how = order === "day-first" ? "day, month, year" : "month, day, year";
  return { order, refusal: null, note: { level: "info", text: `dates such as ${seen.get(order)} are read as ${how}` } };
}

function span(seconds: Float64Array): string {
  let [low, high] = [Infinity, -Infinity];
  for (const second of seconds) {
    if (second < low) low = second;
    if (second > high) high = second;
  }
  const day = (second: number): string => {
    const date = new Date(second * 1000);
    return Number.isNaN(date.getTime()) ? String(second) : date.toISOString().slice(0, 10);
  };
  return `${day(low)} to ${day(high)}`;
}
