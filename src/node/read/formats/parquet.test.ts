import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBConnection } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { cellsOf, notesOf, readScratch } from "../../../../test/read-scratch.ts";
import { cellOf, columnOf } from "../../../core/table.ts";

const { folder, write, read, refusal } = readScratch();
let files = 0;

/** Rows 0 to 39 with a label beside what `select` makes of i. */
async function parquet(select: string): Promise<string> {
  const path = join(folder, `made${++files}.parquet`);
  const connection = await DuckDBConnection.create();
  await connection.run(
    `COPY (SELECT ${select}, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS label FROM range(40) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  return path;
}

it("reads lists and arrays of numbers as vectors", async () => {
  const path = await parquet(
    "i % 5 AS x, [i % 7, 0, i / 4] AS list, [i % 3, 1]::FLOAT[2] AS array, CASE WHEN i = 3 THEN NULL ELSE [i] END AS gap, [i, NULL] AS holes, ['w'] AS words",
  );
  const result = await read(path);
  expect(result.table.roles.features).toEqual(["x", "list", "array", "gap"]);
  expect(cellOf(columnOf(result.table, "list"), 6)).toEqual({ indices: [0, 2], values: [6, 1.5] });
  expect(cellOf(columnOf(result.table, "array"), 5)).toEqual({ indices: [0, 1], values: [2, 1] });
  expect(notesOf(result, "warning")).toContain('"gap" is missing in 1 of 40 rows (the first: row 4)');
  expect(notesOf(result, "warning")).toContain('column "holes" is left out');
  expect(notesOf(result, "warning")).toContain("VARCHAR[]");
});

it("keeps whole numbers beyond 2^53 as they are", async () => {
  for (const type of ["BIGINT", "UBIGINT", "DECIMAL(30, 0)"]) {
    const path = await parquet(`(9007199254740992 + i % 4)::${type} AS acct, i::BIGINT AS n, i / 7 AS x`);
    const { table } = await read(path, { source: "acct" });
    expect(new Set(cellsOf(table, "acct")).size).toBe(4);
    expect(columnOf(table, "n").kind).toBe("number");
  }
});

/** The database itself gives no name twice. */
async function renamed(to: string): Promise<string> {
  const bytes = readFileSync(await parquet("i % 5 AS column_a, i % 3 AS column_b"));
  return write(Buffer.from(bytes.toString("latin1").replaceAll("column_b", to), "latin1"), "parquet");
}

it("refuses names that stand twice, as in CSV", async () => {
  const said = await refusal(await renamed("column_a"));
  expect(said).toContain('duplicate column names: "column_a"');
  expect(said.replace(/^\S+/, "")).toBe((await refusal(write(`column_a,column_a,label\n1,2,a\n`))).replace(/^\S+/, ""));
});

it("keeps names that differ by case alone", async () => {
  const { table } = await read(await renamed("COLUMN_A"), { features: ["column_a", "COLUMN_A"] });
  expect(table.columns.map(({ name }) => name)).toEqual(["column_a", "COLUMN_A", "label"]);
  expect(cellsOf(table, "COLUMN_A").slice(0, 4)).toEqual([0, 1, 2, 0]);
});
