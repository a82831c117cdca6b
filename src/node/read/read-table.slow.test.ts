import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { cellOf, columnOf, type Table } from "../../core/table.ts";
import { isMissing, isNumeric } from "./missing.ts";
import { readTable } from "./read-table.ts";
import type { ReadRequest, ReadResult } from "./request.ts";

const folder = mkdtempSync(join(tmpdir(), "theriac-read-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(content: string | Buffer, ending = "csv"): string {
  const path = join(folder, `file${++files}.${ending}`);
  writeFileSync(path, content);
  return path;
}

function read(data: string, more: Partial<ReadRequest> = {}): Promise<ReadResult> {
  return readTable({ data, labels: [], text: [], features: [], drop: [], ...more });
}

async function refusal(data: string, more: Partial<ReadRequest> = {}): Promise<string> {
  try {
    await read(data, more);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("nothing was refused");
}

/** `rows` lines of x,label with both classes. */
function lines(rows: number, of: (i: number) => string = (i) => `${(i * 37) % 11},${i % 3 === 0 ? "no" : "yes"}`): string {
  return Array.from({ length: rows }, (_, i) => `${of(i)}\n`).join("");
}

const cells = (table: Table, name: string): unknown[] => Array.from({ length: table.rows }, (_, row) => cellOf(columnOf(table, name), row));
const texts = (result: ReadResult): string => result.notes.map((note) => note.text).join("\n");

describe("reading CSV", () => {
  it("gives rows in the order of the file, with roles and sorted classes", async () => {
    const path = write(`x,label\n${lines(12)}`);
    const { table, files: read1, notes } = await read(path);
    expect(table.rows).toBe(12);
    expect(table.roles).toEqual({ labels: ["label"], features: ["x"], task: null, source: null, id: null });
    expect(cells(table, "x")).toEqual(Array.from({ length: 12 }, (_, i) => (i * 37) % 11));
    expect(columnOf(table, "label")).toMatchObject({ kind: "category", names: ["no", "yes"] });
    expect(read1[0]).toMatchObject({ path, rows: 12 });
    expect(read1[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(notes.some((note) => note.text.includes(`"label"`))).toBe(true);
  });

  it("keeps the order of many rows", async () => {
    const n = 300_000;
    const { table } = await read(write(`x,label\n${lines(n, (i) => `${i}.5,${i % 2}`)}`));
    const column = columnOf(table, "x");
    expect(column.kind === "number" && column.values.every((value, i) => value === i + 0.5)).toBe(true);
  });

  it("keeps quoted newlines apart from rows in a file of many megabytes", async () => {
    const cell = (i: number): string => `line ${i}\n1,2,3\n"\n,a,b\n${"pad ".repeat(i % 97)}`;
    const n = 150_000;
    const path = write(`x,t,label\n${lines(n, (i) => `${i},"${cell(i).replaceAll('"', '""')}",${i % 2}`)}`);
    const { table } = await read(path, { text: ["t"] });
    const column = columnOf(table, "t");
    expect(table.rows).toBe(n);
    expect("names" in column && column.codes.every((code, i) => column.names[code] === cell(i))).toBe(true);
  });

  it.each([
    ["\r\n newlines", (text: string) => text.replaceAll("\n", "\r\n")],
    ["\r newlines", (text: string) => text.replaceAll("\n", "\r")],
    ["mixed newlines", (text: string) => text.replace("\n", "\r\n")],
    ["a byte-order mark", (text: string) => `\ufeff${text}`],
    ["no last newline", (text: string) => text.slice(0, -1)],
    ["blank lines", (text: string) => text.replace("\n", "\n\n") + "\n\n"],
  ])("reads a file with %s alike", async (_, change) => {
    const plain = `x,label\n${lines(15)}`;
    const expected = await read(write(plain));
    const { table } = await read(write(change(plain)));
    expect(table).toEqual(expected.table);
  });

  it("keeps a carriage return that stands alone inside a cell", async () => {
    const { table } = await read(write(`x,label\n${lines(10)}"p\rq",no\n`, "csv"), { features: ["x"] });
    expect(cells(table, "x")[10]).toBe("p\rq");
    const bare = await read(write(`x\tlabel\n${lines(10).replaceAll(",", "\t")}p\rq\tno\n`, "tsv"), { features: ["x"] });
    expect(cells(bare.table, "x")[10]).toBe("p\rq");
  });

  it("reads packed files and other delimiters", async () => {
    const plain = `x,label\n${lines(15)}`;
    const expected = (await read(write(plain))).table;
    expect((await read(write(gzipSync(plain), "csv.gz"))).table).toEqual(expected);
    const semicolon = await read(write(plain.replaceAll(",", ";")));
    expect(semicolon.table).toEqual(expected);
    expect(texts(semicolon)).toContain("semicolon");
    expect((await read(write(plain.replaceAll(",", "\t"), "txt"))).table).toEqual(expected);
    expect((await read(write(plain.replaceAll(",", "\t"), "csv"), { delimiter: "tab" })).table).toEqual(expected);
    expect((await read(write(plain, "odd[1]*"), { format: "csv" })).table).toEqual(expected);
    expect(await refusal(write(plain), { delimiter: '"' })).toContain("--delimiter");
  });

  it("reads a first row that is longer than what is looked at first", async () => {
    const long = "many words ".repeat(40_000);
    const { table } = await read(write(`${long},yes\n${lines(12)}`), { header: false, labels: ["2"], text: ["1"] });
    expect(cells(table, "c1")[0]).toBe(long);
    expect(table.rows).toBe(13);
  });

  it("decides about the header and says when there is none", async () => {
    const bare = await read(write(lines(12)), { labels: ["2"] });
    expect(bare.table.rows).toBe(12);
    expect(bare.table.roles).toMatchObject({ labels: ["c2"], features: ["c1"] });
    expect(texts(bare)).toContain("no header");
    const forced = await read(write(`x,label\n${lines(12)}`), { header: false, labels: ["c2"], features: ["c1"] });
    expect(forced.table.rows).toBe(13);
  });

  it("takes words for missing as missing, but not in texts", async () => {
    const words = ["", "NA", "NaN", "nan", "N/A", "null", "NULL", " NA "];
    const sentence = (i: number): string => `these are ${i} different words here`;
    const path = write(
      `x,k,t,label\n${lines(8, (i) => `${words[i]},${words[i]},${words[i]},yes`)}${lines(30, (i) => `${i % 7},k${i % 2},${sentence(i)},${i % 2 ? "yes" : "no"}`)}`,
    );
    const { table } = await read(path);
    expect(cells(table, "x").slice(0, 9)).toEqual([null, null, null, null, null, null, null, null, 0]);
    expect(cells(table, "k").slice(0, 9)).toEqual([null, null, null, null, null, null, null, null, "k0"]);
    expect(columnOf(table, "t").kind).toBe("text");
    expect(cells(table, "t").slice(0, 9)).toEqual([null, ...words.slice(1), sentence(0)]);
  });

  it("recognises dates, identifiers, wide categories and constants and says what it left out", async () => {
    const path = write(
      `id,key,when,day,wide,same,x,label\n${lines(1300, (i) => `${i},k${i},"July ${(i % 28) + 1}, 2006",2020-01-${10 + (i % 9)},w${i % 1299},7,${i % 13},${i % 2}`)}`,
    );
    const result = await read(path);
    expect(result.table.roles.features).toEqual(["x"]);
    expect(columnOf(result.table, "when").kind).toBe("date");
    expect(columnOf(result.table, "day").kind).toBe("date");
    for (const said of [
      `dates: "when", "day"`,
      `identifiers: "id", "key"`,
      `"wide" (1299 values)`,
      `constant, so left out of the features: "same"`,
    ]) {
      expect(texts(result)).toContain(said);
    }
    expect(result.notes.find((note) => note.text.includes("constant"))?.level).toBe("warning");
  });

  it("uses only text once text is named, and both if features are named too", async () => {
    const path = write(`x,t,label\n${lines(12, (i) => `${i % 5},word${i} and some more,${i % 2}`)}`);
    expect((await read(path, { text: ["t"] })).table.roles.features).toEqual(["t"]);
    expect((await read(path, { text: ["t"], features: ["x"] })).table.roles.features).toEqual(["x", "t"]);
    expect((await read(path, { drop: ["t"] })).table.roles.features).toEqual(["x"]);
  });

  it("reads task and source as categories, even when they are numbers", async () => {
    const path = write(`task,who,x,label\n${lines(20, (i) => `${i % 3},${12345678901234567890n + BigInt(i)},${i % 7},${i % 2}`)}`);
    const { table } = await read(path, { task: "task", source: "who" });
    expect(columnOf(table, "task")).toMatchObject({ kind: "category", names: ["0", "1", "2"] });
    expect(columnOf(table, "who")).toMatchObject({ kind: "category" });
    expect(new Set(cells(table, "who")).size).toBe(20);
  });

  it("keeps codes with leading zeros apart", async () => {
    const { table } = await read(write(`zip,x,label\n${lines(20, (i) => `0${i % 4},${i % 7},${i % 2}`)}`));
    expect(columnOf(table, "zip")).toMatchObject({ kind: "category", names: ["00", "01", "02", "03"] });
  });
});

describe("what the label is", () => {
  it("is classes for few whole numbers, real otherwise, and what --predict says", async () => {
    const few = write(`x,label\n${lines(30, (i) => `${i % 7},${i % 11}`)}`);
    const one = await read(few);
    expect(columnOf(one.table, "label")).toMatchObject({
      kind: "category",
      names: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
    });
    expect(texts(one)).toContain("11 classes");
    expect(columnOf((await read(few, { predict: "number" })).table, "label").kind).toBe("number");
    const real = write(`x,label\n${lines(30, (i) => `${i % 7},${i / 8}`)}`);
    expect(columnOf((await read(real)).table, "label").kind).toBe("number");
    expect(columnOf((await read(real, { predict: "classes" })).table, "label").kind).toBe("category");
    expect(await refusal(write(`x,label\n${lines(12)}`), { predict: "number" })).toContain("no numbers");
  });

  it("shares one dictionary over several class labels", async () => {
    const path = write(`a,b,x\n${lines(20, (i) => `${i % 2 ? "no" : "yes"},${i % 2 ? "maybe" : "yes"},${i % 7}`)}`);
    const { table } = await read(path, { labels: ["a", "b"] });
    const [a, b] = [columnOf(table, "a"), columnOf(table, "b")];
    expect(a).toMatchObject({ names: ["maybe", "no", "yes"] });
    expect("names" in a && "names" in b && a.names === b.names).toBe(true);
    const mixed = write(`a,b,x\n${lines(30, (i) => `${i % 2 ? "no" : "yes"},${i / 7},${i % 7}`)}`);
    expect(await refusal(mixed, { labels: ["a", "b"] })).toContain("of one kind");
    expect(await refusal(path, { labels: ["a", "b"], task: "x" })).toContain("--task cannot");
  });

  it("may be missing in some rows, but not in nearly all, nor be constant", async () => {
    const some = await read(write(`x,label\n${lines(20, (i) => `${i % 7},${["yes", "no", ""][i % 3]}`)}`));
    expect(texts(some)).toContain("6 of 20 rows have no label");
    expect(await refusal(write(`x,label\n${lines(9)}`))).toContain("at least 10");
    expect(await refusal(write(`x,label\n${lines(20, (i) => `${i},yes`)}`))).toContain("one value only");
    expect(await refusal(write(`x,label\n${lines(200, (i) => `${i % 7},word${i}`)}`))).toContain("looks like text or an identifier");
  });

  it("is guessed only where one column bears its name", async () => {
    expect(await refusal(write(`x,z\n${lines(20)}`))).toContain("--label");
    expect(await refusal(write(`Target,label\n${lines(20)}`))).toContain("several columns");
  });
});

describe("what is refused", () => {
  it("names URLs, missing files and folders without data", async () => {
    expect(await refusal("https://example.com/x.csv")).toContain("does not talk to a network");
    expect(await refusal("s3://bucket/x.parquet")).toContain("URL");
    const path = write(`x,label\n${lines(12)}`);
    expect(await refusal(path.replace(/file(\d+)/, "fiel$1"))).toContain(`did you mean "${basename(path)}"`);
    const empty = mkdtempSync(join(folder, "empty"));
    expect(await refusal(empty)).toContain("holds no data");
    expect(await refusal(join(empty, "*.csv"))).toContain("no file matches");
    expect(await refusal(write("x", "xls"))).toContain("save the sheet as XLSX or CSV");
    expect(await refusal(write("x", "xlsx"))).toContain("is no ZIP archive");
    expect(await refusal(path, { format: "cvs" as "csv" })).toContain(`did you mean "csv"`);
  });

  it.each([
    ["an empty file", "", "is empty"],
    ["a header alone", "x,label\n", "no data rows"],
    ["a short row", `x,label\n1,2\n3\n`, "row 2 (line 3) has 1 cell where the header names 2"],
    ["a long row after a quoted newline", `x,label\n"1\n2",2\n3,4,5\n`, "row 2 (line 4) has 3 cells where the header names 2"],
    ["an open quote", `x,label\n1,2\n"3,4\n5,6\n`, "line 3 opens a quote that is never closed"],
    ["text after a quote", `x,label\n1,2\n"3"4,5\n`, "line 3 has text after a closing quote"],
    ["a name that stands twice", `x,y,x,label\n1,2,3,4\n`, `duplicate column names: "x"`],
    ["zero bytes", `x,label\n1,\0\n`, "looks binary"],
  ])("refuses %s", async (_, content, message) => {
    const path = write(content);
    const said = await refusal(path);
    expect(said).toContain(message);
    expect(said).toContain(path);
  });

  it("names the line that is not UTF-8, wherever it stands", async () => {
    const good = `x,label\n${lines(300_000)}`;
    const path = write(Buffer.concat([Buffer.from(good), Buffer.from("caf\xe9,no\n", "latin1")]));
    expect(texts(await read(path, { features: ["x"] }))).toContain("line 300002 is not UTF-8: the file is read as Latin-1");
    const wide = await read(write(`x,label\n${"é,no\n".repeat(300_000)}é,yes\n`), { features: ["x"] }).catch((error: unknown) => error);
    expect((wide as Error).message).toContain("no column is left");
  });

  it("names columns that are absent, out of range or used twice", async () => {
    const path = write(`rating,name,label\n${lines(12, (i) => `${i % 5},n${i % 2},${i % 2}`)}`);
    expect(await refusal(path, { labels: ["lable"] })).toContain(`did you mean "label"`);
    expect(await refusal(path, { features: ["9"] })).toContain("positions go from 1 to 3");
    expect(await refusal(path, { features: ["rating"], drop: ["1"] })).toContain("a column has one role");
    expect(await refusal(path, { source: "whom" })).toContain(`its columns are "rating", "name", "label"`);
    expect(await refusal(path, { drop: ["rating", "name"] })).toContain("no column is left");
  });

  it("refuses infinity in a column that is used, naming row, line and column", async () => {
    for (const word of ["inf", "-Infinity", "1e999"]) {
      const path = write(`x,z,label\n${lines(12, (i) => `${i === 6 ? word : i % 5},${i % 7},${i % 2}`)}`);
      expect(await refusal(path)).toContain(`row 7 (line 8), column "x" is infinite`);
      expect(cells((await read(path, { drop: ["x"] })).table, "x")[6]).toBeNull();
    }
  });

  it("refuses what would not fit into memory, before loading it", async () => {
    const said = await refusal(write(`x,label\n${lines(1000)}`), { memoryLimitBytes: 10_000 });
    expect(said).toContain("the limit is 9.77 KiB");
  });
});

describe("several files", () => {
  it("are read one after another in sorted order, from a folder or a glob", async () => {
    const many = mkdtempSync(join(folder, "many"));
    writeFileSync(join(many, "b.csv"), `x,label\n${lines(12, (i) => `${100 + i},${i % 2}`)}`);
    writeFileSync(join(many, "a.csv"), `x,label\n${lines(12, (i) => `${i},${i % 2}`)}`);
    writeFileSync(join(many, "a.poisoned-x-1pct.csv"), `x,label\n${lines(12)}`);
    writeFileSync(join(many, "readme.md"), "hello");
    mkdirSync(join(many, "deep"));
    for (const data of [many, join(many, "*.csv"), join(many, "{a,b}.csv"), `${folder}/many*/[ab].csv`]) {
      const { table, files: parts } = await read(data);
      expect(parts.map(({ path, rows }) => [basename(path), rows])).toEqual([
        ["a.csv", 12],
        ["b.csv", 12],
      ]);
      expect(cells(table, "x").slice(10, 14)).toEqual([10, 11, 100, 101]);
    }
    writeFileSync(join(many, "c.csv"), `x,lable\n${lines(12)}`);
    expect(await refusal(many)).toContain(`c.csv has other columns than a.csv: column 2 is "lable", there it is "label"`);
    writeFileSync(join(many, "c.jsonl"), "{}");
    expect(await refusal(many)).toContain("several formats");
  });
});

describe("JSON lines", () => {
  it("takes the keys of all lines in order of first appearance", async () => {
    const path = write(
      lines(12, (i) => JSON.stringify(i === 0 ? { x: 1, label: true } : { label: i % 2 === 0, t: `é "${i}"`, x: i % 5, z: null })),
      "jsonl",
    );
    const { table } = await read(path, { features: ["x", "t"] });
    expect(table.columns.map(({ name }) => name)).toEqual(["x", "label", "t", "z"]);
    expect(cells(table, "t").slice(0, 2)).toEqual([null, `é "1"`]);
    expect(cells(table, "label").slice(0, 2)).toEqual(["true", "false"]);
  });

  it("names the line of what is wrong", async () => {
    expect(await refusal(write(`{"x":1}\n\n{"x":\n`, "jsonl"))).toContain("line 3 is not JSON");
    expect(await refusal(write(`[1,2]\n`, "jsonl"))).toContain("line 1 must be one JSON object");
    const nested = write(
      lines(12, (i) => JSON.stringify({ x: i % 5, deep: i === 3 ? { a: 1 } : 1, label: i % 2 })),
      "jsonl",
    );
    expect(texts(await read(nested))).toContain(`column "deep" is left out`);
    expect(await refusal(nested, { features: ["deep"] })).toContain("line 4 nests an object");
  });
});

describe("svmlight", () => {
  it("reads sparse rows counted from 1 or from 0", async () => {
    const rows = lines(12, (i) => `${i % 2 ? "+1" : "-1"} qid:3 2:${i}.5 5:1 # note`);
    const { table, dialect } = await read(write(`# head\n${rows}`, "svm"));
    expect(dialect.firstIndex).toBe(1);
    expect(columnOf(table, "label")).toMatchObject({ kind: "category", names: ["-1", "1"] });
    expect(cellOf(columnOf(table, "features"), 3)).toEqual({ indices: [1, 4], values: [3.5, 1] });
    const zero = await read(write(rows + "-1 0:9\n", "libsvm"));
    expect(cellOf(columnOf(zero.table, "features"), 12)).toEqual({ indices: [0], values: [9] });
    expect(await refusal(write(`${rows}x 1:2\n`, "svm"))).toContain("line 13");
    expect(await refusal(write(`${rows}1 2:3 2:4\n`, "svm"))).toContain("ascending");
    expect(await refusal(write(`${rows}1 2:inf\n`, "svm"))).toContain("finite");
  });
});

describe("Parquet", () => {
  it("takes the types of the file and leaves nested columns out", async () => {
    const path = join(folder, "typed.parquet");
    const connection = await DuckDBConnection.create();
    await connection.run(
      `COPY (SELECT i AS x, i % 2 = 0 AS flag, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS label, DATE '2020-01-01' + i::INT AS day, [[i]] AS lists, CASE WHEN i = 2 THEN NULL ELSE i / 4 END AS z FROM range(20) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    const result = await read(path);
    // The first column counts the rows.
    expect(result.table.roles.features).toEqual(["flag", "z"]);
    expect(columnOf(result.table, "flag")).toMatchObject({ kind: "category", names: ["false", "true"] });
    expect(columnOf(result.table, "day").kind).toBe("date");
    expect(cells(result.table, "z").slice(0, 4)).toEqual([0, 0.25, null, 0.75]);
    expect(texts(result)).toContain(`column "lists" is left out`);
    expect(await refusal(path, { features: ["lists"] })).toContain("BIGINT[][]");
    expect(await refusal(path, { format: "csv" })).toContain("Parquet");
    expect(await refusal(write("PAR1 nothing", "parquet"))).toContain("cannot be read as Parquet");
    expect(await refusal(write("junk", "parquet"))).toContain("not a Parquet file");
  });
});

describe("round trips", () => {
  const cell = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom(...' ,"\n\r\ta;é😀#\\-') }),
    fc.constantFrom(" x", `"`, `,`, "a\r\nb", "#"),
  );
  const text = cell.filter((value) => !isMissing(value) && !isNumeric(value) && !value.includes("\0"));
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const rows = fc.array(fc.tuple(text, number, text), { minLength: 10, maxLength: 30 });
  const quote = (value: string, always: boolean): string => (always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  it("give back any table of strings and numbers that is written as CSV", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom("\n", "\r\n"), fc.boolean(), fc.boolean(), async (data, newline, always, last) => {
        const body = data.map(([a, x, b], i) => [quote(a, always), String(x), quote(b, always), String(i % 2)].join(","));
        const path = write(["a,x,b,label", ...body].join(newline) + (last ? newline : ""));
        const { table } = await read(path, { header: true, features: ["a", "x", "b"], delimiter: "," }).catch((error: unknown) => {
          // All of it may be constant by chance; that is another test.
          if (error instanceof UsageError && error.message.includes("no column is left")) return { table: null };
          throw error;
        });
        if (table === null) return;
        expect(cells(table, "a")).toEqual(data.map(([a]) => a));
        expect(cells(table, "x")).toEqual(data.map(([, x]) => (x === 0 ? expect.closeTo(0) : x)));
        expect(cells(table, "b")).toEqual(data.map(([, , b]) => b));
      }),
      { numRuns: 60 },
    );
  });

  it("give back any table without tabs and newlines that is written as TSV", { timeout: 120_000 }, async () => {
    const plain = text.map((value) => value.replace(/[\t\r\n]/g, "_")).filter((value) => !isMissing(value) && !isNumeric(value));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(plain, plain), { minLength: 10, maxLength: 30 }), async (data) => {
        const path = write(data.map(([a, b], i) => `${a}\t${b}\t${i % 2}\n`).join(""), "tsv");
        const { table } = await read(path, { header: false, labels: ["3"], text: ["1"], features: ["2"] }).catch((error: unknown) => {
          if (error instanceof UsageError && error.message.includes("no column is left")) return { table: null };
          throw error;
        });
        if (table === null) return;
        expect(cells(table, "c1")).toEqual(data.map(([a]) => a));
        expect(cells(table, "c2")).toEqual(data.map(([, b]) => b));
      }),
      { numRuns: 60 },
    );
  });
});
