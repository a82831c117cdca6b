import { UsageError, didYouMean } from "../../core/errors.ts";
import type { Note } from "./request.ts";
import { listColumns } from "./resolve-columns.ts";

export const ratingRoles = ["user", "item", "rating", "time"] as const;
export type RatingRole = (typeof ratingRoles)[number];
export type RatingColumns = Readonly<Record<Exclude<RatingRole, "time">, string>> & { readonly time: string | null };

/** How columns are called; blanks, dashes and underscores aside, and what follows a colon. */
const usualNames: Readonly<Record<RatingRole, readonly string[]>> = {
  user: ["user", "userid", "uid", "account", "accountid", "customer", "customerid", "reviewer", "reviewerid", "member", "memberid"],
  item: [
    "item",
    "itemid",
    "iid",
    "movie",
    "movieid",
    "product",
    "productid",
    "asin",
    "book",
    "bookid",
    "isbn",
    "business",
    "businessid",
    "song",
    "songid",
  ],
  rating: ["rating", "ratings", "stars", "score", "overall", "bookrating"],
  time: ["time", "timestamp", "unixreviewtime", "date", "datetime", "ts"],
};

/** The columns asked for, by name or 1-based position, and the others by their names or, without a header, by their places. Guesses are notes. */
export function resolveRatingColumns(
  asked: Readonly<Partial<Record<RatingRole, string>>>,
  columns: readonly string[],
  isHeaderless: boolean,
  where: string,
): { columns: RatingColumns; notes: Note[] } {
  const found: Partial<Record<RatingRole, string>> = {};
  for (const role of ratingRoles) {
    const given = asked[role];
    if (given !== undefined) found[role] = findColumn(role, given, columns, where);
  }
  const guessed = ratingRoles.filter((role) => found[role] === undefined);
  const byPlace = isHeaderless && guessed.length === ratingRoles.length && (columns.length === 3 || columns.length === 4);
  for (const role of guessed) {
    const free = columns.filter((name) => !Object.values(found).includes(name));
    const guess = byPlace ? columns[ratingRoles.indexOf(role)] : byName(role, free);
    if (guess !== undefined) found[role] = guess;
    else if (role !== "time")
      throw new UsageError(
        `no column of ${where} is named like the ${role}: say which one with --${role}; the columns are ${listColumns(columns)}`,
      );
  }
  const { user, item, rating, time = null } = found as Record<RatingRole, string>;
  for (const [role, name] of Object.entries(found))
    for (const [other, same] of Object.entries(found))
      if (role < other && name === same)
        throw new UsageError(`column "${name}" is named by --${role} and by --${other}: a column has one role`);
  const made = guessed.filter((role) => found[role] !== undefined);
  const how = byPlace ? "by their places" : "by name";
  const notes: Note[] =
    made.length === 0
      ? []
      : [
          {
            level: "info",
            text: `${made.map((role) => `${role}: column "${found[role]}"`).join(", ")}, ${how} (override with --${made.join(", --")})`,
          },
        ];
  return { columns: { user, item, rating, time }, notes };
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

/** The one column with the first usual name that some column bears. */
function byName(role: RatingRole, columns: readonly string[]): string | undefined {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/:.*$/, "")
      .replace(/[\s_-]/g, "");
  for (const usual of usualNames[role]) {
    const same = columns.filter((name) => plain(name) === usual);
    if (same.length > 0) return same[0];
  }
  return undefined;
}
