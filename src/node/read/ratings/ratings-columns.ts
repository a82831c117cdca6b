import { UsageError, didYouMean } from "../../../core/errors.ts";
import type { Note } from "../request.ts";
import { listColumns } from "../resolve-columns.ts";

const ratingRoles = ["user", "item", "rating", "time"] as const;
export type RatingRole = (typeof ratingRoles)[number];
export interface RatingColumns {
  readonly user: string;
  readonly item: string;
  /** null where all that is known is who chose what. */
  readonly rating: string | null;
  readonly time: string | null;
}

/** How columns are called; see `plainName`. The first that some column bears wins. */
const usualNames: Readonly<Record<RatingRole, readonly string[]>> = {
  user: [
    ...[
      "user",
      "userid",
      "uid",
      "username",
      "usr",
      "account",
      "accountid",
      "acct",
      "acctid",
      "customer",
      "customerid",
      "client",
      "clientid",
    ],
    ...[
      "reviewer",
      "reviewerid",
      "reviewername",
      "member",
      "memberid",
      "visitor",
      "visitorid",
      "person",
      "personid",
      "profile",
      "profileid",
    ],
    ...["profilename", "reader", "readerid", "listener", "viewer", "rater", "raterid", "author", "authorid", "session", "sessionid"],
  ],
  item: [
    ...[
      "item",
      "itemid",
      "iid",
      "movie",
      "movieid",
      "film",
      "filmid",
      "product",
      "productid",
      "parentasin",
      "asin",
      "sku",
      "book",
      "bookid",
      "isbn",
    ],
    ...[
      "business",
      "businessid",
      "gmapid",
      "song",
      "songid",
      "track",
      "trackid",
      "artist",
      "artistid",
      "album",
      "albumid",
      "anime",
      "animeid",
    ],
    ...[
      "game",
      "gameid",
      "app",
      "appid",
      "joke",
      "jokeid",
      "recipe",
      "recipeid",
      "beer",
      "beerid",
      "article",
      "articleid",
      "news",
      "newsid",
    ],
    ...["video", "videoid", "show", "showid", "course", "courseid", "hotel", "hotelid", "restaurant", "restaurantid", "place", "placeid"],
    ...["venue", "venueid", "title", "itemname", "productname", "movietitle"],
  ],
  rating: [
    ...[
      "rating",
      "ratings",
      "stars",
      "star",
      "starrating",
      "score",
      "scores",
      "overall",
      "bookrating",
      "userrating",
      "reviewrating",
      "reviewscore",
    ],
    ...["reviewoverall", "rate", "grade", "preference"],
  ],
  time: [
    ...[
      "time",
      "timestamp",
      "unixreviewtime",
      "unixtime",
      "ts",
      "datetime",
      "date",
      "reviewtime",
      "reviewdate",
      "ratingdate",
      "ratingtime",
    ],
    ...["ratingtimestamp", "reviewtimestamp", "ratedat", "createdat", "created", "submittedat", "eventtime", "when"],
  ],
};

/** A question that only the cells can answer. */
export interface CellsOf {
  /** Whether nearly all cells of the column are numbers. */
  isNumeric(column: string): Promise<boolean>;
  /** Whether all cells of the column look like times. */
  isTime(column: string): Promise<boolean>;
}

/** Where a column is named for it, ratings need no column at all: who rated what is all there is. */
const noColumn = "none";

/** The columns asked for, by name or 1-based position, and the others by their names or, without a header, by their places. Guesses are notes. */
export async function resolveRatingColumns(
  asked: Readonly<Partial<Record<RatingRole, string>>>,
  columns: readonly string[],
  isHeaderless: boolean,
  where: string,
  cells: CellsOf,
): Promise<{ columns: RatingColumns; notes: Note[] }> {
  const found: Partial<Record<RatingRole, string>> = {};
  const hasNoRating = asked.rating === noColumn && !columns.includes(noColumn);
  for (const role of ratingRoles) {
    const given = asked[role];
    if (given !== undefined && !(role === "rating" && hasNoRating)) found[role] = findColumn(role, given, columns, where);
  }
  const guessed = ratingRoles.filter((role) => found[role] === undefined && !(role === "rating" && hasNoRating));
  const byPlace = isHeaderless && Object.keys(found).length === 0 && columns.length >= 2 && columns.length <= 4;
  const places = byPlace ? await rolesByPlace(columns, hasNoRating, cells) : {};
  for (const role of guessed) {
    const free = columns.filter((name) => !Object.values(found).includes(name));
    const guess = byPlace ? places[role] : byName(role, free);
    if (guess !== undefined) found[role] = guess;
    else if (role === "user" || role === "item")
      throw new UsageError(
        `no column of ${where} is named like the ${role}: say which one with --${role}; the columns are ${listColumns(columns)}`,
      );
  }
  refuseTwoRoles(found);
  const { user, item, rating = null, time = null } = found as Partial<RatingColumns> & { user: string; item: string };
  if (rating === null && !hasNoRating) await refuseUnnamedRating([user, item, time], columns, where, cells);
  const made = guessed.filter((role) => found[role] !== undefined);
  const how = byPlace ? "by their places" : "by name";
  const notes: Note[] = [];
  if (made.length > 0)
    notes.push({
      level: "info",
      text: `${made.map((role) => `${role}: column "${found[role]}"`).join(", ")}, ${how} (override with --${made.join(", --")})`,
    });
  if (rating === null) {
    const level = hasNoRating ? "info" : "warning";
    const text = "there is no column of ratings: each row counts as liking, and all that is learned from is who chose what";
    notes.push({ level, text: hasNoRating ? text : `${text} (name one with --rating, or agree with --rating none)` });
  }
  return { columns: { user, item, rating, time }, notes };
}

/** The columns that are named like who rates and like what is rated, where there are both. */
export function namedLikeRatings(columns: readonly string[]): { readonly user: string; readonly item: string } | null {
  const user = byName("user", columns);
  const item = byName(
    "item",
    columns.filter((name) => name !== user),
  );
  return user === undefined || item === undefined ? null : { user, item };
}

/** Whether the columns say who rated what, perhaps when, and nothing else, by their names. */
export function sayRatingsAlone(columns: readonly string[]): boolean {
  const left = new Set(columns.filter((name) => name.trim() !== ""));
  for (const role of ratingRoles) {
    const found = byName(role, [...left]);
    if (found !== undefined) left.delete(found);
    else if (role !== "time") return false;
  }
  return left.size === 0;
}

/** User, item, rating, time; the last two the other way round, or one of them missing, where the cells say so. */
async function rolesByPlace(
  columns: readonly string[],
  hasNoRating: boolean,
  cells: CellsOf,
): Promise<Partial<Record<RatingRole, string>>> {
  const [user, item, third, fourth] = columns;
  if (third === undefined) return { user, item };
  const isTime = hasNoRating || (await cells.isTime(third));
  if (fourth === undefined) return isTime ? { user, item, time: third } : { user, item, rating: third };
  return isTime ? { user, item, rating: fourth, time: third } : { user, item, rating: third, time: fourth };
}

function refuseTwoRoles(found: Partial<Record<RatingRole, string>>): void {
  for (const [role, name] of Object.entries(found))
    for (const [other, same] of Object.entries(found))
      if (role < other && name === same)
        throw new UsageError(`column "${name}" is named by --${role} and by --${other}: a column has one role`);
}

/** @throws UsageError where numbers are left over of which some may be the ratings */
async function refuseUnnamedRating(
  taken: readonly (string | null)[],
  columns: readonly string[],
  where: string,
  cells: CellsOf,
): Promise<void> {
  for (const name of columns.filter((column) => !taken.includes(column)))
    if (await cells.isNumeric(name))
      throw new UsageError(
        `no column of ${where} is named like the rating: say which one with --rating, or --rating none where all that counts is who chose what; the columns are ${listColumns(columns)}`,
      );
}

function findColumn(role: RatingRole, given: string, columns: readonly string[], where: string): string {
  if (columns.includes(given)) return given;
  if (/^\d+$/.test(given)) {
    const position = Number(given);
    if (position >= 1 && position <= columns.length) return columns[position - 1];
    throw new UsageError(`--${role} ${given}: no column bears that name, and positions go from 1 to ${columns.length} in ${where}`);
  }
  throw new UsageError(
    `--${role} "${given}" is not a column of ${where}${didYouMean(given, columns)}; its columns are ${listColumns(columns)}`,
  );
}

/** Most columns that a table of single ratings has; wider ones have items as columns, with any words in their names. */
const fewColumns = 40;

/** The column with the first usual name that some column bears; else the only one whose last word is such a name, as in `beer_beerid`. */
function byName(role: RatingRole, columns: readonly string[]): string | undefined {
  for (const usual of usualNames[role]) {
    const same = columns.find((name) => plainName(name) === usual);
    if (same !== undefined) return same;
  }
  if (columns.length > fewColumns) return undefined;
  const ending = columns.filter((name) => {
    const words = name
      .replace(/:.*$/, "")
      .split(/[^\p{L}\p{N}]+|(?<=[a-z])(?=[A-Z])/u)
      .map((word) => word.toLowerCase());
    const last = words.filter((word) => word !== "").slice(-2);
    return usualNames[role].includes(last.at(-1) ?? "") || usualNames[role].includes(last.join(""));
  });
  return ending.length === 1 ? ending[0] : undefined;
}

/** Case, blanks and signs aside, and without what follows a colon: headers may be typed, as `user_id:token`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/:.*$/, "")
    .replace(/[^\p{L}\p{N}]/gu, "");
}
