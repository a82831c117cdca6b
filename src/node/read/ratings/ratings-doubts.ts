import { strayValue, suspectValues } from "./rating-values.ts";
import type { RatingColumns } from "./ratings-columns.ts";
import type { Note } from "../request.ts";

/** Warns of ratings that may say that there is none, or may be errors. @param place where a rating stands */
export async function doubtValues(value: Float64Array, place: (p: number) => Promise<string>): Promise<Note[]> {
  const suspects = suspectValues(value);
  const stray = suspects.length > 0 ? null : strayValue(value);
  if (stray !== null) {
    const count = value.reduce((sum, v) => sum + Number(v === stray.value), 0);
    const first = await place(value.indexOf(stray.value));
    const text = `${count} of ${value.length} ratings ${count === 1 ? "is" : "are"} ${stray.value} and all others are from ${stray.low} to ${stray.high} (the first: ${first}), and the scale goes as far: if it is an error, use --scale ${stray.low},${stray.high} with --clip, or --not-rated ${stray.value}`;
    return [{ level: "warning", text }];
  }
  return Promise.all(
    suspects.map(async ({ value: suspect, why }): Promise<Note> => {
      const count = value.reduce((sum, v) => sum + Number(v === suspect), 0);
      const first = await place(value.indexOf(suspect));
      const text = `${count} of ${value.length} ratings are ${suspect} and ${why}: ${suspect} may mean "not rated" (the first: ${first}); leave them out with --not-rated ${suspect}, or say with --scale that they are ratings`;
      return { level: "warning", text };
    }),
  );
}

/** Scales of ratings end at 100 or before; numbers that count something do not. */
const highestScale = 100;

/** Warns of whole numbers, none below 0, that go so far that they may count something. */
export function doubtCounts(value: Float64Array, column: string | null): Note[] {
  let [highest, isWhole] = [-Infinity, true];
  for (const v of value) {
    highest = Math.max(highest, v);
    isWhole &&= v >= 0 && Number.isInteger(v);
  }
  if (!isWhole || highest <= highestScale) return [];
  const text = `column "${column}" goes up to ${highest}: it may count something, such as plays, and is taken for how much people like things; --rating none takes each row as liking, and --scale says that these are ratings`;
  return [{ level: "warning", text }];
}

/** Columns that were taken by their places, where the users are as few as ratings are, and the ratings more. */
export function doubtPlaces(users: number, value: Float64Array, { user: column, rating }: RatingColumns): Note[] {
  const ratings = new Set(value).size;
  if (rating === null || users > 11 || ratings <= 2 * users) return [];
  const text = `column "${column}" has ${users} values and column "${rating}" ${ratings}: users may be taken for ratings; say which column is which with --user, --item and --rating`;
  return [{ level: "warning", text }];
}
