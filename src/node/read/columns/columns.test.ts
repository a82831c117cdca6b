import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../core/errors.ts";
import { cellOf, columnOf } from "../../../core/table.ts";
import { readTable } from "../read-table.ts";
import type { ReadRequest, ReadResult } from "../request.ts";
import { findTwins } from "./twins.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-columns-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A file of `rows` rows under a header. */
function write(header: string, row: (i: number) => string, rows = 200, ending = "csv"): string {
  const path = join(folder, `file${++files}.${ending}`);
  const lines = Array.from({ length: rows }, (_, i) => row(i));
  writeFileSync(path, [...(header === "" ? [] : [header]), ...lines, ""].join("\n"));
  return path;
}

function read(data: string, more: Partial<ReadRequest> = {}): Promise<ReadResult> {
  return readTable({ data, labels: [], text: [], features: [], drop: [], ...more });
}

async function refusal(data: string, more: Partial<ReadRequest> = {}): Promise<string> {
  const error = await read(data, more).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).not.toContain("\n");
  return (error as UsageError).message;
}

const warnings = ({ notes }: ReadResult): string => notes.flatMap(({ level, text }) => (level === "warning" ? [text] : [])).join("\n");
const infos = ({ notes }: ReadResult): string => notes.flatMap(({ level, text }) => (level === "info" ? [text] : [])).join("\n");
/** Numbers without an order, two decimals. */
const noise = (i: number): string => (((i * 7919) % 1009) / 100 + 0.01).toFixed(2);
const label = (i: number): string => ((i * 31) % 7 < 3 ? "n" : "p");

describe("a column of numbers", () => {
  it.each(["N.A.", "n/a", "-", "?", "missing", "#DIV/0!", "<NA>", "none"])(
    "stays one where a cell is %s, which counts as missing",
    async (word) => {
      const { table } = await read(write("x,z,label", (i) => `${i === 100 ? word : noise(i)},${i % 7},${label(i)}`));
      const x = columnOf(table, "x");
      expect(x.kind).toBe("number");
      expect(cellOf(x, 100)).toBeNull();
      expect(cellOf(x, 101)).toBe(Number(noise(101)));
    },
  );

  it("stays one where a few cells are odd, with count, example and row", async () => {
    const path = write("x,z,label", (i) => `${i === 100 || i === 150 ? "broken" : noise(i)},${i % 7},${label(i)}`);
    const result = await read(path);
    expect(columnOf(result.table, "x").kind).toBe("number");
    expect(warnings(result)).toContain('"x": 2 of 200 cells are no numbers and count as missing: "broken" in row 101');
  });

  it("is a category where many cells are odd, which is said with an example", async () => {
    const result = await read(
      write("x,z,label", (i) => `${i % 9 === 4 ? ["low", "mid", "high", "top"][i % 4] : noise(i)},${i % 7},${label(i)}`),
    );
    expect(columnOf(result.table, "x").kind).toBe("category");
    expect(warnings(result)).toMatch(/"x" is read as a category of \d+ values and not as a number: 22 of 200 .* "low" in row 5/);
  });

  it("may be written with decimal commas, as a label too", async () => {
    const comma = (i: number): string => noise(i).replace(".", ",");
    const result = await read(write("x;y", (i) => `${comma(i)};${comma(i + 3)}`));
    expect(cellOf(columnOf(result.table, "x"), 5)).toBe(Number(noise(5)));
    expect(cellOf(columnOf(result.table, "y"), 5)).toBe(Number(noise(8)));
    expect(infos(result)).toContain('"x" is read as a number');
    expect(result.dialect.numbers).toMatchObject({ x: { decimal: "," } });
  });

  it("of points between thousands is told from decimals by the other columns", async () => {
    const path = write("a;b;label", (i) => `${noise(i).replace(".", ",")};${(i % 9) + 1}.${100 + i};${label(i)}`);
    const result = await read(path);
    expect(cellOf(columnOf(result.table, "b"), 3)).toBe(4103);
    expect(warnings(result)).toContain('"b" is read as a number: "1.100" is 1100; 1.100 is taken for 1100, though it could be 1.1');
    const alone = await read(write("b,label", (i) => `${(i % 9) + 1}.${100 + i},${label(i)}`));
    expect(cellOf(columnOf(alone.table, "b"), 3)).toBe(4.103);
    expect(infos(alone)).toContain("could be");
  });

  it("keeps its points decimal in a file of semicolons whose other columns have such", async () => {
    const result = await read(write("a;b;label", (i) => `${noise(i)};${(i % 9) + 1}.${100 + i};${label(i)}`));
    expect(cellOf(columnOf(result.table, "b"), 3)).toBe(4.103);
  });

  it("is warned of where a number far from all others may mean missing, and --missing takes it out", async () => {
    const path = write("x,z,label", (i) => `${i % 20 === 3 ? "-999" : noise(i)},${i % 7},${label(i)}`);
    expect(warnings(await read(path))).toContain('"x": -999 in 10 cells of 200 (first in row 4)');
    const without = await read(path, { missing: ["-999"] });
    expect(cellOf(columnOf(without.table, "x"), 3)).toBeNull();
    expect(warnings(without)).toBe("");
  });

  it("is warned of where some numbers dwarf all others, with value and rows", async () => {
    const path = write("x,z,label", (i) => `${i === 40 || i === 90 ? "-1.7976931348623157e308" : noise(i)},${i % 7},${label(i)}`);
    expect(warnings(await read(path))).toContain(
      '"x": 2 cells dwarf all others, which then count as one value: -1.7976931348623157e+308 in row 41, row 91',
    );
    const usual = await read(write("x,z,label", (i) => `${(Math.exp(((i * 37) % 41) / 4) * 3).toFixed(1)},${i % 7},${label(i)}`));
    expect(warnings(usual)).toBe("");
  });

  it("of whole numbers beyond 2^53 is warned of where they are quantities", async () => {
    const result = await read(write("x,z,label", (i) => `${9007199254740993n + BigInt((i * 77) % 90)},${i % 7},${label(i)}`));
    expect(warnings(result)).toContain('"x": 200 cells (first in row 1) hold whole numbers beyond 2^53');
  });
});

describe("names", () => {
  it("of groups are compared as they are written", async () => {
    const path = write("s,t,x,label", (i) => `${["1.1", "1.10", "1.2"][i % 3]},${["7", "007", "8"][i % 3]},${noise(i)},${label(i)}`);
    const result = await read(path, { source: "s", task: "t" });
    expect(columnOf(result.table, "s")).toMatchObject({ names: ["1.1", "1.10", "1.2"] });
    expect(columnOf(result.table, "t")).toMatchObject({ names: ["007", "7", "8"] });
    expect(warnings(result)).toContain('"t" has tasks that differ only by');
    expect(warnings(result)).not.toContain("1.10");
  });

  it("that are whole numbers beyond 2^53 stay exact, as groups, as classes and as ids", async () => {
    const big = (i: number): string => String(9007199254740992n + BigInt(i % 4));
    const path = write("s,id,x,y", (i) => `${big(i)},${9007199254740992n + BigInt((i * 77) % 200)},${noise(i)},${big(i + (i % 3))}`);
    const { table } = await read(path, { source: "s", id: "id", labels: ["y"] });
    expect(columnOf(table, "s")).toMatchObject({ names: [0, 1, 2, 3].map(big) });
    expect(columnOf(table, "y")).toMatchObject({ kind: "category", names: [0, 1, 2, 3].map(big) });
    expect(cellOf(columnOf(table, "id"), 1)).toBe("9007199254741069");
    const parquetLike = await read(path, { labels: ["y"], drop: ["s", "id"] });
    expect(warnings(parquetLike)).toBe("");
  });

  it("of classes stay as they are written, and twins are warned of with their rows", async () => {
    const path = write("x,label", (i) => `${noise(i)},${["ham", "spam", "ham ", "spam", "Ham", "spam", "ham", "spam"][i % 8]}`);
    const result = await read(path);
    expect(columnOf(result.table, "label")).toMatchObject({ names: ["Ham", "ham", "ham ", "spam"] });
    expect(warnings(result)).toMatch(/"label" has classes that differ only by .*: "ham" \(50\), "(ham |Ham)" \(25\), "(ham |Ham)" \(25\)/);
    const numeric = await read(write("x,label", (i) => `${noise(i)},${["1", "0", "1.0", "0"][i % 4]}`));
    expect(columnOf(numeric.table, "label")).toMatchObject({ names: ["0", "1", "1.0"] });
    expect(warnings(numeric)).toContain('"1" (50), "1.0" (50)');
  });

  it.each([
    [["true", "True", "false"], [["true", "True"]]],
    [["yes", "no", "Y"], [["yes", "Y"]]],
    [
      ["1", "0", "true", "false"],
      [
        ["1", "true"],
        ["0", "false"],
      ],
    ],
    [["caf\u00e9", "cafe\u0301", "tea"], [["caf\u00e9", "cafe\u0301"]]],
    [["spam", "ｓｐａｍ", "ham"], [["spam", "ｓｐａｍ"]]],
    [["not spam", "not_spam", "spam"], [["not spam", "not_spam"]]],
    [["spam", "spam.", "ham"], [["spam", "spam."]]],
    [["a\u00a0b", "a b", "c"], [["a\u00a0b", "a b"]]],
    [["spam", "sp\u200bam", "ham"], [["spam", "sp\u200bam"]]],
    [["positive", "pos", "negative"], [["positive", "pos"]]],
    [["007", "7", "8"], [["007", "7"]]],
    [["+1", "1", "-1"], [["+1", "1"]]],
    [["t", "y", "n", "f", "1", "0"], []],
    [["A", "A-", "A+", "B"], []],
    [["c", "c++", "c#"], []],
    [["-1", "1"], []],
    [["9007199254740992", "9007199254740993"], []],
  ])("of %j have the twins %j", (names, twins) => {
    expect(findTwins(names, "classes").map((set) => [...set].sort())).toEqual(twins.map((set) => [...set].sort()));
  });

  it("that may mean missing are kept or not by what the others are, which is a warning with word and count", async () => {
    const of = (names: readonly string[]): string => write("x,label", (i) => `${noise(i)},${names[i % names.length]}`);
    const unknown = await read(of(["NA", "good", "NA", "bad"]));
    expect(warnings(unknown)).toContain('"label": "NA" (100 of 200 rows) is taken to mean that the label is not known');
    expect(columnOf(unknown.table, "label")).toMatchObject({ names: ["bad", "good"] });
    const countries = await read(of(["NA", "ZA", "BW", "ZA"]));
    expect(warnings(countries)).toContain('"label": "NA" (50 of 200 rows) is kept as a class');
    expect(columnOf(countries.table, "label")).toMatchObject({ names: ["BW", "NA", "ZA"] });
    const none = await read(of(["None", "mild", "severe"]));
    expect(columnOf(none.table, "label")).toMatchObject({ names: ["None", "mild", "severe"] });
    const signs = await read(of(["+", "-"]));
    expect(columnOf(signs.table, "label")).toMatchObject({ names: ["+", "-"] });
    const asked = await read(of(["NA", "good", "NA", "bad"]), { notMissing: ["NA"] });
    expect(columnOf(asked.table, "label")).toMatchObject({ names: ["NA", "bad", "good"] });
    const dropped = await read(of(["None", "mild", "severe"]), { missing: ["None"] });
    expect(columnOf(dropped.table, "label")).toMatchObject({ names: ["mild", "severe"] });
  });
});

describe("what is left out", () => {
  it.each([
    ["an empty name", ",x,label", (i: number) => String(i)],
    ["pandas' name", "Unnamed: 0,x,label", (i: number) => String((i * 77) % 200)],
    ["an index with gaps", "index,x,label", (i: number) => String(((i * 77) % 200) * 3 + 5)],
    ["any name that counts from 1", "a,x,label", (i: number) => String(i + 1)],
    ["any name that counts down", "a,x,label", (i: number) => String(900 - i)],
    ["an index that begins anew", "Unnamed: 0,x,label", (i: number) => String(i % 50)],
    ["a last cell that is missing", "a,x,label", (i: number) => (i === 199 ? "" : String(i))],
    ["a last cell that is a word", "index,x,label", (i: number) => (i === 199 ? "Total" : String(i))],
  ])("are row numbers: %s", async (_, header, cell) => {
    const result = await read(write(header, (i) => `${cell(i)},${noise(i)},${label(i)}`));
    expect(result.table.roles.features).toEqual(["x"]);
    expect(infos(result) + warnings(result)).toContain("left out as row numbers");
  });

  it("is an id even where a last line is empty, and never what is named as a feature", async () => {
    const path = write("id,x,label", (i) => (i === 199 ? ",," : `${i},${noise(i)},${label(i)}`));
    expect((await read(path)).table.roles.features).toEqual(["x"]);
    expect((await read(path, { features: ["id", "x"] })).table.roles.features).toEqual(["id", "x"]);
  });

  it("is no column that merely rises where it is all there is", async () => {
    const result = await read(write("a,label", (i) => `${i},${label(i)}`));
    expect(result.table.roles.features).toEqual(["a"]);
    expect(warnings(result)).toContain("only counts the rows");
  });

  it("is said, each column with its reason, when nothing is left, and with what was noticed before", async () => {
    const path = write("id,when,same,label", (i) => `u${i},2020-01-${10 + (i % 19)},7,${["a", "b", "B"][i % 3]}`);
    const said = await refusal(path);
    for (const part of [
      '"id" is left out as one of the identifiers',
      '"when" is left out as one of the dates',
      '"same" (one value in all rows) is constant',
    ])
      expect(said).toContain(part);
    expect(said).toContain('"b" (67), "B" (66)');
  });

  it("is called constant only with what else it holds", async () => {
    const path = write("e,t,x,label", (i) => `,${i % 2 ? "the same words in here" : ""},${noise(i)},${label(i)}`);
    const result = await read(path, { text: ["t"], features: ["e", "x"] });
    expect(warnings(result)).toContain('"e" (no value in any row)');
    expect(warnings(result)).toContain('"t" (one value and 100 missing cells)');
    expect(await refusal(write("x,label", (i) => `${noise(i)},${i % 2 ? "a" : ""}`))).toContain(
      'has one value ("a") and 100 missing cells',
    );
  });
});

describe("labels", () => {
  it("beyond what squared errors hold are refused with row, line and column", async () => {
    for (const [cell, why] of [
      ["e200", "squared errors overflow"],
      ["e-200", "squared errors vanish"],
    ]) {
      const said = await refusal(write("x,y", (i) => `${noise(i)},${noise(i + 1)}${cell}`));
      expect(said).toMatch(/row \d+ \(line \d+\), column "y"/);
      expect(said).toContain(why);
    }
    const vectors = write("", (i) => `${noise(i)}e200 1:${i}`, 30, "svm");
    expect(await refusal(vectors)).toContain("squared errors overflow");
  });
});

describe("vectors", () => {
  it("are refused with numbers whose squares overflow, and warned of where one dwarfs all others", async () => {
    const vectors = (cell: string): string => write("", (i) => `${i % 2} 1:${noise(i)} 2:${i === 7 ? cell : noise(i + 1)}`, 60, "svm");
    expect(await refusal(vectors("1e200"))).toContain("1e+200 as feature 2 of row 8");
    expect(warnings(await read(vectors("1e9")))).toContain("1000000000 as feature 2 of row 8");
    expect(warnings(await read(vectors("3")))).toBe("");
  });
});

describe("roles by name", () => {
  const reviews = write(
    "reviewerID,asin,reviewText,stars",
    (i) => `A${(i * 7) % 61},B${i % 5},${["bad", "good"][i % 2]} phone ${i % 60},${1 + (i % 5)}`,
    300,
  );

  it("are guessed where none is named, and said", async () => {
    const result = await read(reviews);
    expect(result.table.roles).toEqual({ labels: ["stars"], features: ["asin", "reviewText"], task: null, source: "reviewerID", id: null });
    expect(columnOf(result.table, "reviewText").kind).toBe("text");
    for (const part of ['label: column "stars"', 'source: column "reviewerID"', '"reviewText" is read as text', '--task "asin"'])
      expect(infos(result)).toContain(part);
  });

  it("are not guessed where the columns are named, or declined", async () => {
    expect((await read(reviews, { text: ["reviewText"] })).table.roles.source).toBeNull();
    expect(infos(await read(reviews, { text: ["reviewText"] }))).toContain('with --source "reviewerID"');
    expect((await read(reviews, { source: "none" })).table.roles.source).toBeNull();
    expect((await read(reviews, { source: "asin" })).table.roles.source).toBe("asin");
  });

  it("prefer the plainer name of a label, and leave the choice where two are as plain", async () => {
    const both = await read(write("rating,Label,x", (i) => `${1 + (i % 5)},${label(i)},${noise(i)}`));
    expect(both.table.roles.labels).toEqual(["Label"]);
    const spelt = await read(write("Star Rating,x", (i) => `${1 + ((i * 7) % 5)},${noise(i)}`));
    expect(spelt.table.roles.labels).toEqual(["Star Rating"]);
    expect(await refusal(write("sentiment,spam,x", (i) => `${label(i)},${label(i)},${noise(i)}`))).toContain(
      "several columns are named like a label",
    );
  });

  it("may be given with a name that looks the same", async () => {
    const path = write("caf\u00e9\u00a0x,label", (i) => `${noise(i)},${label(i)}`);
    expect((await read(path, { features: ["cafe\u0301 x"] })).table.roles.features).toEqual(["caf\u00e9\u00a0x"]);
  });
});
