import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cellOf, columnOf } from "../../../core/table.ts";
import { readTable } from "../read-table.ts";
import type { ReadResult } from "../request.ts";
import { findTwins } from "./twins.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-look-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const noise = (i: number): string => (((i * 7919) % 1009) / 100 + 0.01).toFixed(2);
const label = (i: number): string => ((i * 31) % 7 < 3 ? "n" : "p");

/** Of x, z and a label. */
function read(x: (i: number) => string, of: (i: number) => string = label): Promise<ReadResult> {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, `x,z,label\n${Array.from({ length: 200 }, (_, i) => `${x(i)},${(i * 5) % 7},${of(i)}\n`).join("")}`);
  return readTable({ data: path, labels: [], text: [], features: [], drop: [] });
}

const warnings = ({ notes }: ReadResult): string => notes.flatMap(({ level, text }) => (level === "warning" ? [text] : [])).join("\n");

describe("a column that a person would look at twice", () => {
  it.each([6, 11, 40])("is of numbers where %i %% of its cells are one word, which counts as missing", async (percent) => {
    const every = Math.floor(100 / percent);
    const result = await read((i) => (i % every === 1 ? "TBD" : noise(i)));
    expect(cellOf(columnOf(result.table, "x"), 1)).toBeNull();
    expect(warnings(result)).toMatch(/"x": \d+ of 200 cells are no numbers and count as missing: "TBD" in row 2/);
  });

  it("is no column of numbers for a word among few different numbers", async () => {
    const result = await read((i) => (i % 5 === 1 ? "K" : String(i % 12)));
    expect(columnOf(result.table, "x").kind).toBe("category");
  });

  const day = (i: number): number => 1 + (i % 28);
  const two = (i: number): string => String(i).padStart(2, "0");
  it.each<[string, (i: number) => string]>([
    ["20240131", (i) => `202401${two(day(i))}`],
    ["31-01-2024", (i) => `${two(day(i))}-01-2024`],
    ["31-Jan-2024", (i) => `${day(i)}-Jan-2024`],
    ["1/31/2024 2:05 PM", (i) => `1/${day(i)}/2024 ${1 + (i % 12)}:05 PM`],
    ["31/Jan/2024:10:00:00 +0000", (i) => `${two(day(i))}/Jan/2024:10:00:00 +0000`],
    ["Wed, 31 Jan 2024 10:00:00 GMT", (i) => `"Wed, ${two(day(i))} Jan 2024 10:00:00 GMT"`],
    ["2024-01", (i) => `${1990 + (i % 30)}-${two(1 + (i % 12))}`],
    ["January 2024", (i) => `${["January", "May", "June"][i % 3]} ${2000 + (i % 24)}`],
  ])("is left out as dates where its cells are like %s", async (_, x) => {
    const { table, notes } = await read(x);
    expect(table.roles.features).toEqual(["z"]);
    expect(notes).toContainEqual({ level: "info", text: 'left out as dates: "x"' });
  });

  it.each<[string, (i: number) => string]>([
    ["fractions", (i) => `${1 + (i % 12)}/8`],
    ["ranges", (i) => `${10 * (i % 9)}-${10 * (i % 9) + 9}`],
    ["numbers of eight digits", (i) => String(20240000 + ((i * 7919) % 300) * 97)],
  ])("is not taken for dates where it holds %s", async (_, x) => {
    expect((await read(x)).table.roles.features).toContain("x");
  });

  it.each<[string, (i: number) => string]>([
    ["0x1f", (i) => `0x${(i * 7).toString(16)}`],
    ["12:30:05", (i) => `12:${String(i % 60).padStart(2, "0")}:${String((i * 7) % 60).padStart(2, "0")}`],
    ["1.5×10^3", (i) => `${noise(i)}×10^3`],
  ])("is said to be a category of very many values where they are like %s", async (_, x) => {
    expect(warnings(await read((i) => x(i % 150)))).toMatch(
      /"x" is read as a category of \d+ values and not as a number, such as .* in row 1/,
    );
  });

  it("is named with others where very many are alike", async () => {
    const names = Array.from({ length: 60 }, (_, j) => `g${j}`);
    const path = join(folder, `${++files}.csv`);
    const line = (i: number): string => names.map((_, j) => noise(i * 61 + j).replace(".", ",")).join(";");
    writeFileSync(path, `${names.join(";")};label\n${Array.from({ length: 60 }, (_, i) => `${line(i)};${label(i)}\n`).join("")}`);
    const { notes } = await readTable({ data: path, labels: [], text: [], features: [], drop: [] });
    expect(notes.filter(({ text }) => text.includes("is read as a number"))).toHaveLength(8);
    expect(notes.map(({ text }) => text).join("\n")).toMatch(/the like holds of 52 more columns: "g8", "g9", .* and 32 more/);
  });

  it("is not passed over as identifiers where its numbers have several units", async () => {
    const result = await read((i) => `${i % 2 === 0 ? "$" : "€"}${noise(i)}${i}`);
    expect(warnings(result)).toMatch(/"x" is no column of numbers, as they have several units: .*left out since no value stands twice/);
  });

  it("holds the header again where files were joined", async () => {
    const result = await read(noise, (i) => (i === 100 ? "label" : label(i)));
    expect(warnings(result)).toContain('"label" holds its own name in 1 cell (first in row 101)');
  });

  it("loses its rows without a label with a warning", async () => {
    expect(warnings(await read(noise, (i) => (i % 4 === 0 ? "" : label(i))))).toContain("50 of 200 rows have no label");
  });
});

describe("classes that are one but for", () => {
  it.each([
    ["quotes", ["'a'", "a"]],
    ["letters that look alike", ["spam", "sраm"]],
    ["a blank between words", ["not spam", "notspam", "not-spam"]],
  ])("%s are twins", (_, names) => {
    expect(findTwins(names, "classes")).toEqual([names]);
  });

  it.each([[["<50K", ">50K"]], [["(0,1]", "[0,1)"]], [["C", "C++"]], [[":)", ":("]], [["1 0", "10"]], [["сор", "мир"]]])(
    "more than spelling are none: %j",
    (names) => {
      expect(findTwins(names, "classes")).toEqual([]);
    },
  );
});
