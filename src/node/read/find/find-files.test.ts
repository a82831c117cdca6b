import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../core/errors.ts";
import { findFiles } from "./find-files.ts";

const root = mkdtempSync(join(tmpdir(), "theriac-test-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;

/** A new folder with these files. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = join(root, `folder${++folders}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const found = (data: string): string[] => findFiles(data).paths.map((path) => basename(path));

function refusal(data: string): string {
  try {
    findFiles(data);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message } = error as UsageError;
    expect(message).not.toContain("\n");
    return message;
  }
  throw new Error("nothing was refused");
}

const table = "x,label\n1,a\n2,b\n";

describe("globs", () => {
  const folder = folderOf({
    "a1.csv": table,
    "a2.csv": table,
    "b-1.csv": table,
    "deep/er/c.csv": table,
    "[x].csv": table,
    "y{1}/d.csv": table,
  });

  it.each([
    ["a?.csv", ["a1.csv", "a2.csv"]],
    ["[ab]*1.csv", ["a1.csv", "b-1.csv"]],
    ["[!a]*.csv", ["[x].csv", "b-1.csv"]],
    ["[a-b]*[^2].csv", ["a1.csv", "b-1.csv"]],
    ["{a{1,2},b-1}.csv", ["a1.csv", "a2.csv", "b-1.csv"]],
    ["**/c.csv", ["c.csv"]],
    ["*/*/c.csv", ["c.csv"]],
    ["**/[cd].csv", ["c.csv", "d.csv"]],
    ["y{1}/*.csv", ["d.csv"]],
    ["[x].csv", ["[x].csv"]],
    ["\\[x].csv", ["[x].csv"]],
    ["[]a]*.csv", ["a1.csv", "a2.csv"]],
  ])("%s finds %j", (pattern, names) => {
    expect(found(`${folder}/${pattern}`)).toEqual(names);
  });

  it.each([
    ["[z-a].csv", "the range z-a, which goes backwards"],
    ["[a.csv", "opens a [ that is never closed"],
    ["{a,b.csv", "opens a { that is never closed"],
    ["[!].csv", "opens a [ that is never closed"],
    ["*.tsv", "no file matches"],
    ["(*+.csv", "no file matches"],
  ])("%s is refused in a line", (pattern, said) => {
    expect(refusal(`${folder}/${pattern}`)).toContain(said);
  });

  it("of many stars end at once", () => {
    const long = folderOf({ [`${"a".repeat(200)}.csv`]: table });
    const before = performance.now();
    expect(refusal(`${long}/${"*a".repeat(40)}*b`)).toContain("no file matches");
    expect(found(`${long}/${"*".repeat(12)}.csv`)).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it("end where links lead in a circle", () => {
    const circle = folderOf({ "a.csv": table, "in/b.csv": table });
    symlinkSync(circle, join(circle, "in", "again"));
    symlinkSync("nowhere", join(circle, "broken.csv"));
    symlinkSync(join(circle, "a.csv"), join(circle, "link.csv"));
    expect(found(`${circle}/**/*.csv`)).toEqual(["a.csv", "b.csv", "link.csv"]);
    expect(found(`${circle}/*/*/a.csv`)).toEqual(["a.csv"]);
  });
});

describe("what is no data", () => {
  it.each([
    ["book.csv", Buffer.from("PK\x03\x04\x14\x00xl/workbook.xml", "latin1"), "is an Excel workbook: say --format xlsx"],
    ["book.xlsx", Buffer.from("PK\x03\x04\x14\x00xl/workbook.xml", "latin1"), "cannot be unpacked"],
    ["old", Buffer.from("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "latin1"), "save the sheet as XLSX or CSV"],
    ["all", Buffer.from("PK\x03\x04\x14\x00a.csv", "latin1"), "is a ZIP archive: unpack it"],
    ["x.npz", Buffer.from("PK\x03\x04\x14\x00x.npy", "latin1"), "cannot be unpacked"],
    ["x.npy", Buffer.from("\x93NUMPY\x01\0", "latin1"), "is no sound NumPy array"],
    ["x.pkl", Buffer.from([0x80, 4, 0x95]), "Python pickle"],
    ["x", Buffer.from([0x80, 4, 0x95]), "nothing is run that a file holds"],
    ["x.csv.bz2", Buffer.from("BZh91AY&SY\0", "latin1"), "packed with bzip2"],
    ["packed", Buffer.from([0x1f, 0x8b, 8, 0]), "ends in .gz"],
    ["page", "<!DOCTYPE html>\n<html></html>", "is a web page (HTML)"],
    ["paper", "%PDF-1.7\n", "is a PDF document"],
    ["iris.arff", "% iris\n@RELATION iris\n", "is an ARFF file"],
    ["data.db", "SQLite format 3\0", "SQLite database"],
    ["large", "version https://git-lfs.github.com/spec/v1\n", "git lfs pull"],
    ["binary", Buffer.from([1, 2, 0, 3]), "looks binary"],
    ["nothing", "", "is empty"],
  ])("says what %s is and what to do", async (name, content, said) => {
    const path = join(folderOf({ [name]: content }), name);
    const { readTable } = await import("../read-table.ts");
    const request = { data: path, labels: [], text: [], features: [], drop: [] };
    const failure = await Promise.resolve()
      .then(() => readTable(request))
      .then(
        () => new Error("nothing was refused"),
        (error: unknown) => error as Error,
      );
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure.message).toContain(said);
    expect(failure.message).not.toContain("\n");
  });

  it("is known by content where the ending says nothing", () => {
    const folder = folderOf({
      plain: table,
      lines: '{"x":1}\n',
      list: '[\n{"x":1}]',
      pairs: "+1 1:0.5 7:1\n-1 2:3 # x\n",
      "odd.weird": table,
      "vague.txt": '{"x":1}\n',
    });
    const formatOf = (name: string): string => findFiles(join(folder, name)).format;
    expect(["plain", "lines", "list", "pairs", "odd.weird", "vague.txt"].map(formatOf)).toEqual([
      "csv",
      "json",
      "json",
      "svmlight",
      "csv",
      "json",
    ]);
    expect(findFiles(join(folder, "odd.weird")).notes[0].text).toContain("by its content it is read as delimited text");
  });

  it("says what a folder holds instead", () => {
    expect(refusal(folderOf({ "cats/a.gif": "GIF89a", "dogs/b.gif": "GIF89a" }))).toContain(
      "holds 2 images in .gif and none in PNG or JPEG, which are read: convert them first",
    );
    expect(refusal(folderOf({ "a.tiff": "II*" }))).toContain("holds 1 image in .tiff and none in PNG or JPEG");
    expect(refusal(folderOf({ "a.docx": "" }))).toContain("it holds 1 .docx");
    expect(refusal(folderOf({ "x.csv/a.docx": "" }))).toContain("holds no data");
    expect(refusal(folderOf({ "pos/1.txt": "good", "neg/1.txt": "bad" }))).toMatch(/holds 2 \.txt: .* write one CSV file/);
  });

  it("is no file at all", () => {
    const folder = folderOf({ "data.csv": table });
    symlinkSync("gone.csv", join(folder, "link.csv"));
    symlinkSync("round.csv", join(folder, "round.csv"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(refusal(join(folder, "link.csv"))).toBe(`${join(folder, "link.csv")} is a link to a file that is not there`);
    expect(refusal(join(folder, "round.csv"))).toContain("cannot be opened");
    expect(refusal(join(folder, "pipe"))).toContain("is a pipe");
    expect(refusal("/dev/null")).toContain("neither a file nor a folder");
    expect(refusal(join(folder, "data.csv", "x.csv"))).toContain("no folder that can be read");
    expect(refusal(join(folder, "dta.csv"))).toContain('did you mean "data.csv"');
    expect(refusal(join(folder, "x\0y.csv"))).toContain("there is no file");
    expect(refusal(`${folder}/${"a".repeat(5000)}.csv`)).toContain("there is no file");
  });
});
