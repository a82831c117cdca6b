import { expect, it } from "vitest";
import type { Table } from "../../core/table.ts";
import { rowWiseFeatures } from "./row-wise-features.ts";

const tableOf = (values: readonly number[], texts: readonly string[], places: readonly string[]): Table => ({
  rows: values.length,
  columns: [
    { kind: "number", name: "size", values: Float64Array.from(values) },
    { kind: "text", name: "note", codes: Int32Array.from(texts, (_, i) => i), names: texts },
    { kind: "category", name: "place", codes: Int32Array.from(places, (_, i) => i), names: places },
  ],
  roles: { labels: [], features: ["size", "note", "place"], task: null, source: null, id: null },
});
const entries = ({ indptr, indices, values }: ReturnType<typeof rowWiseFeatures>["texts"], row: number) =>
  Array.from({ length: indptr[row + 1] - indptr[row] }, (_, k) => [indices[indptr[row] + k], values[indptr[row] + k]]);

it("makes the same features of a row whatever stands around it, in its own table and in another", () => {
  const alone = rowWiseFeatures(tableOf([-3], ["good good day"], ["north"]), Int32Array.of(0));
  const among = rowWiseFeatures(
    tableOf([1e9, -3, 0], ["a bad night", "good good day", ""], ["south", "north", "east"]),
    Int32Array.of(2, 1),
  );
  expect([...among.numbers.subarray(2, 4)]).toEqual([...alone.numbers]);
  expect(entries(among.texts, 1)).toEqual(entries(alone.texts, 0));
  expect(entries(among.places, 1)).toEqual(entries(alone.places, 0));
});

it("takes the logarithm of numbers by their sign, tells what is missing, and counts words and pairs", () => {
  const { numbers, texts } = rowWiseFeatures(tableOf([-3, NaN], ["good good day", "good"], ["a", "b"]), Int32Array.of(0, 1));
  expect([...numbers]).toEqual([-Math.log(4), 0, 0, 1]);
  // good twice, day, "good good", "good day".
  expect(
    entries(texts, 0)
      .map(([, value]) => value)
      .sort(),
  ).toEqual([1, 1, 1, 1 + Math.log(2)]);
  expect(entries(texts, 1)).toHaveLength(1);
});

it("tells the order of pairs apart", () => {
  const { texts } = rowWiseFeatures(tableOf([0, 0], ["big dog", "dog big"], ["a", "a"]), Int32Array.of(0, 1));
  expect(entries(texts, 0)).not.toEqual(entries(texts, 1));
});
