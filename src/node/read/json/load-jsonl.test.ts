import { describe, expect, it } from "vitest";
import { cellsOf, linesOf, notesOf, readScratch } from "../../../../test/read-scratch.ts";
import { cellOf, columnOf } from "../../../core/table.ts";

const { write, read, refusal } = readScratch();
const label = (i: number): string => "ab"[i % 2];
const record = (i: number): Record<string, unknown> => ({ x: i % 7, t: `é "${i % 3}"`, label: label(i) });
const records = (count: number): Record<string, unknown>[] => Array.from({ length: count }, (_, i) => record(i));
const asLines = linesOf(40, (i) => JSON.stringify(record(i)));

describe("JSON documents", () => {
  it("are read alike as lines, as a list, and as a list in an object", async () => {
    const expected = (await read(write(asLines, "jsonl"))).table;
    for (const [text, ending] of [
      [asLines, "json"],
      [asLines, ""],
      [JSON.stringify(records(40)), "json"],
      [JSON.stringify(records(40), null, 2), "json"],
      [JSON.stringify(records(40), null, 2), "jsonl"],
      [`\ufeff\n ${JSON.stringify(records(40))}`, "json"],
      [JSON.stringify({ data: records(40) }), "json"],
      [JSON.stringify({ data: records(40) }, null, 1), "txt"],
    ])
      expect((await read(write(text, ending))).table).toEqual(expected);
    const beside = await read(write(JSON.stringify({ meta: { n: 1 }, rows: records(40) }), "json"));
    expect(notesOf(beside, "warning")).toContain('read from the list "rows"; what stands beside it is left out ("meta")');
  });

  it.each([
    ["columns", '{"x":[1,2,3],"label":["a","b","a"]}', "holds columns and not records"],
    ["columns of pandas", '{"x":{"0":1,"1":2},"label":{"0":"a","1":"b"}}', 'orient="records"'],
    ["pandas' split", '{"columns":["x"],"index":[0],"data":[[1]]}', "names and rows apart"],
    ["several lists", '{"train":[{"x":1}],"test":[{"x":2}]}', 'several lists of objects ("train", "test")'],
    ["a list of lists", "[[1,2],[3,4]]", "entry 1 is a list"],
    ["an empty list", "[]", "holds an empty list"],
    ["one object", '{\n"x": {"y": 1},\n"z": 2\n}', "one JSON object and no list of records"],
    ["one value", "3", "no records"],
    ["nothing", " \n", "is empty"],
    ["no JSON", '[{"x":1},]', "is not JSON"],
  ])("say what they are where they hold %s", async (_, text, said) => {
    expect(await refusal(write(text, "json"))).toContain(said);
  });

  it.each([
    ["lines", (text: string) => `${asLines}${text}\n`, "line 41"],
    ["a list", (text: string) => `[${asLines.trimEnd().replaceAll("\n", ",\n")},\n${text}]`, "line 41"],
  ])("are refused where one object of %s holds a key twice, for either value may be meant", async (_, around, line) => {
    expect(await refusal(write(around('{"x":1,"t":"\\"x\\": }","label":"a","label":"b"}'), "json"))).toContain(
      `${line} holds "label" twice in one object`,
    );
    expect((await read(write(around('{"x":1,"t":"\\"x\\": {","label":"a","z":null}'), "json"))).table.rows).toBe(41);
  });

  it("name the line of a record in a list", async () => {
    const text = `[\n${linesOf(20, (i) => `{"x":${i === 7 ? '{"y":1}' : i % 3},"z":${i % 5},"label":"${label(i)}"},`)
      .trimEnd()
      .slice(0, -1)}\n]`;
    expect(notesOf(await read(write(text, "json")), "warning")).toContain("line 9 nests an object in it");
  });
});

describe("numbers of JSON", () => {
  it("stay what they are beyond 2^53", async () => {
    const lines = linesOf(120, (i) => `{"acct":${9007199254740992n + BigInt(i % 4)},"x":${(i % 7) / 3},"label":"${label(i)}"}`);
    for (const [text, ending] of [
      [lines, "jsonl"],
      [`[${lines.trimEnd().replaceAll("\n", ",")}]`, "json"],
    ]) {
      const { table } = await read(write(text, ending), { source: "acct" });
      expect(columnOf(table, "acct")).toMatchObject({
        names: ["9007199254740992", "9007199254740993", "9007199254740994", "9007199254740995"],
      });
      expect(cellsOf(table, "x")[1]).toBe(1 / 3);
    }
  });

  it("may be Python's NaN, which is missing", async () => {
    const { table } = await read(
      write(
        linesOf(40, (i) => `{"x":${i % 5 === 0 ? "NaN" : i % 7},"t":"NaN Infinity \\" NaN","label":"${label(i)}"}`),
        "jsonl",
      ),
    );
    expect(cellsOf(table, "x").slice(0, 3)).toEqual([null, 1, 2]);
    expect(
      await refusal(
        write(
          linesOf(40, (i) => `{"x":${i === 3 ? "-Infinity" : i % 7},"label":"${label(i)}"}`),
          "jsonl",
        ),
      ),
    ).toContain('row 4 (line 4), column "x" is infinite');
  });
});

describe("lists of numbers", () => {
  const withList = (of: (i: number) => unknown): string =>
    linesOf(40, (i) => JSON.stringify({ x: i % 4, embedding: of(i), label: label(i) }));

  it("are vectors to learn from, beside other columns or alone", async () => {
    const path = write(
      withList((i) => [i % 7, 0, (i % 3) / 2]),
      "jsonl",
    );
    const result = await read(path);
    expect(result.table.roles.features).toEqual(["x", "embedding"]);
    expect(cellOf(columnOf(result.table, "embedding"), 5)).toEqual({ indices: [0, 2], values: [5, 1] });
    expect(notesOf(result)).toContain('"embedding" is read as vectors of 3 numbers');
    expect((await read(path, { features: ["embedding"] })).table.roles.features).toEqual(["embedding"]);
    expect((await read(path, { drop: ["x"] })).table.roles.features).toEqual(["embedding"]);
    expect((await read(path, { drop: ["embedding"] })).table.roles.features).toEqual(["x"]);
    expect((await read(path, { features: ["x"] })).table.roles.features).toEqual(["x"]);
    expect(await refusal(path, { labels: ["embedding"] })).toContain("it can be a feature and nothing else");
  });

  it("that are missing are said to be zeros", async () => {
    const result = await read(
      write(
        withList((i) => (i === 3 ? null : [i % 7, 1])),
        "jsonl",
      ),
    );
    expect(notesOf(result, "warning")).toContain("is missing in 1 of 40 rows (the first: row 4)");
    expect(cellOf(columnOf(result.table, "embedding"), 3)).toEqual({ indices: [], values: [] });
  });

  it.each([
    ["of other lengths", (i: number) => (i === 3 ? [1] : [1, i]), "line 4 holds 1 numbers where the rows before hold 2"],
    ["of words", () => ["red", "blue"], 'line 1 holds a list with "red" in it'],
    ["with gaps", (i: number) => (i === 3 ? [1, null] : [1, i]), "line 4 holds a list with null in it"],
    ["of lists", (i: number) => [[i]], "line 1 holds a list with a list in it"],
    ["that are empty", () => [], "line 1 holds an empty list"],
    ["beside plain values", (i: number) => (i === 3 ? 7 : [1, i]), "where others hold a list"],
  ])("%s are left out with a warning", async (_, of, said) => {
    const result = await read(write(withList(of), "jsonl"));
    expect(result.table.roles.features).toEqual(["x"]);
    expect(notesOf(result, "warning")).toContain('column "embedding" is left out');
    expect(notesOf(result, "warning")).toContain(said);
  });
});
