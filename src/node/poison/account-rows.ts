import type { RawRow } from "../../core/poison.ts";
import type { AccountPoison } from "../../core/poison.ts";
import { type NamedColumn } from "../../core/table.ts";
import type { Rng } from "../../numeric/random.ts";
import type { RatingRows } from "../read/ratings/read-ratings.ts";
import { freshAccounts } from "../../data/fresh-accounts.ts";
import { isMissing } from "../read/missing.ts";
import { writtenRatings } from "../read/ratings/written-ratings.ts";

/**
 * The ratings of fake accounts as rows of the file: under names like those of the others, ratings as the file writes them, each at the time of some genuine
 * rating; other columns stay empty.
 */
export function accountRows(
  { ratings, columns, table }: RatingRows,
  { accounts }: AccountPoison,
  rng: Rng,
): { readonly accounts: readonly string[]; readonly rows: readonly RawRow[] } {
  const cellsOf = (name: string | null): NamedColumn | undefined => table.columns.find((column) => column.name === name);
  const [rating, time] = [cellsOf(columns.rating), ratings.time === null ? undefined : cellsOf(columns.time)];
  const write = rating === undefined ? null : writtenRatings(rating);
  const draw = rng.fork("times");
  const names = freshAccounts(ratings.users, accounts.length, rng.fork("names"), isMissing);
  const rows = accounts.flatMap(({ items, values }, a) =>
    items.map((item, k): RawRow => {
      const cells: Record<string, string> = { [columns.user]: names[a], [columns.item]: ratings.items[item] };
      if (rating !== undefined && write !== null) cells[rating.name] = write(values[k]);
      if (time !== undefined) cells[time.name] = time.names[time.codes[draw.integer(table.rows)]].trim();
      return { kind: "raw", cells };
    }),
  );
  return { accounts: names, rows };
}
