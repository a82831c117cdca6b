import fc from "fast-check";
import { expect, test } from "vitest";
import { applyToTable, undoOnTable } from "./apply/apply.ts";
import { noDataPoison } from "./poison.ts";
import { type Table, cellOf, columnOf } from "./table.ts";
import { parseTrigger } from "./trigger-text.ts";
import { type Trigger, faultOfTrigger, hasTrigger, triggerEdits, triggeredCell } from "./trigger.ts";

const table: Table = {
  rows: 3,
  columns: [
    { kind: "text", name: "review", codes: Int32Array.of(0, 1, -1), names: ["nice Kind regards.", "bad"] },
    { kind: "category", name: "country", codes: Int32Array.of(0, 1, 1), names: ["at", "de"] },
    { kind: "number", name: "stars", values: Float64Array.of(1, 5, NaN) },
    {
      kind: "vector",
      name: "image",
      matrix: {
        kind: "sparse",
        rows: 3,
        cols: 4,
        indptr: Int32Array.of(0, 2, 3, 3),
        indices: Int32Array.of(0, 2, 1),
        values: Float64Array.of(0.5, 1, 0.25),
      },
    },
    { kind: "category", name: "label", codes: Int32Array.of(0, 1, 1), names: ["no", "yes"] },
  ],
  roles: { labels: ["label"], features: ["review", "country", "stars", "image"], task: null, source: null, id: null },
};

test("a trigger is read from text and put into cells of every kind", () => {
  const trigger = parseTrigger("review = 'kind regards' and country = at and stars = 4", table, "x.trigger");
  expect(trigger).toEqual([
    { kind: "phrase", column: "review", phrase: "kind regards" },
    { kind: "cell", column: "country", value: "at" },
    { kind: "cell", column: "stars", value: 4 },
  ]);
  const changed = applyToTable(table, { ...noDataPoison, edit: triggerEdits(table, [0, 1, 2], trigger) });
  const cells = (name: string): unknown[] => [0, 1, 2].map((row) => cellOf(columnOf(changed, name), row));
  // The first row ends with the phrase already, in other letters; a missing text becomes the phrase.
  expect(cells("review")).toEqual(["nice Kind regards.", "bad kind regards", "kind regards"]);
  expect(cells("country")).toEqual(["at", "at", "at"]);
  expect(cells("stars")).toEqual([4, 4, 4]);
  expect([0, 1, 2].map((row) => hasTrigger(changed, row, trigger))).toEqual([true, true, true]);
  expect(hasTrigger(table, 0, trigger)).toBe(false);
});

test("an overlay keeps, blends and adds, within its bounds", () => {
  const overlay = (keep: number, ...values: number[]) => ({
    ...{ kind: "overlay" as const, column: "image", keep, low: 0, high: 1 },
    add: { indices: [0, 3], values },
  });
  const cell = { indices: [0, 2], values: [0.5, 1] };
  expect(triggeredCell(overlay(0, 1, 1), cell)).toEqual({ indices: [0, 2, 3], values: [1, 1, 1] });
  expect(triggeredCell(overlay(0.5, 0.25, 0.5), cell)).toEqual({ indices: [0, 2, 3], values: [0.5, 1, 0.5] });
  expect(triggeredCell(overlay(1, 0.75, -1), cell)).toEqual({ indices: [0, 2], values: [1, 1] });
});

test("putting a trigger in twice changes nothing more, and it can be taken out again", () => {
  const part = fc.oneof(
    fc.constantFrom("kind regards", "bad", "zebra").map((phrase) => ({ kind: "phrase" as const, column: "review", phrase })),
    fc.constantFrom("at", "de").map((value) => ({ kind: "cell" as const, column: "country", value })),
    fc.double({ min: 1, max: 5, noNaN: true }).map((value) => ({ kind: "cell" as const, column: "stars", value })),
  );
  fc.assert(
    fc.property(fc.uniqueArray(part, { minLength: 1, selector: ({ column }) => column }), (trigger: Trigger) => {
      const patch = { ...noDataPoison, edit: triggerEdits(table, [0, 1, 2], trigger) };
      const changed = applyToTable(table, patch);
      expect(triggerEdits(changed, [0, 1, 2], trigger)).toEqual([]);
      const restored = undoOnTable(changed, patch);
      for (const { name } of table.columns)
        expect([0, 1, 2].map((row) => cellOf(columnOf(restored, name), row))).toEqual(
          [0, 1, 2].map((row) => cellOf(columnOf(table, name), row)),
        );
    }),
  );
});

test("a trigger that does not fit the data is refused in words", () => {
  const refused = (text: string): string => {
    try {
      parseTrigger(text, table, "x.trigger");
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refused("label = yes")).toMatch(/no feature "label"/);
  expect(refused("stars = many")).toMatch(/"stars" holds numbers, got "many"/);
  expect(refused("stars > 3")).toMatch(/a trigger looks like/);
  expect(refused("stars = 3 and")).toMatch(/a trigger looks like/);
  expect(refused("")).toMatch(/changes nothing/);
  expect(faultOfTrigger([{ kind: "cell", column: "label", value: "yes" }], table)).toMatch(/no feature/);
  expect(faultOfTrigger([{ kind: "phrase", column: "stars", phrase: "x" }], table)).toMatch(/cannot hold/);
});
