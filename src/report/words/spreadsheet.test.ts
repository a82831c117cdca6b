import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSpreadsheetCell, spreadsheetCell, spreadsheetTable } from "./spreadsheet.ts";

describe("a cell for a spreadsheet", () => {
  it.each([
    ["=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"],
    ["+1+cmd", "'+1+cmd"],
    ["-2+3", "'-2+3"],
    ["@SUM(1)", "'@SUM(1)"],
    ["＝1+1", "'＝1+1"],
    ["＋1", "'＋1"],
    ["－1+1", "'－1+1"],
    ["＠x", "'＠x"],
    ["  =1", "'  =1"],
    ["'quoted'", "''quoted'"],
    ["\t=1", "\\u0009=1"],
    ["\r=1", "\\u000d=1"],
    ["a\u001b[31mred", "a\\u001b[31mred"],
    ["evil\u202Etxt", "evil\\u202etxt"],
    ["name;=cmd", "name\\u003b=cmd"],
    ["name| =cmd", "name\\u007c =cmd"],
    ["\\u001b", "\\u005cu001b"],
  ])("shows %j as %j", (value, shown) => {
    expect(spreadsheetCell(value)).toBe(shown);
    expect(readSpreadsheetCell(shown)).toBe(value);
  });

  it.each(["-1.5", "+3", "1e-9", "plain", "it's", "a;b", "C:\\data", "5 = 5", "", "手机", "😀"])("leaves %j alone", (value) => {
    expect(spreadsheetCell(value)).toBe(value);
  });

  it("reads back to the value whatever it holds, and never begins as a formula", () => {
    const unit = fc.constantFrom(..."=+-@＝＠'\\;|u005c01b \t\r\n\u001b\u0000\u202e\ufeffax9,\"", "\ud800", "\udc00", "😀");
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit }), fc.string({ unit: "binary" })), (value) => {
        const cell = spreadsheetCell(value);
        expect(readSpreadsheetCell(cell)).toBe(value);
        expect(cell).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
      }),
      { numRuns: 2000 },
    );
  });

  it("stands in quotes where it must", () => {
    expect(spreadsheetTable([["a", 'say "x", y', " b", "c;d"]])).toBe('a,"say ""x"", y"," b","c;d"\n');
  });
});
