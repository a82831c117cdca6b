import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linesOf, readScratch } from "../../../../test/read-scratch.ts";
import type { DataPoison } from "../../../core/poison.ts";
import { type Cell, cellOf, columnOf } from "../../../core/table.ts";
import { undoPatch, writePoisonedCopy } from "../../poison/poison-file.ts";
import { openSource, rewriterFor } from "../../poison/source-file.ts";

const { folder, write, read } = readScratch();
const label = (i: number): string => "ab"[i % 2];
let copies = 0;

/** Changes a label and a number, adds a row, reads the copy again and takes the patch back. */
async function roundTrip(content: string | Buffer, ending: string) {
  const data = write(content, ending);
  const before = await read(data);
  const { table } = before;
  const changed = (row: number, column: string, after: Cell) => ({ row, column, before: cellOf(columnOf(table, column), row), after });
  const added = Object.fromEntries(table.columns.map((column) => [column.name, cellOf(column, 1)]));
  const poison: DataPoison = {
    kind: "data",
    relabel: [changed(3, "label", "b")],
    edit: [changed(3, "x", 9.25), changed(7, "x", null)],
    insert: [{ kind: "raw", cells: { ...added, x: 8.5 } }],
  };
  const about = { attack: "label-flip", budgetFraction: 0.05 };
  const request = { data, labels: [], text: [], features: [], drop: [] };
  const { copyPath, patchPath } = await writePoisonedCopy({
    request,
    read: before,
    poison,
    outFolder: join(folder, `copy${++copies}`),
    about,
  });
  const after = await read(copyPath);
  expect(after.table.columns.map(({ name }) => name)).toEqual(table.columns.map(({ name }) => name));
  for (const { name } of table.columns) {
    const expected = Array.from({ length: table.rows }, (_, row) => cellOf(columnOf(table, name), row));
    if (name === "x") [expected[3], expected[7]] = [9.25, null];
    if (name === "label") expected[3] = "b";
    expected.push(name === "x" ? 8.5 : expected[1]);
    expect(Array.from({ length: after.table.rows }, (_, row) => cellOf(columnOf(after.table, name), row))).toEqual(expected);
  }
  const { restoredPath } = await undoPatch(patchPath, {});
  expect(readFileSync(restoredPath).equals(readFileSync(data))).toBe(true);
  return readFileSync(copyPath, "utf8");
}

describe("a changed copy can be read and undone, however the file is written:", () => {
  const plain = `x,z,label\n${linesOf(40, (i) => `${i % 7}.5,${i % 3},${label(i + (i === 3 ? 1 : 0))}`)}`;
  it.each([
    ["commas", plain, "csv"],
    ["semicolons and quotes", plain.replaceAll(/[^,\n]+/g, '"$&"').replaceAll(",", ";"), "csv"],
    ["double colons", plain.replaceAll(",", "::"), "dat"],
    ["blanks", plain.replaceAll(/^/gm, "  ").replaceAll(",", "   ").trimEnd() + "\n", "txt"],
    ["a title", `A title\n\n${plain}`, "csv"],
    ["comments", `# one\n# two, of two\n${plain}`, "csv"],
    ["sep=", `sep=;\r\n${plain.replaceAll(",", ";").replaceAll("\n", "\r\n")}`, "csv"],
    ["names of rows", `x\tz\tlabel\n${linesOf(40, (i) => `r${i}\t${i % 7}.5\t${i % 3}\t${label(i)}`)}`, "tsv"],
    [
      "JSON lines with NaN",
      linesOf(40, (i) => `{"x": ${i === 9 ? "NaN" : `${i % 7}.5`}, "v": [1, ${i % 3}], "label": "${label(i)}"}`),
      "jsonl",
    ],
    ["JSON lines that are called JSON", linesOf(40, (i) => `{"x": ${i % 7}.5, "z":${i % 3}, "label": "${label(i)}"}`), "json"],
  ])("%s", async (_, content, ending) => {
    await roundTrip(content, ending);
  });

  it("and untouched bytes of a record stay", async () => {
    const copy = await roundTrip(`   x    z   label\n${linesOf(40, (i) => ` ${i % 7}.5     ${i % 3}  ${label(i)} `)}`, "txt");
    expect(copy.split("\n").slice(4, 6)).toEqual([" 9.25     0  b ", " 4.5     1  a "]);
  });
});

it("quarantines whole records in any eight-bit encoding, and writes no new ones", async () => {
  const data = write(Buffer.from(`x,t,label\n${linesOf(40, (i) => `${i % 7},caf\xe9 ${i % 3},${label(i)}`)},,\n`, "latin1"));
  const result = await read(data);
  const { source, dialect } = openSource(result);
  const rewriter = rewriterFor(data, source.bytes, dialect);
  expect(rewriter.records).toHaveLength(40);
  expect(source.bytes.toString("latin1", rewriter.records[1].start, rewriter.records[1].end)).toBe("1,caf\xe9 1,b");
  expect(() => rewriter.rewrite(rewriter.records[0], new Map([["x", 3]]))).toThrow("is not UTF-8, so no changed copy is written");
});

it("refuses to write a copy of UTF-16", async () => {
  const utf16 = Buffer.from(`\ufeffx,label\n${linesOf(40, (i) => `${i % 7},${label(i)}`)}`, "utf16le");
  const result = await read(write(utf16, "csv"));
  expect(() => openSource(result)).toThrow("is UTF-16: save it as UTF-8");
});

it("copies a JSON list as JSON lines", async () => {
  const lines = linesOf(40, (i) => `{"x":${i % 7},"label":"${label(i)}"}`);
  const { source, dialect, isConverted } = openSource(await read(write(`[${lines.trimEnd().replaceAll("\n", ",\n")}]`, "json")));
  expect([source.bytes.toString(), dialect.format, isConverted]).toEqual([lines, "jsonl", true]);
  expect(source.path).toMatch(/\.jsonl$/);
});
