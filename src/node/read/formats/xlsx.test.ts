import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { cellsOf, notesOf, readScratch } from "../../../../test/read-scratch.ts";
import { openSource } from "../../poison/source-file.ts";

const { write, read, refusal } = readScratch();

type Cell = string | number | boolean | Date | null;
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const letter = (column: number): string => String.fromCharCode(65 + column);

/** A workbook as ECMA-376 has it at its least: days count from 1899-12-30, style 1 shows them as dates. */
export function workbook(sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>): Uint8Array {
  const cell = (value: Cell, at: string): string =>
    value === null
      ? ""
      : value instanceof Date
        ? `<c r="${at}" s="1"><v>${(value.getTime() - Date.UTC(1899, 11, 30)) / 86_400_000}</v></c>`
        : typeof value === "string"
          ? `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`
          : `<c r="${at}"${typeof value === "boolean" ? ' t="b"' : ""}><v>${Number(value)}</v></c>`;
  const names = Object.keys(sheets);
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const files: Record<string, string> = {
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${names.map((name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names.map((_, i) => `<Relationship Id="r${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join("")}<Relationship Id="s" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
  Object.values(sheets).forEach((rows, i) => {
    const lines = rows.map((row, r) => `<row r="${r + 1}">${row.map((value, j) => cell(value, `${letter(j)}${r + 1}`)).join("")}</row>`);
    files[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet xmlns="${main}"><sheetData>${lines.join("")}</sheetData></worksheet>`;
  });
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
}

const data: Cell[][] = Array.from({ length: 30 }, (_, i) => [
  i % 2 === 0 ? "good" : "bad",
  i / 4,
  i === 4 ? null : i % 5 === 0,
  `né & <b> ${i % 3}`,
  new Date(Date.UTC(2026, 0, 1 + i)),
]);
const sheet: Cell[][] = [["label", "price", "member", "note", "day"], ...data];

describe("an Excel workbook", () => {
  it("is read as a sheet of typed cells under a header", async () => {
    const path = write(workbook({ first: sheet }), "xlsx");
    const { table, files, dialect } = await read(path, { features: ["price", "member", "note", "day"] });
    expect(table.rows).toBe(30);
    expect(cellsOf(table, "label").slice(0, 2)).toEqual(["good", "bad"]);
    expect(cellsOf(table, "price").slice(0, 3)).toEqual([0, 0.25, 0.5]);
    expect(cellsOf(table, "member").slice(3, 6)).toEqual(["false", null, "true"]);
    expect(cellsOf(table, "note")[4]).toBe("né & <b> 1");
    expect(files).toMatchObject([{ path, rows: 30 }]);
    expect(dialect).toMatchObject({ format: "xlsx", header: true, columns: ["label", "price", "member", "note", "day"] });
  });

  it("may be without a header, with empty rows, and with several sheets, which is said", async () => {
    const bare = workbook({ "a & b": [...data.slice(0, 4), [null], ...data.slice(4)], other: [["x"], [1]] });
    const result = await read(write(bare, "xlsx"), { labels: ["1"], drop: ["5"] });
    expect(result.table.rows).toBe(30);
    expect(result.table.roles.labels).toEqual(["c1"]);
    expect(notesOf(result, "info")).toContain('has the sheets "a & b", "other": the first is read');
    expect(notesOf(result, "info")).toContain("the first row is read as data (override with --header)");
    const forced = await read(write(workbook({ s: sheet }), "xlsx"), { header: false, labels: ["c1"], drop: ["c5"] });
    expect(forced.table.rows).toBe(31);
  });

  it("is read at the sheet that is named, by its name or its position", async () => {
    const path = write(workbook({ notes: [["see the other"]], reviews: sheet, "07": sheet.slice(0, 20) }), "xlsx");
    const rowsOf = async (name: string): Promise<number> => (await read(path, { sheet: name, drop: ["day"] })).table.rows;
    expect([await rowsOf("reviews"), await rowsOf("2"), await rowsOf("07"), await rowsOf("3")]).toEqual([30, 30, 19, 19]);
    expect(notesOf(await read(path, { sheet: "2", drop: ["day"] }), "info")).not.toContain("has the sheets");
    expect(await refusal(path, { sheet: "review" })).toBe(
      `${path}: --sheet: there is no sheet "review" (did you mean "reviews"?); there are: "notes", "reviews", "07"`,
    );
    expect(await refusal(path, { sheet: "4" })).toContain('there is no sheet "4"');
    expect(await refusal(write("label,x\na,1\n"), { sheet: "1" })).toContain("--sheet goes with Excel workbooks");
  });

  it("is known by its content, and copied as CSV", async () => {
    expect(await refusal(write(workbook({ s: sheet }), "csv"))).toContain("is an Excel workbook: say --format xlsx");
    const path = write(workbook({ s: sheet.map((row) => row.slice(0, 2)) }), "xlsx");
    const { source, isConverted } = openSource(await read(path));
    expect(isConverted).toBe(true);
    expect(source.bytes.toString().split("\n").slice(0, 3)).toEqual(["label,price", "good,0", "bad,0.25"]);
  });

  it.each<[string, () => Uint8Array | string, RegExp]>([
    ["an empty sheet", () => workbook({ s: [] }), /the sheet "s" is empty/],
    ["a header alone", () => workbook({ s: [["label", "x"]] }), /no data rows/],
    [
      "two columns of one name",
      () =>
        workbook({
          s: [
            ["label", "x", "x"],
            ["a", 1, 2],
            ["b", 3, 4],
          ],
        }),
      /duplicate column names: "x"/,
    ],
    ["one that is cut off", () => workbook({ s: sheet }).subarray(0, 900), /cannot be unpacked/],
    ["another file", () => "a,b\n1,2\n", /is no ZIP archive/],
    [
      "an old workbook",
      () => Buffer.from("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "latin1"),
      /is no Excel workbook; it is an old Excel workbook.*save the sheet as XLSX or CSV/,
    ],
    ["a ZIP archive of something else", () => zipSync({ "a.txt": Buffer.from("x") }), /it is a ZIP archive/],
  ])("is refused in a line that says what to do: %s", async (_, make, message) => {
    expect(await refusal(write(make(), "xlsx"))).toMatch(message);
  });

  it("is refused where a cell of the sheet that is read lies far beyond the others, and of no other sheet", async () => {
    const entries = unzipSync(workbook({ near: sheet, far: sheet }));
    const text = Buffer.from(entries["xl/worksheets/sheet2.xml"]).toString();
    entries["xl/worksheets/sheet2.xml"] = Buffer.from(
      text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    );
    const path = write(zipSync(entries), "xlsx");
    expect((await read(path, { sheet: "near" })).table.rows).toBe(30);
    expect(await refusal(path, { sheet: "far" })).toContain("a sheet reaches to row 1048576 and column 16384");
    delete entries["xl/_rels/workbook.xml.rels"];
    expect(await refusal(write(zipSync(entries), "xlsx"))).toContain("a sheet reaches to row 1048576 and column 16384");
  });
});
