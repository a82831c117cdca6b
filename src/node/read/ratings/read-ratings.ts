import { totalmem } from "node:os";
import { UsageError } from "../../../core/errors.ts";
import { type RatingScale, type Ratings, isOnScale } from "../../../core/ratings.ts";
import { type KCore, kCore } from "../../../data/k-core.ts";
import { countOf } from "../../../report/words/words.ts";
import type { DataConfigOf } from "../../config/options/options.ts";
import { detectScale } from "./detect-scale.ts";
import { countCodes } from "../columns/say.ts";
import { twinNote } from "../columns/twins.ts";
import { fetchNumbers, fetchTexts, internalName, withinMemory } from "../duckdb.ts";
import { findFiles } from "../find/find-files.ts";
import type { FoundFiles } from "../reader.ts";
import { readers } from "../readers.ts";
import { checkMemory, estimateBytes } from "../memory.ts";
import { isMissing } from "../missing.ts";
import { lookLikeTimes, numberTimes, textTimes } from "./rating-times.ts";
import { codesOfNoRating, ratingValues } from "./rating-values.ts";
import { doubtCounts, doubtPlaces, doubtValues } from "./ratings-doubts.ts";
import { type CellsOf, type RatingRole, type RatingColumns, resolveRatingColumns } from "./ratings-columns.ts";
import { type Keep, type RowsOfRatings, keepRows, noRows } from "./rating-rows.ts";
import { layoutOf, refuseMatrix } from "./ratings-layout.ts";
import type { RawData } from "../raw.ts";
import { sortClasses } from "../read-labels.ts";
import { placeOfRow } from "../place-of-row.ts";
import { loadRaw } from "../read-table.ts";
import { refuseFormatOptions } from "../refuse-format-options.ts";
import { withStandardInput } from "../find/standard-input.ts";
import type { Note, ReadRequest, SourceFile } from "../request.ts";

export interface RatingsRequest
  extends
    Pick<ReadRequest, "data" | "memoryLimitBytes" | Extract<keyof DataConfigOf<"audit", "ratings">, keyof ReadRequest>>,
    Partial<Record<RatingRole, string>> {
  /** What ratings may be. Default: as found, from the lowest to the highest. */
  readonly scale?: {
    readonly low: number;
    readonly high: number;
    readonly step?: number;
    /** Ratings beyond the ends are moved to them, with a warning; else they are refused. */
    readonly clip?: boolean;
  };
  /** What stands where there is no rating, a number or a word, "empty" for empty cells and words such as NA: such rows are left out. */
  readonly notRated?: readonly (number | string)[];
  /** Of `readRatings`: users and items with fewer ratings are left out, as in `kCore`. */
  readonly minRatings?: number;
}

export interface RatingsResult {
  readonly ratings: Ratings;
  readonly notes: readonly Note[];
  readonly files: readonly SourceFile[];
  /** By `minRatings`. */
  readonly leftOut?: KCore["leftOut"];
}

/** Ratings with the rows that they stand in. */
export type RatingRows = RatingsResult & RowsOfRatings;

/** Reads who rated what from any format of cells. Every guess is a note; whatever is wrong is a UsageError of one line. */
export async function readRatings(given: RatingsRequest): Promise<RatingsResult> {
  const { ratings, notes, files } = await withStandardInput(given.data, (data) => readNamed({ ...given, data }, noRows));
  return given.minRatings === undefined ? { ratings, notes, files } : withinCore({ ratings, notes, files }, given.minRatings, given.data);
}

function withinCore({ ratings: all, notes, files }: RatingsResult, minRatings: number, where: string): RatingsResult {
  const { ratings, leftOut } = kCore(all, minRatings);
  const least = `with fewer than ${countOf(minRatings, "rating")}`;
  if (ratings.user.length === 0)
    throw new UsageError(`--min-ratings ${minRatings} leaves nothing of ${where}: no users and items have so many ratings of each other`);
  const text =
    leftOut.ratings === 0
      ? `no user and no item has fewer than ${countOf(minRatings, "rating")}: --min-ratings left nobody out`
      : `${countOf(leftOut.users, "user")} and ${countOf(leftOut.items, "item")} ${least} are left out with ${countOf(leftOut.ratings, "rating")}, as --min-ratings asked; ${countOf(ratings.user.length, "rating")} of ${countOf(ratings.items.length, "item")} by ${countOf(ratings.users.length, "user")} are left, and nothing is said of the others`;
  return { ratings, notes: [...notes, { level: leftOut.ratings === 0 ? "info" : "warning", text }], files, leftOut };
}

/** The same with the rows that the ratings stand in, for who writes rows, or speaks of them. */
export function readRatingRows(given: RatingsRequest): Promise<RatingRows> {
  return withStandardInput(given.data, (data) => readNamed({ ...given, data }, keepRows));
}

async function readNamed<T>(given: RatingsRequest, keep: Keep<T>): Promise<RatingsResult & T> {
  const request = layoutOf(given);
  const found = findFiles(request.data, request.format);
  const reader = readers[found.format];
  if (reader.load === undefined)
    throw new UsageError(
      `${found.paths[0]}: ${found.format === "images" ? "a folder of images has" : `${found.format} data have`} no users and items`,
    );
  refuseFormatOptions(found, request);
  const limitBytes = request.memoryLimitBytes ?? totalmem() / 2;
  checkMemory(found.paths, estimateBytes(found.paths, reader.memoryFactor), limitBytes);
  return withinMemory(() => readCells(found, request, limitBytes, keep));
}

async function readCells<T>(found: FoundFiles, request: RatingsRequest, limitBytes: number, keep: Keep<T>): Promise<RatingsResult & T> {
  const raw = await loadRaw(found, { ...request, labels: [], text: [], features: [], drop: [] }, limitBytes, "texts");
  try {
    const names = raw.columns.map(({ name }) => name);
    const where = found.paths.length === 1 ? found.paths[0] : request.data;
    // Formats without a header line name their columns otherwise.
    const isHeaderless = !raw.dialect.header && (found.format === "csv" || found.format === "tsv");
    const { columns, notes } = await resolveRatingColumns(request, names, isHeaderless, where, cellsOf(raw, names)).catch(
      async (error: unknown) => {
        await refuseMatrix(raw, where);
        throw error;
      },
    );
    const rated = await fetchRated(raw, names, columns, request);
    const clipped = request.scale?.clip === true ? clip(rated.value, request.scale) : 0;
    const scale = await scaleOf(raw, rated, columns.rating, request.scale);
    const { ratings, leftOut, place } = sortRatings(rated, scale);
    const first = leftOut.length === 0 ? "" : await placeOfRow(raw, rated.row[leftOut[0]]);
    return {
      ratings,
      notes: [
        ...found.notes,
        ...raw.notes,
        ...notes,
        ...rated.notes,
        ...(isHeaderless ? doubtPlaces(rated.user.names.length, rated.value, columns) : []),
        ...twinNote("users", columns.user, rated.user.names, countCodes(rated.user.codes, rated.user.names.length)),
        ...twinNote("items", columns.item, rated.item.names, countCodes(rated.item.codes, rated.item.names.length)),
        ...clipNote(clipped),
        ...(columns.rating === null || request.scale !== undefined
          ? []
          : [...doubtCounts(rated.value, columns.rating), ...(await doubtValues(rated.value, (p) => placeOfRow(raw, rated.row[p])))]),
        ...describe(ratings, { count: leftOut.length, first }, columns, request),
      ],
      files: raw.files,
      ...(await keep(raw, columns, rated.row, place)),
    };
  } finally {
    raw.connection.closeSync();
  }
}

/** Row by row as read, those without a rating left out. Shapes: row, user, item, value, time [rows]. */
interface Rated {
  /** Which row was loaded there. */
  readonly row: Int32Array;
  readonly user: { readonly codes: Int32Array; readonly names: readonly string[] };
  readonly item: { readonly codes: Int32Array; readonly names: readonly string[] };
  readonly value: Float64Array;
  readonly time: Float64Array | null;
  readonly notes: readonly Note[];
}

const cellOf = (names: readonly string[], name: string): string => `nullif(trim(${internalName(names.indexOf(name))}::VARCHAR), '')`;

function cellsOf(raw: RawData, names: readonly string[]): CellsOf {
  const textsOf = async (column: string): Promise<string[]> => (await fetchTexts(raw.connection, cellOf(names, column), raw.rows)).names;
  return {
    isNumeric: async (column) => {
      const [numbers] = await fetchNumbers(raw.connection, [`TRY_CAST(replace(${cellOf(names, column)}, ',', '.') AS DOUBLE)`], raw.rows);
      return numbers.filter(Number.isFinite).length >= 0.9 * raw.rows;
    },
    isTime: async (column) => lookLikeTimes(await textsOf(column)),
  };
}

async function fetchRated(raw: RawData, names: readonly string[], columns: RatingColumns, request: RatingsRequest): Promise<Rated> {
  const texts = (name: string) => fetchTexts(raw.connection, cellOf(names, name), raw.rows);
  const [user, item] = [await texts(columns.user), await texts(columns.item)];
  for (const [name, { codes, names: found }] of [
    [columns.user, user],
    [columns.item, item],
  ] as const) {
    const absent = Uint8Array.from(found, (text) => Number(isMissing(text)));
    const row = codes.findIndex((code) => code < 0 || absent[code] === 1);
    if (row < 0) continue;
    const cell = codes[row] < 0 ? "is empty" : `is "${found[codes[row]]}", which means that it is missing`;
    throw new UsageError(`${await placeOfRow(raw, row)}, column "${name}" ${cell}; every rating has a user and an item`);
  }
  const { value, notes } = await fetchValues(raw, names, columns.rating, request);
  const times = await fetchTimes(raw, names, columns.time, request.time !== undefined);
  const row = Int32Array.from(value.keys()).filter((p) => !Number.isNaN(value[p]));
  if (row.length === 0) throw new UsageError(`${request.data} holds no rating: column "${columns.rating}" has none in any row`);
  const only = <T extends Int32Array | Float64Array>(all: T): T =>
    row.length === all.length ? all : (all.filter((_, p) => !Number.isNaN(value[p])) as T);
  return {
    row,
    user: { ...user, codes: only(user.codes) },
    item: { ...item, codes: only(item.codes) },
    value: only(value),
    time: times.time && only(times.time),
    notes: [...notes, ...times.notes],
  };
}

/** Signs and words that may well stand for no rating. */
const meansNone = /^([^\p{L}\p{N}★☆]+|none|nil|missing|unknown|undefined|unrated|not rated|n\.?d\.?)$/iu;

/** NaN where there is no rating: an empty cell, a word for it, or a number that the request says stands for it. */
async function fetchValues(
  raw: RawData,
  names: readonly string[],
  column: string | null,
  { notRated = [] }: RatingsRequest,
): Promise<{ value: Float64Array; notes: Note[] }> {
  if (column === null) return { value: new Float64Array(raw.rows).fill(1), notes: [] };
  const rating = await fetchTexts(raw.connection, cellOf(names, column), raw.rows);
  const { values, notes } = ratingValues(rating.names);
  const mayBeEmpty = notRated.includes("empty");
  const isAbsent = Uint8Array.from(rating.names, (text, code) =>
    Number(isMissing(text) ? mayBeEmpty : notRated.includes(values[code]) || notRated.includes(text)),
  );
  const absent = (code: number): boolean => (code < 0 ? mayBeEmpty : isAbsent[code] === 1);
  const isBad = (code: number): boolean => !absent(code) && (code < 0 || !Number.isFinite(values[code]));
  const bad = rating.codes.findIndex(isBad);
  if (bad >= 0) {
    const text = rating.codes[bad] < 0 ? null : rating.names[rating.codes[bad]];
    const isEmpty = text === null || isMissing(text);
    const cell = text === null ? "is empty" : `is "${text}"`;
    const more = rating.codes.reduce((sum, code) => sum + Number(isBad(code)), 0) - 1;
    const others = more === 0 ? "" : `; ${more} more ${more === 1 ? "cell is" : "cells are"} no number either`;
    const word = isEmpty ? "empty" : text !== null && meansNone.test(text) ? JSON.stringify(text) : null;
    const hint = word === null ? "" : `; --not-rated ${word} leaves such rows out`;
    throw new UsageError(`${await placeOfRow(raw, bad)}, column "${column}" ${cell}; a rating must be a finite number${others}${hint}`);
  }
  const value = Float64Array.from(rating.codes, (code) => (absent(code) ? NaN : values[code]));
  const first = rating.codes.findIndex(absent);
  if (first < 0) return { value, notes: [...notes] };
  const count = rating.codes.reduce((sum, code) => sum + Number(absent(code)), 0);
  const text = `${count} of ${raw.rows} ratings are ${notRated.join(" or ")}, which was said to mean "not rated", and left out (the first: ${await placeOfRow(raw, first)})`;
  return { value, notes: [...notes, { level: "info", text }] };
}

/** Seconds since 1970 wherever the unit is known. */
async function fetchTimes(
  raw: RawData,
  names: readonly string[],
  column: string | null,
  isAsked: boolean,
): Promise<Pick<Rated, "time" | "notes">> {
  if (column === null) return { time: null, notes: [] };
  const cell = cellOf(names, column);
  const [numbers] = await fetchNumbers(raw.connection, [`TRY_CAST(${cell} AS DOUBLE)`], raw.rows);
  if (numbers.every(Number.isFinite)) {
    const { seconds, notes } = await numberTimes(numbers, (row) => placeOfRow(raw, row));
    return { time: seconds, notes };
  }
  const { codes, names: written } = await fetchTexts(raw.connection, cell, raw.rows);
  const { seconds, notes, refusal } = textTimes(written);
  const time = Float64Array.from(codes, (code) => (code < 0 ? NaN : seconds[code]));
  const bad = time.findIndex((t) => !Number.isFinite(t));
  if (bad < 0) return { time, notes };
  const more = time.reduce((sum, t) => sum + Number(!Number.isFinite(t)), 0) - 1;
  const what = codes[bad] < 0 ? "it is empty" : `got "${written[codes[bad]]}"`;
  const others = more === 0 ? "" : `, as ${more} more ${more === 1 ? "cell" : "cells"}`;
  const why =
    refusal === null
      ? `${await placeOfRow(raw, bad)}, column "${column}" is neither a number nor a date like 2024-01-31 or 2024-01-31T10:00:00+02:00, ${what}${others}`
      : `column "${column}": ${refusal}`;
  if (isAsked) throw new UsageError(why);
  return {
    time: null,
    notes: [{ level: "warning", text: `ratings have no time, so which rating of a user is the last is drawn by chance: ${why}` }],
  };
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

async function scaleOf(raw: RawData, { value, row }: Rated, column: string | null, given: RatingsRequest["scale"]): Promise<RatingScale> {
  const detected = detectScale(value);
  if (given === undefined) return detected;
  const { low, high, step = detectScale([low, high, ...value.filter((v) => v >= low && v <= high)]).step } = given;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high && step >= 0))
    throw new UsageError(`--scale must be a lowest and a highest rating with a step of 0 or more, got ${low} to ${high} by ${step}`);
  const scale = { low, high, step };
  const bad = value.findIndex((v) => !isOnScale(scale, v));
  if (bad >= 0) {
    const isBeyond = value[bad] < low || value[bad] > high;
    const isCode = codesOfNoRating.includes(value[bad]);
    const hint = ` (--clip moves what lies beyond to its ends${isCode ? `, --not-rated ${value[bad]} leaves such rows out` : ""})`;
    throw new UsageError(
      `${await placeOfRow(raw, row[bad])}, column "${column}" is ${value[bad]}, which is not on the scale ${low} to ${high} by ${step}${isBeyond ? hint : ""}`,
    );
  }
  return scale;
}

/**
 * By user, then item; of several ratings of an item by a user the latest, of equally late ones the last, is kept. `place` is where the rating of a row is,
 * or the one that it was left out for. Shapes: leftOut [rows left out], rising; place [rows].
 */
function sortRatings({ user, item, value, time }: Rated, scale: RatingScale): { ratings: Ratings; leftOut: Int32Array; place: Int32Array } {
  const [users, items] = [sortClasses(namesOf(user)), sortClasses(namesOf(item))];
  const [u, i] = [placesOf(user.codes, user.names, users), placesOf(item.codes, item.names, items)];
  const order = Int32Array.from(u.keys()).sort((a, b) => u[a] - u[b] || i[a] - i[b] || (time === null ? 0 : time[a] - time[b]) || a - b);
  const isLast = (k: number): boolean => k + 1 === order.length || u[order[k]] !== u[order[k + 1]] || i[order[k]] !== i[order[k + 1]];
  const kept = order.filter((_, k) => isLast(k));
  const place = new Int32Array(order.length);
  let at = 0;
  order.forEach((p, k) => (place[p] = isLast(k) ? at++ : at));
  const ratings = {
    user: Int32Array.from(kept, (p) => u[p]),
    item: Int32Array.from(kept, (p) => i[p]),
    value: Float64Array.from(kept, (p) => value[p]),
    time: time && Float64Array.from(kept, (p) => time[p]),
    users,
    items,
    scale,
  };
  return { ratings, leftOut: order.filter((_, k) => !isLast(k)).sort(), place };
}

/** Those that have a rating. */
function namesOf({ codes, names }: Rated["user"]): string[] {
  const isUsed = new Uint8Array(names.length);
  for (const code of codes) isUsed[code] = 1;
  return names.filter((_, code) => isUsed[code] === 1);
}

function placesOf(codes: Int32Array, names: readonly string[], sorted: readonly string[]): Int32Array {
  const place = new Map(sorted.map((name, at) => [name, at]));
  const moved = Int32Array.from(names, (name) => place.get(name) ?? -1);
  return codes.map((code) => moved[code]);
}

function describe(
  ratings: Ratings,
  duplicates: { readonly count: number; readonly first: string },
  { rating }: RatingColumns,
  request: RatingsRequest,
): Note[] {
  const { user, users, items, scale, time } = ratings;
  const notes: Note[] = [];
  if (rating !== null && request.scale === undefined) {
    const text =
      scale.step === 0
        ? `all ratings are ${scale.low}: only who rated what can be learned`
        : `ratings go from ${scale.low} to ${scale.high} by ${scale.step}, as found (override with --scale)`;
    notes.push({ level: scale.step === 0 ? "warning" : "info", text });
  }
  if (duplicates.count > 0) {
    const kept = time === null ? "the last" : "the latest";
    const what = rating === null ? "rows repeat an item that the user chose before and" : "ratings of an item that the user rated again";
    const text = `${duplicates.count} ${what} are left out; ${kept} is kept (the first left out: ${duplicates.first})`;
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
