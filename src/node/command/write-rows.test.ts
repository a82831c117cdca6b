import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { readParquetRows } from "./parquet-rows.ts";
import { readPredictions } from "./read-predictions.ts";
import { writeRows } from "./write-rows.ts";
import type { WrittenColumn } from "./written.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const texts = ["a'b", null, 'c"; DROP TABLE written; --', "d\ne", "", "😀"];
const columns: WrittenColumn[] = [
  { name: 'x"; DROP TABLE written', type: "number", cell: (k) => (k === 2 ? null : k / 3) },
  { name: "$(touch y)", type: "text", cell: (k) => texts[k % texts.length] },
];

describe("rows for a command", () => {
  it("are in Parquet what they are in the table, with types of their own", async () => {
    const path = join(folder, "rows.parquet");
    const written = await writeRows(path, "parquet", columns, 5000);
    expect(written.sha256).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
    expect(written.content).not.toBe(written.sha256);
    const { names, rows } = await readParquetRows(path, 5000);
    expect(names).toEqual(columns.map(({ name }) => name));
    expect(rows).toEqual(Array.from({ length: 5000 }, (_, k) => columns.map(({ cell }) => cell(k))));
  });

  it.each([[["a", "A"]], [["a", ""]], [["a", "b\0c"]]])("are refused in Parquet, in words, where columns are named %j", async (names) => {
    const odd = names.map((name): WrittenColumn => ({ name, type: "number", cell: () => 1 }));
    await expect(writeRows(join(folder, "odd.parquet"), "parquet", odd, 3)).rejects.toThrow(
      /no Parquet is written with .*command:format=jsonl/,
    );
  });

  it("are answered in Parquet too, and nothing but answers become numbers", async () => {
    const asked = { format: "parquet", id: "row_id", rows: 2, target: { kind: "classes", names: ["no", "yes"] } } as const;
    const answer = async (name: string, ...own: readonly (readonly [string, string | number | null])[][]): Promise<string> => {
      const path = join(folder, name);
      const described = own[0].map(([column, value], j): WrittenColumn => ({
        name: column,
        type: typeof value === "number" ? "number" : "text",
        cell: (k) => own[k][j][1],
      }));
      await writeRows(path, "parquet", described, own.length);
      return path;
    };
    const good = await answer(
      "good",
      [
        ["row_id", "2"],
        ["no", 0.25],
        ["yes", 0.75],
      ],
      [
        ["row_id", "1"],
        ["no", 1],
        ["yes", 0],
      ],
    );
    expect(Array.from((await readPredictions(good, asked)).scores)).toEqual([-1, 0.5]);
    const few = await answer("few", [
      ["row_id", "2"],
      ["prediction", "yes"],
    ]);
    await expect(readPredictions(few, asked)).rejects.toThrow('1 of 2 rows are answered, and one is missing, row "1" first');
    const unknown = await answer(
      "unknown",
      [
        ["row_id", "1"],
        ["prediction", "maybe"],
      ],
      [
        ["row_id", "2"],
        ["prediction", "no"],
      ],
    );
    await expect(readPredictions(unknown, asked)).rejects.toThrow('there is no class "maybe"');
    await expect(readPredictions(new URL(import.meta.url).pathname, asked)).rejects.toThrow("the file cannot be read as Parquet");
  });
});
