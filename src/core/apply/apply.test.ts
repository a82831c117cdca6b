import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyToTable, undoOnTable } from "./apply.ts";
import type { DataPoison } from "../poison.ts";
import { type Cell, type Table, cellOf, rowCells } from "../table.ts";

/** A number, a category and a text column, any of whose cells may be missing. */
const tables = fc
  .array(
    fc.record({
      size: fc.option(fc.integer({ min: -9, max: 9 })),
      colour: fc.constantFrom("red", "blue", null),
      note: fc.constantFrom("a b", "c", null),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((rows): Table => {
    const coded = (names: string[], values: (string | null)[]) => ({
      codes: Int32Array.from(values, (value) => (value === null ? -1 : names.indexOf(value))),
      names,
    });
    return {
      rows: rows.length,
      columns: [
        { kind: "number", name: "size", values: Float64Array.from(rows, (row) => row.size ?? NaN) },
        {
          kind: "category",
          name: "colour",
          ...coded(
            ["red", "blue"],
            rows.map((row) => row.colour),
          ),
        },
        {
          kind: "text",
          name: "note",
          ...coded(
            ["a b", "c"],
            rows.map((row) => row.note),
          ),
        },
      ],
      roles: { labels: ["colour"], features: ["size", "note"], task: null, source: null, id: null },
    };
  });

/** Changes at most one cell of each row in each column, so that `before` is what the clean table holds. */
const poisoned = tables.chain((clean) => {
  const change = (column: string, after: fc.Arbitrary<Cell>) =>
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: clean.rows - 1 }), after), { selector: ([row]) => row, maxLength: 5 })
      .map((changes) => changes.map(([row, value]) => ({ row, column, before: cellOf(columnNamed(clean, column), row), after: value })));
  return fc
    .record({
      relabel: change("colour", fc.constantFrom<Cell>("red", "blue")),
      numbers: change("size", fc.option(fc.integer({ min: -9, max: 9 }))),
      notes: change("note", fc.constantFrom<Cell>("new words", "c", null)),
      insert: fc.array(
        fc.record({ size: fc.option(fc.integer()), colour: fc.constantFrom<Cell>("red"), note: fc.constantFrom<Cell>("newer", null) }),
        { maxLength: 4 },
      ),
    })
    .map(({ relabel, numbers, notes, insert }) => {
      const poison: DataPoison = {
        kind: "data",
        relabel,
        edit: [...numbers, ...notes],
        insert: insert.map((cells) => ({ kind: "raw", cells })),
      };
      return { clean, poison };
    });
});

function columnNamed(table: Table, name: string): Table["columns"][number] {
  return table.columns.find((column) => column.name === name) as Table["columns"][number];
}

function allCells(table: Table): unknown[] {
  return Array.from({ length: table.rows }, (_, row) => rowCells(table, row));
}

describe("a patch", () => {
  it("changes the cells that it names and no others, and adds its rows at the end", () => {
    fc.assert(
      fc.property(poisoned, ({ clean, poison }) => {
        const expected = [...allCells(clean), ...poison.insert.map((row) => (row.kind === "raw" ? row.cells : {}))] as Record<
          string,
          Cell
        >[];
        for (const change of [...poison.relabel, ...poison.edit])
          if ("column" in change) expected[change.row] = { ...expected[change.row], [change.column]: change.after };
        expect(allCells(applyToTable(clean, poison))).toEqual(expected);
      }),
    );
  });

  it("leaves the clean table as it was, and can be taken back", () => {
    fc.assert(
      fc.property(poisoned, ({ clean, poison }) => {
        const before = allCells(clean);
        const back = undoOnTable(applyToTable(clean, poison), poison);
        expect(allCells(clean)).toEqual(before);
        expect(allCells(back)).toEqual(before);
      }),
    );
  });
});
