import { openSync, readSync, closeSync } from "node:fs";
import { totalmem } from "node:os";
import { UsageError } from "../../core/errors.ts";
import { type RatingScale, type Ratings, isOnScale } from "../../core/ratings.ts";
import { detectScale } from "./detect-scale.ts";
import { fetchNumbers, fetchTexts, internalName, withinMemory } from "./duckdb.ts";
import { type FoundFiles, findFiles } from "./find-files.ts";
import { checkMemory, estimateBytes } from "./memory.ts";
import { isMissing, isNumeric } from "./missing.ts";
import { type RatingRole, type RatingColumns, resolveRatingColumns } from "./ratings-columns.ts";
import type { RawData } from "./raw.ts";
import { sortClasses } from "./read-labels.ts";
import { loadRaw, placeOfRow } from "./read-table.ts";
import { withStandardInput } from "./standard-input.ts";
import type { Note, ReadRequest, SourceFile } from "./request.ts";

export interface RatingsRequest
  extends
    Pick<ReadRequest, "data" | "format" | "header" | "delimiter" | "quoted" | "memoryLimitBytes">,
    Partial<Record<RatingRole, string>> {
  /** What ratings may be. Default: as found, from the lowest to the highest. */
  readonly scale?: {
    readonly low: number;
    readonly high: number;
    readonly step?: number;
    /** Ratings beyond the ends are moved to them, with a warning; else they are refused. */
    readonly clip?: boolean;
  };
}

export interface RatingsResult {
  readonly ratings: Ratings;
  readonly notes: readonly Note[];
  readonly files: readonly SourceFile[];
}

/** Reads who rated what from any format of cells. Every guess is a note; whatever is wrong is a UsageError of one line. */
export function readRatings(given: RatingsRequest): Promise<RatingsResult> {
  return withStandardInput(given.data, (data) => readNamed({ ...given, data }));
}

async function readNamed(given: RatingsRequest): Promise<RatingsResult> {
  const isDoubleColon = given.format === undefined && given.delimiter === undefined && looksDoubleColon(given.data);
  const request: RatingsRequest = isDoubleColon ? { ...given, format: "csv", delimiter: ":", quoted: false, header: false } : given;
  const found = findFiles(request.data, request.format);
  if (found.format === "svmlight" || found.format === "idx" || found.format === "images")
    throw new UsageError(`${found.paths[0]}: ${found.format} data has no users and items`);
  const limitBytes = request.memoryLimitBytes ?? totalmem() / 2;
  checkMemory(found.paths, estimateBytes(found.paths, found.format), limitBytes);
  return withinMemory(() => readCells(found, request, isDoubleColon, limitBytes));
}

async function readCells(found: FoundFiles, request: RatingsRequest, isDoubleColon: boolean, limitBytes: number): Promise<RatingsResult> {
  const raw = await loadRaw(found, { ...request, labels: [], text: [], features: [], drop: [] }, limitBytes, "texts");
  try {
    const names = raw.columns.map(({ name }) => name);
    // Between two colons lies an empty column.
    const offered = isDoubleColon ? names.filter((_, j) => j % 2 === 0) : names;
    const where = found.paths.length === 1 ? found.paths[0] : request.data;
    const { columns, notes } = resolveRatingColumns(
      request,
      offered,
      !raw.dialect.header && found.format !== "parquet" && found.format !== "jsonl",
      where,
    );
    const rated = await fetchRated(raw, names, columns, request.time !== undefined);
    const clipped = request.scale?.clip === true ? clip(rated.value, request.scale) : 0;
    const scale = await scaleOf(raw, rated.value, columns.rating, request.scale);
    const { ratings, leftOut } = sortRatings(rated, scale);
    const first = leftOut.length === 0 ? "" : await placeOfRow(raw, leftOut[0]);
    return {
      ratings,
      notes: [
        ...found.notes,
        ...raw.notes,
        ...notes,
        ...rated.notes,
        ...clipNote(clipped),
        ...describe(ratings, { count: leftOut.length, first }, request),
      ],
      files: raw.files,
    };
  } finally {
    raw.connection.closeSync();
  }
}

/** Row by row as read. Shapes: user, item, value, time [rows]. */
interface Rated {
  readonly user: { readonly codes: Int32Array; readonly names: readonly string[] };
  readonly item: { readonly codes: Int32Array; readonly names: readonly string[] };
  readonly value: Float64Array;
  readonly time: Float64Array | null;
  readonly notes: readonly Note[];
}

async function fetchRated(raw: RawData, names: readonly string[], columns: RatingColumns, isTimeAsked: boolean): Promise<Rated> {
  const texts = (name: string) => fetchTexts(raw.connection, `nullif(trim(${internalName(names.indexOf(name))}::VARCHAR), '')`, raw.rows);
  const [user, item, rating] = [await texts(columns.user), await texts(columns.item), await texts(columns.rating)];
  for (const [name, { codes, names: found }] of [
    [columns.user, user],
    [columns.item, item],
  ] as const) {
    const row = codes.findIndex((code) => code < 0 || isMissing(found[code]));
    if (row >= 0) throw new UsageError(`${await placeOfRow(raw, row)}, column "${name}" is empty; every rating has a user and an item`);
  }
  const numbers = Float64Array.from(rating.names, (text) => (isNumeric(text) ? Number(text) : NaN));
  const bad = rating.codes.findIndex((code) => code < 0 || !Number.isFinite(numbers[code]));
  if (bad >= 0) {
    const cell = rating.codes[bad] < 0 ? "is empty" : `is "${rating.names[rating.codes[bad]]}"`;
    throw new UsageError(`${await placeOfRow(raw, bad)}, column "${columns.rating}" ${cell}; a rating must be a finite number`);
  }
  const value = Float64Array.from(rating.codes, (code) => numbers[code]);
  return { user, item, value, ...(await fetchTimes(raw, names, columns.time, isTimeAsked)) };
}

/** Numbers as they are, dates and times as seconds since 1970. */
async function fetchTimes(
  raw: RawData,
  names: readonly string[],
  column: string | null,
  isAsked: boolean,
): Promise<Pick<Rated, "time" | "notes">> {
  if (column === null) return { time: null, notes: [] };
  const cell = `${internalName(names.indexOf(column))}::VARCHAR`;
  const [time] = await fetchNumbers(
    raw.connection,
    [`coalesce(TRY_CAST(${cell} AS DOUBLE), epoch(TRY_CAST(${cell} AS TIMESTAMP)))`],
    raw.rows,
  );
  const bad = time.findIndex((t) => !Number.isFinite(t));
  if (bad < 0) return { time, notes: [] };
  const what = `${await placeOfRow(raw, bad)}, column "${column}" is neither a number nor a date like 2024-01-31`;
  if (isAsked) throw new UsageError(what);
  return { time: null, notes: [{ level: "warning", text: `ratings have no time: ${what}` }] };
}

/** Moves ratings beyond the ends to them, in place; says how many. */
function clip(value: Float64Array, { low, high }: { readonly low: number; readonly high: number }): number {
  let moved = 0;
  for (let p = 0; p < value.length; p++) {
    const within = Math.min(high, Math.max(low, value[p]));
    if (within !== value[p]) moved++;
    value[p] = within;
  }
  return moved;
}

function clipNote(clipped: number): Note[] {
  const words =
    clipped === 1
      ? "1 rating lies beyond the scale and was moved to its end"
      : `${clipped} ratings lie beyond the scale and were moved to its ends`;
  return clipped === 0 ? [] : [{ level: "warning", text: words }];
}

async function scaleOf(raw: RawData, value: Float64Array, column: string, given: RatingsRequest["scale"]): Promise<RatingScale> {
  const detected = detectScale(value);
  if (given === undefined) return detected;
  const { low, high, step = detectScale([low, high, ...value.filter((v) => v >= low && v <= high)]).step } = given;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high && step >= 0))
    throw new UsageError(`--scale must be a lowest and a highest rating with a step of 0 or more, got ${low} to ${high} by ${step}`);
  const scale = { low, high, step };
  const bad = value.findIndex((v) => !isOnScale(scale, v));
  if (bad >= 0)
    throw new UsageError(
      `${await placeOfRow(raw, bad)}, column "${column}" is ${value[bad]}, which is not on the scale ${low} to ${high} by ${step}${value[bad] < low || value[bad] > high ? " (--clip moves what lies beyond to its ends)" : ""}`,
    );
  return scale;
}

/** By user, then item; of several ratings of an item by a user the latest, of equally late ones the last, is kept. Shape: leftOut [rows left out], rising. */
function sortRatings({ user, item, value, time }: Rated, scale: RatingScale): { ratings: Ratings; leftOut: Int32Array } {
  const [users, items] = [sortClasses(user.names), sortClasses(item.names)];
  const [u, i] = [placesOf(user.codes, user.names, users), placesOf(item.codes, item.names, items)];
  const order = Int32Array.from(u.keys()).sort((a, b) => u[a] - u[b] || i[a] - i[b] || (time === null ? 0 : time[a] - time[b]) || a - b);
  const isLast = (k: number): boolean => k + 1 === order.length || u[order[k]] !== u[order[k + 1]] || i[order[k]] !== i[order[k + 1]];
  const kept = order.filter((_, k) => isLast(k));
  const ratings = {
    user: Int32Array.from(kept, (p) => u[p]),
    item: Int32Array.from(kept, (p) => i[p]),
    value: Float64Array.from(kept, (p) => value[p]),
    time: time && Float64Array.from(kept, (p) => time[p]),
    users,
    items,
    scale,
  };
  return { ratings, leftOut: order.filter((_, k) => !isLast(k)).sort() };
}

function placesOf(codes: Int32Array, names: readonly string[], sorted: readonly string[]): Int32Array {
  const place = new Map(sorted.map((name, at) => [name, at]));
  const moved = Int32Array.from(names, (name) => place.get(name)!);
  return codes.map((code) => moved[code]);
}

function describe(ratings: Ratings, duplicates: { readonly count: number; readonly first: string }, request: RatingsRequest): Note[] {
  const { user, users, items, scale, time } = ratings;
  const notes: Note[] = [];
  if (request.scale === undefined) {
    const text =
      scale.step === 0
        ? `all ratings are ${scale.low}: only who rated what can be learned`
        : `ratings go from ${scale.low} to ${scale.high} by ${scale.step}, as found (override with --scale)`;
    notes.push({ level: scale.step === 0 ? "warning" : "info", text });
  }
  if (duplicates.count > 0) {
    const kept = time === null ? "the last" : "the latest";
    const text = `${duplicates.count} ratings of an item that the user rated again are left out; ${kept} is kept (the first left out: ${duplicates.first})`;
    notes.push({ level: "warning", text });
  }
  const counts = new Int32Array(users.length);
  for (const u of user) counts[u]++;
  const single = counts.reduce((sum, count) => sum + Number(count === 1), 0);
  if (single > 0)
    notes.push({ level: "info", text: `${single} of ${users.length} users have a single rating: they are trained on and never tested` });
  notes.push({ level: "info", text: `${user.length} ratings of ${items.length} items by ${users.length} users` });
  return notes;
}

/** Whether one file is like MovieLens' ratings.dat: cells between double colons. */
function looksDoubleColon(path: string): boolean {
  if (!/\.(dat|data|txt)$/i.test(path)) return false;
  try {
    const file = openSync(path, "r");
    const head = Buffer.alloc(400);
    const length = readSync(file, head, 0, head.length, 0);
    closeSync(file);
    return /^[^:\r\n]+::[^:\r\n]+::[^:\r\n]+(::[^:\r\n]+)?(\r?\n|$)/.test(head.toString("utf8", 0, length));
  } catch {
    return false;
  }
}
