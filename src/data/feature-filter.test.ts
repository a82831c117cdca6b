import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listExamples } from "../core/examples.ts";
import { resolveParams } from "../core/params.ts";
import { filterHolds, parseRowFilter } from "../core/row-filter.ts";
import type { Table } from "../core/table.ts";
import { encoderParams, makeEncoder } from "./encoder.ts";
import { testOfFilter } from "./feature-filter.ts";

const rows = fc.array(
  fc.record({
    size: fc.option(fc.integer({ min: -2, max: 4 }), { nil: NaN }),
    site: fc.integer({ min: -1, max: 1 }),
    note: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 6, maxLength: 12 },
);

function tableOf(cells: readonly { size: number; site: number; note: number }[]): Table {
  return {
    rows: cells.length,
    columns: [
      { kind: "number", name: "size", values: Float64Array.from(cells, ({ size }) => size) },
      { kind: "category", name: "site", codes: Int32Array.from(cells, ({ site }) => site), names: ["north", "south"] },
      { kind: "text", name: "note", codes: Int32Array.from(cells, ({ note }) => note), names: ["cheap and good", "Good enough", "bad"] },
      { kind: "number", name: "label", values: Float64Array.from(cells, (_, i) => i) },
    ],
    roles: { labels: ["label"], features: ["size", "site", "note"], task: null, source: null, id: null },
  };
}

describe("a filter on features", () => {
  it("holds for the rows for which the filter on raw cells holds", () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(
          "size > 1",
          "size <= 1",
          "size = 2",
          "size >= -2",
          "size < 0",
          "site = north",
          "site != 'north'",
          "note contains good",
          "note contains bad and size > 0",
        ),
        (cells, text) => {
          const table = tableOf(cells);
          const { row } = listExamples(table);
          const encoder = makeEncoder(resolveParams("encoder", encoderParams, { minDocuments: 1 }), table).fit(table, row);
          const filter = parseRowFilter(text, table, "test");
          fc.pre(!text.includes("contains") || encoder.features.names.includes(`note: ${/contains (\w+)/.exec(text)?.[1]}`));
          const test = testOfFilter(filter, encoder, "test");
          const { x } = encoder.encode(table, row);
          for (const i of row) expect(test(x, i)).toBe(filterHolds(table, filter, i));
        },
      ),
    );
  });

  it("says which word the model does not know", () => {
    const table = tableOf([0, 1, 2, 3].map((i) => ({ size: i, site: 0, note: i % 2 })));
    const encoder = makeEncoder(resolveParams("encoder", encoderParams), table).fit(table, listExamples(table).row);
    expect(() => testOfFilter(parseRowFilter("note contains terrible", table, "test"), encoder, "a rule")).toThrow(
      /a rule: the model does not know the word "terrible"/,
    );
  });
});
