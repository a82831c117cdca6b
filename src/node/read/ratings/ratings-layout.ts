import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { UsageError } from "../../../core/errors.ts";
import { internalName, queryRows, rawTable } from "../duckdb.ts";
import type { RawData } from "../raw.ts";
import type { Format } from "../../formats.ts";
import type { ReadRequest } from "../request.ts";

/** Endings that ratings come with and tables do not. */
const formatOfEnding: Readonly<Record<string, Format>> = {
  inter: "tsv",
  base: "csv",
  test: "csv",
  train: "csv",
  dat: "csv",
  rating: "csv",
  ratings: "csv",
};

type FileRequest = Pick<ReadRequest, "data" | "format">;

/** How one file is to be read where its ending tells. @throws UsageError on a layout that has no columns */
export function layoutOf<T extends FileRequest>(given: T): T {
  if (!isFile(given.data)) return given;
  const head = headOf(given.data);
  if (/^\d+:[ \t]*\r?\n\d+,\d(\.\d+)?,\d/.test(head))
    throw new UsageError(
      `${given.data} is written as Netflix did, a line "${head.split(/\r?\n/)[0]}" before the ratings of each film: write the film into each line, as user,item,rating,time`,
    );
  const ending = /\.([a-z]+)(\.gz)?$/i.exec(given.data)?.[1].toLowerCase() ?? "";
  const format = given.format ?? formatOfEnding[ending];
  return format === undefined ? given : { ...given, format };
}

/** @throws UsageError where the columns are items rather than roles: nearly all hold numbers or nothing */
export async function refuseMatrix(raw: RawData, where: string): Promise<void> {
  const count = raw.columns.length;
  if (count < 5) return;
  const shown = raw.columns.slice(0, 200).map((_, j) => `${internalName(j)}::VARCHAR`);
  const share = shown.map(
    (cell, j) => `avg((coalesce(trim(${cell}), '') = '' OR TRY_CAST(${cell} AS DOUBLE) IS NOT NULL)::INT)::DOUBLE AS s${j}`,
  );
  const [found] = await queryRows(raw.connection, `SELECT ${share.join(", ")} FROM ${rawTable}`);
  const numeric = shown.filter((_, j) => Number(found[`s${j}`]) >= 0.9).length;
  if (numeric < 0.8 * shown.length) return;
  throw new UsageError(
    `${where} looks like a matrix with a line for each user and a column for each item (${count} columns, nearly all numbers or empty): ratings are read one a line, as user,item,rating; with pandas, df.melt(id_vars="user", var_name="item", value_name="rating").dropna() writes them so; where its columns are user, item and rating under other names, say which with --user, --item and --rating`,
  );
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Empty where the file cannot be read; who reads it whole will say why. */
function headOf(path: string): string {
  try {
    const file = openSync(path, "r");
    const head = Buffer.alloc(400);
    const length = readSync(file, head, 0, head.length, 0);
    closeSync(file);
    return head.toString("utf8", 0, length);
  } catch {
    return "";
  }
}
