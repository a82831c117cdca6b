import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { columnOf } from "../../../core/table.ts";
import { delimitedRewriter } from "../rewrite/rewrite-delimited.ts";
import { readList } from "./list-cells.ts";
import { writtenList } from "./list-style.ts";
import { readTable } from "../read-table.ts";
import type { ReadResult } from "../request.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-lists-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(header: string, row: (i: number) => string): string {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, `${header}\n${Array.from({ length: 40 }, (_, i) => `${row(i)}\n`).join("")}`);
  return path;
}

const read = (data: string, text: string[] = []): Promise<ReadResult> => readTable({ data, labels: [], text, features: [], drop: [] });
const label = (i: number): string => "ab"[i % 2];

describe("lists of numbers in cells of text", () => {
  it.each([
    ["[0.1, -2, 3e2]", [0.1, -2, 300]],
    ["[ 0.1  2.  3. ]", [0.1, 2, 3]],
    ["[1,2]", [1, 2]],
    ["[5]", [5]],
    ["(1.5, 2)", [1.5, 2]],
    ["{1;2}", [1, 2]],
    ["array([1.0, 2.0])", [1, 2]],
    ["np.array([1.0, 2.0])", [1, 2]],
    ["1;2;3.5", [1, 2, 3.5]],
    ["1 2 3 4 5 6 7 8", [1, 2, 3, 4, 5, 6, 7, 8]],
  ])("are read: %s", (cell, values) => {
    expect(readList(cell)?.values).toEqual(values);
  });

  it.each(["(5)", "(1,234)", "(1,234.50)", "12 345 678", "030 123 456", "2024 01 02", "1,234,567", "['a', 'b']", "[]x", "12", "", "1;2"])(
    "are not seen in %j",
    (cell) => {
      expect(readList(cell)).toBeNull();
    },
  );

  it("become vectors beside the other columns, which stay what they are", async () => {
    const { table, notes } = await read(write("x,emb,z,label", (i) => `${i % 7},"[${i}, 0, ${i * 2}]",${(i * 5) % 11},${label(i)}`));
    expect(table.roles.features).toEqual(["x", "z", "emb"]);
    expect(columnOf(table, "emb")).toMatchObject({ kind: "vector", matrix: { cols: 3, rows: 40 } });
    expect([...(columnOf(table, "z") as { values: Float64Array }).values.subarray(0, 3)]).toEqual([0, 5, 10]);
    expect(notes.map(({ text }) => text)).toContain(`"emb" is read as vectors of 3 numbers`);
  });

  it("are left out with a warning where they are not of one length", async () => {
    const { notes } = await read(write("emb,x,label", (i) => `"[${i}${i === 6 ? ", 1" : ""}]",${i % 7},${label(i)}`));
    expect(notes).toContainEqual({
      level: "warning",
      text: `column "emb" is left out: row 7 holds 2 numbers where the rows before hold 1`,
    });
  });

  it("stay text where they are named as text, and numbers of any length side by side stay what they were", async () => {
    const path = write("ids,label", (i) => `${Array.from({ length: 8 + (i % 3) }, (_, k) => i * k).join(" ")},${label(i)}`);
    expect(columnOf((await read(path)).table, "ids").kind).toBe("text");
    const equal = write("ids,label", (i) => `${Array.from({ length: 8 }, (_, k) => i * k).join(" ")},${label(i)}`);
    expect(columnOf((await read(equal, ["ids"])).table, "ids").kind).toBe("text");
  });

  it("are written as the file writes them", async () => {
    const path = write("emb,label", (i) => `"[ ${i}. 0.5 ]",${label(i)}`);
    const { dialect } = await read(path);
    const { records, rewrite } = delimitedRewriter(path, readFileSync(path), dialect);
    expect(rewrite(records[3], new Map([["emb", { indices: [1], values: [7] }]]))).toBe(`"[ 0 7 ]",b`);
    expect(writtenList({ indices: [0], values: [2] }, { open: "[", separator: ", ", close: "]", length: 3 })).toBe("[2, 0, 0]");
  });
});
