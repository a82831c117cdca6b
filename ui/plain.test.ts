import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleLines } from "../src/core/text/visible.ts";
import type { Cell, Column } from "../src/report/page/document.ts";
import * as words from "../src/report/words/format.ts";
import { readSpreadsheetCell } from "../src/report/words/spreadsheet.ts";
import { csvOf } from "./csv.ts";
import { intervalText, numberText } from "./format.ts";
import { readRoute, routeText } from "./route.ts";
import { pick, readOrder } from "./rows.ts";

describe("what the application shares with nobody, and must not say otherwise than the terminal", () => {
  it("writes numbers and intervals as sentences do, but for the minus", () => {
    const figures = fc.record({
      value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      half: fc.double({ min: 0, max: 10, noNaN: true }),
    });
    fc.assert(
      fc.property(figures, ({ value, half }) => {
        const figure = { value, low: value - half, high: value + half };
        const told = `${numberText(value)} ${intervalText(figure)}`.replaceAll("−", "-").replaceAll(/(?<=\d),(?=\d{3})/g, "");
        expect(told.replace(/-(?=0(?:\.0+)?(?!\d|\.))/g, "")).toBe(words.figureText(figure).replaceAll(/(?<=\d),(?=\d{3})/g, ""));
      }),
      { examples: [[{ value: 0.0001, half: 0.01 }], [{ value: 12.345, half: 1 }]] },
    );
  });

  it("writes no cell of a CSV that a spreadsheet runs, and every cell so that it can be had back", () => {
    const text = fc.string({ unit: fc.constantFrom("=", "+", "-", "@", "'", '"', ",", ";", "|", "\n", "\t", "1", "a", " ", "＝") });
    fc.assert(
      fc.property(text, (cell) => {
        const [, line] = csvOf([{ name: "n" }], [[visibleLines(cell)]]).split(/\r\n/);
        const shown = visibleLines(cell);
        const quoted = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
        expect(quoted).toMatch(/^(?!\s*[=+@\uFF1D\uFF0B\uFF20]|\s*-(?!\d))/);
        expect(readSpreadsheetCell(quoted)).toBe(readSpreadsheetCell(shown.startsWith("'") ? `'${shown}` : shown));
      }),
    );
  });
});

describe("rows", () => {
  const columns: Column[] = [{ name: "name", filter: true }, { name: "value" }];
  const figure = (value: number) => ({ value, low: null, high: null });
  const rows: Cell[][] = [
    ["b 10", figure(0.2)],
    ["a", null],
    ["b 9", 3],
    [{ text: "c", note: "seldom" }, figure(-1)],
  ];
  const names = (found: readonly (readonly Cell[])[]): unknown[] => found.map(([name]) => (typeof name === "object" ? name : name));

  it("are ordered as numbers where they are numbers, what is unknown last whichever way", () => {
    const by = (text: string) => names(pick(rows, columns, { query: "", chosen: {}, order: readOrder(text) }));
    expect(by("1")).toEqual([rows[3][0], "b 10", "b 9", "a"]);
    expect(by("-1")).toEqual(["b 9", "b 10", rows[3][0], "a"]);
    expect(by("0")).toEqual(["a", "b 9", "b 10", rows[3][0]]);
    expect(by("nonsense")).toEqual(names(rows));
  });

  it("are found by words in any cell, remarks too, and by what was chosen", () => {
    const found = (query: string, chosen = {}) => names(pick(rows, columns, { query, chosen, order: null }));
    expect(found("SELDOM")).toEqual([rows[3][0]]);
    expect(found("b 0.2")).toEqual(["b 10"]);
    expect(found("", { 0: "c" })).toEqual([rows[3][0]]);
    expect(found("b", { 0: "a" })).toEqual([]);
  });
});

it("reads the address that it writes, whatever is in it", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.dictionary(fc.string(), fc.string()), (page, target, state) => {
      const route = readRoute(routeText({ page, target, state: new URLSearchParams(state) }));
      expect([route.page, route.target, Object.fromEntries(route.state)]).toEqual([
        page,
        target,
        Object.fromEntries(new URLSearchParams(state)),
      ]);
    }),
  );
  expect(readRoute("#main").page).toBe("main");
  expect(readRoute("#/%E0%A4%A/x").target).toBe("x");
});
