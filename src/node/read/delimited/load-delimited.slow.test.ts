import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { cellsOf, linesOf, notesOf, readScratch } from "../../../../test/read-scratch.ts";
import { columnOf } from "../../../core/table.ts";

const { write, read, refusal } = readScratch();
const label = (i: number): string => "ab"[i % 2];
const plain = `x,z,label\n${linesOf(40, (i) => `${i % 7}.5,${i % 3},${label(i)}`)}`;
const under = (delimiter: string): string => plain.replaceAll(",", delimiter);

describe("the delimiter", () => {
  it.each([
    ["a semicolon", under(";")],
    ["a tab", under("\t")],
    ["a caret", under("^")],
    ["a tilde", under("~")],
    ["the unit separator (control character 31)", under("\u001f")],
    ["a bar", under("|")],
    ["a space", under(" ")],
    ["one or several blanks", under("   ")],
    ["one or several blanks", plain.replaceAll(/^/gm, "  ").replaceAll(",", " \t ").replace(/ +$/, "")],
    ['"::"', under("::")],
    ["a semicolon", plain.replaceAll(/[^,\n]+/g, '"$&"').replaceAll(",", ";")],
  ])("is found to be %s, whatever the ending, and said", async (spoken, text) => {
    const expected = (await read(write(plain))).table;
    for (const ending of ["csv", "txt", "dat", "tsv", "odd", ""]) {
      const result = await read(write(text, ending));
      expect(result.table).toEqual(expected);
      if (!(spoken === "a tab" && ending === "tsv")) expect(notesOf(result)).toContain(`cells are separated by ${spoken}`);
    }
    expect((await read(write(gzipSync(text), "dat.gz"))).table).toEqual(expected);
  });

  it("is the semicolon where a comma stands in the decimals", async () => {
    const { dialect, table } = await read(write(linesOf(40, (i) => `${i % 7},5;${i % 5},25;${label(i)}`)), { labels: ["3"] });
    expect(dialect.delimiter).toBe(";");
    expect(table.columns).toHaveLength(3);
  });

  it("is found where the quotes are unsound under the usual one", async () => {
    const path = write(`"age";"job";"y"\n${linesOf(40, (i) => `${i % 7}.5;"j, ${i % 3}";"${label(i)}"`)}`);
    const { table } = await read(path);
    expect(cellsOf(table, "age").slice(0, 2)).toEqual([0.5, 1.5]);
    expect(cellsOf(table, "job")[1]).toBe("j, 1");
  });

  it("leaves quotes alone between tabs where they do not enclose cells", async () => {
    const path = write(
      linesOf(40, (i) => `${label(i)}\t"said ${i} the cat, he`),
      "txt",
    );
    const result = await read(path, { labels: ["1"], text: ["2"] });
    expect(cellsOf(result.table, "c2")[3]).toBe('"said 3 the cat, he');
    expect(notesOf(result)).toContain("quotes are taken as they stand");
    const late = `t\tlabel\n${linesOf(30_000, (i) => `some words here\t${label(i)}`)}${linesOf(3, (i) => `"open ${i}\ta`)}`;
    expect((await read(write(late), { text: ["t"] })).table.rows).toBe(30_003);
  });

  it("is not a blank where an unsound quote keeps the usual one from being tried", async () => {
    const words = (i: number, quote = ""): string => `${i % 7},${quote}five words in a cell,${label(i)}`;
    expect(await refusal(write(`x,t,label\n${linesOf(40, (i) => words(i, i === 5 ? '"' : ""))}`))).toContain(
      "line 7 opens a quote that is never closed",
    );
    expect(await refusal(write(`x,t,label\n${linesOf(40, (i) => words(i, i === 5 ? '"a" ' : ""))}`))).toContain(
      "line 7 has text after a closing quote",
    );
    expect((await read(write(`"x" "z" "label"\n${linesOf(40, (i) => `${i % 7} ${i % 3} "${label(i)}"`)}`))).table.rows).toBe(40);
  });

  it("is what was asked for, of several characters too", async () => {
    const expected = (await read(write(plain))).table;
    for (const [delimiter, text] of [
      ["::", "::"],
      ["~~", "~~"],
      ["§", "§"],
      ["space", " "],
      ["spaces", "    "],
      ["\\s+", "  "],
      ["pipe", "|"],
    ])
      expect((await read(write(under(text)), { delimiter })).table).toEqual(expected);
    expect(await refusal(write(plain), { delimiter: ";" })).toContain("no column is named like a label");
  });

  it("names row and line of a record that is not like the others", async () => {
    expect(await refusal(write(`${under("::")}1::2\n`, "dat"), { delimiter: "::" })).toContain(
      "row 41 (line 42) has 2 cells where the header names 3",
    );
    expect(await refusal(write(`${under(" ")}1 2\n`), { delimiter: "spaces" })).toContain("row 41 (line 42) has 2 cells");
  });
});

describe("encodings", () => {
  const letters = `x,word,label\n${linesOf(40, (i) => `${i % 7},naïve café ${i % 4},${label(i)}`)}`;
  const words = cellsOf.bind(null);

  it("tells Windows' code page from Latin-1 and names the first line", async () => {
    const quoted = Buffer.from(letters.replaceAll("café", "\x93caf\xe9\x94 \x80"), "latin1");
    const windows = await read(write(quoted));
    expect(words(windows.table, "word")[0]).toBe("naïve “café” € 0");
    expect(notesOf(windows, "warning")).toContain("line 2 is not UTF-8: the file is read as Windows-1252 (cp1252)");
    const latin = await read(write(Buffer.from(letters, "latin1")));
    expect(words(latin.table, "word")[0]).toBe("naïve café 0");
    expect(notesOf(latin, "warning")).toContain("Latin-1");
    expect(latin.table).toEqual((await read(write(letters))).table);
  });

  it("reads UTF-16 with a byte-order mark, either way round", async () => {
    const expected = (await read(write(letters))).table;
    const little = Buffer.from(`\ufeff${letters}`, "utf16le");
    expect((await read(write(little))).table).toEqual(expected);
    expect((await read(write(Buffer.from(little).swap16(), "txt"))).table).toEqual(expected);
    expect(await refusal(write(little.subarray(2)))).toContain("UTF-16 without a byte-order mark");
  });

  it("decodes the names of the header as well", async () => {
    const { table } = await read(write(Buffer.from(`größe,label\n${linesOf(40, (i) => `${i % 7},${label(i)}`)}`, "latin1")));
    expect(table.roles.features).toEqual(["größe"]);
  });

  it("refuses a damaged line of UTF-8, and scripts that are not Latin", async () => {
    const damaged = Buffer.concat([Buffer.from(letters), Buffer.from("1,caf\xe9,a\n", "latin1")]);
    expect(await refusal(write(damaged))).toContain("line 42 is not UTF-8, as the rest of the file is");
    const russian = Buffer.concat([
      Buffer.from("t,label\n"),
      ...Array.from({ length: 20 }, () => Buffer.from([0xef, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x61, 0x0a])),
    ]);
    expect(await refusal(write(russian))).toContain("iconv -f ENCODING -t UTF-8");
  });
});

describe("what stands before the header", () => {
  it.each([
    ["sep=;", `sep=;\n${under(";")}`, "line 1 says that cells are separated by a semicolon"],
    ["a quoted sep", `"sep=,"\n${plain}`, "line 1 says"],
    ["comments", `# made by us\n# in 2020, twice, again\n${plain}`, "2 lines of comment (#) before the data left out"],
    ["a header behind #", `#${plain}`, ""],
    ["a comment and a header behind #", `# v2\n#${plain}`, "1 line of comment (#) before the header left out"],
    ["a title", `Quarterly report\n\n${plain}`, '2 lines before the header left out, taken for a title: "Quarterly report"'],
    ["a title with a comma", `Report, 2024\n${plain}`, "1 line before the header left out"],
    ["a title in the first of all cells", `Report,,\n${plain}`, "1 line before the header left out"],
  ])("is understood: %s", async (_, text, said) => {
    const result = await read(write(text));
    expect(result.table).toEqual((await read(write(plain))).table);
    expect(notesOf(result)).toContain(said);
    expect(result.files[0].rows).toBe(40);
  });

  it("leaves data alone that begins with #", async () => {
    const { table } = await read(write(linesOf(20, (i) => `#tag${i % 5},${i % 7},${label(i)}`)), { labels: ["3"], header: false });
    expect(table.rows).toBe(20);
    const tabs = `#\tx\t0\n${linesOf(20, (i) => `:\tx${i}\t${i % 2}`)}`;
    expect((await read(write(tabs, "tsv"), { labels: ["3"], header: false, features: ["1"] })).table.rows).toBe(21);
  });

  it("counts the lines that were left out in messages", async () => {
    const path = write(`# one\n# two\nx,z,label\n${linesOf(20, (i) => `${i === 4 ? "inf" : i % 7},1,${label(i)}`)}`);
    expect(await refusal(path)).toContain("row 5 (line 8)");
  });
});

describe("the header", () => {
  it("may have a name less than there are columns, as R writes it", async () => {
    const tabs = await read(write(`x\tz\tlabel\n${linesOf(40, (i) => `r${i}\t${i % 7}\t${i % 3}\t${label(i)}`)}`, "tsv"));
    expect(cellsOf(tabs.table, "x").slice(0, 3)).toEqual([0, 1, 2]);
    expect(notesOf(tabs)).toContain("the first column holds the names of the rows");
    const quoted = await read(write(`"x" "z" "label"\n${linesOf(40, (i) => `"${i + 1}" ${i % 7} ${i % 3} "${label(i)}"`)}`, "txt"));
    expect(cellsOf(quoted.table, "label").slice(0, 2)).toEqual(["a", "b"]);
  });

  it("may end without the separator that ends each row", async () => {
    const { table } = await read(write(`x,z,label\n${linesOf(40, (i) => `${i % 7},${i % 3},${label(i)},`)}`));
    expect(cellsOf(table, "x").slice(0, 3)).toEqual([0, 1, 2]);
    expect(table.roles.features).toEqual(["x", "z"]);
  });

  it("may leave columns without a name, which never take that of another", async () => {
    const result = await read(write(`,c1,label\n${linesOf(40, (i) => `${i},${i % 7},${label(i)}`)}`));
    expect(cellsOf(result.table, "c1").slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 0]);
    expect(notesOf(result)).toContain('leaves a column without a name, here called "c1_"');
  });

  it("may be of numbers beside a name, with a warning", async () => {
    const result = await read(write(`2019,2020,outcome\n${linesOf(40, (i) => `${((i * 7) % 11) / 2},${i % 3},${label(i)}`)}`), {
      labels: ["3"],
    });
    expect(columnOf(result.table, "outcome")).toMatchObject({ names: ["a", "b"] });
    expect(result.table.roles.features).toEqual(["2019", "2020"]);
    expect(notesOf(result, "warning")).toContain("some of its names are numbers: 2019, 2020");
    const pixels = await read(write(`label,0,1,2\n${linesOf(40, (i) => `${i % 3},${i % 7},${i % 5},${i % 2}`)}`));
    expect(pixels.table.roles.labels).toEqual(["label"]);
    const positions = await read(write(`0,1,2,3\n${linesOf(40, (i) => `${i / 8},${i % 5},0.5,${i % 2}`)}`), { labels: ["3"] });
    expect(notesOf(positions, "warning")).toContain("though its names are numbers");
  });

  it("is not seen in a first row of data", async () => {
    for (const row of [
      (i: number) => `5.${i % 9},${i % 3},${label(i)}`,
      (i: number) => `${i % 9},${i % 3},${["rare", "a", "b"][i === 0 ? 0 : 1 + (i % 2)]}`,
    ]) {
      const result = await read(write(linesOf(40, row)), { labels: ["3"], drop: ["2"] });
      expect(result.table.rows).toBe(40);
    }
  });

  it("gives types in RecBole's files, and names without them", async () => {
    const { table } = await read(
      write(`user_id:token\titem_id:token\trating:float\n${linesOf(40, (i) => `u${i % 7}\t${i % 3}\t${i % 5}`)}`, "inter"),
      {
        labels: ["rating"],
      },
    );
    expect(table.columns.map(({ name }) => name)).toEqual(["user_id", "item_id", "rating"]);
  });
});

it("leaves rows of empty cells at the end out, with a note", async () => {
  const expected = (await read(write(plain))).table;
  for (const [end, said] of [
    [",,\n", "a row of empty cells"],
    [",,", "a row of empty cells"],
    [',,\n"","",""\n', "2 rows of empty cells"],
    ["  \n", "a row of empty cells"],
    [",,,,\n", "a row of empty cells"],
  ]) {
    const result = await read(write(plain + end));
    expect(result.table).toEqual(expected);
    expect(notesOf(result)).toContain(said);
  }
  expect((await read(write(`${plain},,\n1,2,a\n`))).table.rows).toBe(42);
});

describe("wide tables", () => {
  const wide = (rows: number, columns: number, of: (i: number, j: number) => string): string =>
    `${Array.from({ length: columns }, (_, j) => `x${j}`).join(",")},label\n${linesOf(rows, (i) => `${Array.from({ length: columns }, (_, j) => of(i, j)).join(",")},${label(i)}`)}`;

  it("are read like others", async () => {
    const of = (i: number, j: number): string =>
      [
        ((i * 37 + j) % 101).toString(),
        ((i + j) / 7).toFixed(4),
        i === 3 ? "" : (-i / 3).toString(),
        `k${(i + j) % 3}`,
        `1.${i % 2 === 0 ? 1 : "10"}`,
        `00${i % 4}`,
        `9007199254740993`,
        ` ${i}e-3`,
        i === 2 ? "NA" : "0.10",
      ][j % 9];
    const narrow = await read(write(wide(30, 18, of)), { features: ["x0"] });
    const many = await read(write(wide(30, 450, of)), { features: ["x0"] });
    for (let j = 0; j < 18; j++) {
      expect(columnOf(many.table, `x${j}`)).toEqual(columnOf(narrow.table, `x${j}`));
    }
    expect(many.table.roles).toEqual(narrow.table.roles);
  });

  it("of 60 × 5,000 take seconds", { timeout: 60_000 }, async () => {
    const path = write(wide(60, 5000, (i, j) => (((i * 31 + j * 17) % 997) / 7).toFixed(4)));
    const before = process.cpuUsage();
    const { table } = await read(path);
    const { user, system } = process.cpuUsage(before);
    expect(table.roles.features).toHaveLength(5000);
    expect((user + system) / 1e6).toBeLessThan(20);
  });

  it("name row and line of a record that is not like the others", async () => {
    expect(await refusal(write(`${wide(30, 450, (i) => String(i))}1,2\n`))).toContain("row 31 (line 32) has 2 cells");
  });
});
