import { describe, expect, it } from "vitest";
import { filterHolds, parseRowFilter } from "./row-filter.ts";
import type { Table } from "./table.ts";

const table: Table = {
  rows: 3,
  columns: [
    { kind: "number", name: "amount", values: Float64Array.of(1, 5, NaN) },
    { kind: "category", name: "home country", codes: Int32Array.of(0, 1, -1), names: ["it's", "at"] },
    { kind: "text", name: "note", codes: Int32Array.of(0, 1, 0), names: ["Refund, please", "refunded"] },
  ],
  roles: { labels: ["amount"], features: ["note"], task: null, source: null, id: null },
};
const rowsOf = (text: string): number[] => [0, 1, 2].filter((row) => filterHolds(table, parseRowFilter(text, table, "--target"), row));

describe("a row filter", () => {
  it.each([
    ["amount > 1", [1]],
    ["amount <= 5", [0, 1]],
    ["amount = 5", [1]],
    ["'home country' = 'it''s'", [0]],
    [`"home country" != at`, [0, 2]],
    ["note contains REFUND", [0, 2]],
    ["note contains refund and amount < 3", [0]],
  ])("%s fits the rows %j", (text, rows) => {
    expect(rowsOf(text)).toEqual(rows);
  });

  it.each([
    ["", /empty condition/],
    ["amount >", /ends early/],
    ["amont > 1", /no column "amont", did you mean "amount"|did you mean "amount"/],
    ["amount > x", /must be one of < <= > >= = and a number/],
    ["note = refund", /must be contains and one word/],
    ["note contains 'two words'", /must be contains and one word/],
    ["amount > 1 or note contains x", /joined by "and", got "or"/],
    ["amount > 1 and", /nothing follows the last "and"/],
    ["amount > 'unclosed", /cannot be read from/],
  ])("%s is refused in words", (text, message) => {
    expect(() => parseRowFilter(text, table, "--target")).toThrow(message);
  });
});
