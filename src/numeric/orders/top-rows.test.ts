import fc from "fast-check";
import { expect, it } from "vitest";
import { makeTopRows } from "./top-rows.ts";

it("keeps of each row what sorting would, of equal values the first columns", () => {
  fc.assert(
    fc.property(fc.nat(6), fc.array(fc.array(fc.nat(5), { maxLength: 20 }), { minLength: 1, maxLength: 4 }), (capacity, rows) => {
      const top = makeTopRows(rows.length, capacity);
      // Rows in turn, column by column.
      for (let column = 0; column < 20; column++)
        rows.forEach((values, row) => {
          if (column < values.length) top.offer(row, column, values[column]);
        });
      const { count, columns, values } = top.drain();
      rows.forEach((given, row) => {
        const sorted = given.map((value, column) => ({ value, column })).sort((a, b) => b.value - a.value || a.column - b.column);
        const kept = sorted.slice(0, capacity);
        const from = row * capacity;
        expect([...columns.subarray(from, from + count[row])]).toEqual(kept.map(({ column }) => column));
        expect([...values.subarray(from, from + count[row])]).toEqual(kept.map(({ value }) => value));
      });
    }),
  );
});
