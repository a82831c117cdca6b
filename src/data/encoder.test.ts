import { describe, expect, it } from "vitest";
import { toDense } from "../numeric/matrices/matrix.ts";
import type { Dataset } from "../core/dataset.ts";
import type { Table } from "../core/table.ts";
import { makeEncoder } from "./encoder.ts";

const settings = { bigrams: false, minDocuments: 1, fittedOn: "poisoned" as const };

const table: Table = {
  rows: 6,
  columns: [
    { kind: "number", name: "size", values: Float64Array.of(1, 3, NaN, 100, NaN, 2) },
    { kind: "category", name: "colour", codes: Int32Array.of(0, 1, 0, 2, -1, 1), names: ["red", "blue", "green"] },
    { kind: "category", name: "label", codes: Int32Array.of(0, 1, 0, 1, -1, 1), names: ["no", "yes"] },
    { kind: "category", name: "who", codes: Int32Array.of(0, 0, -1, 1, 1, 1), names: ["ann", "bob"] },
  ],
  roles: { labels: ["label"], features: ["size", "colour"], task: null, source: "who", id: null },
};

function rowsOf(data: Dataset): Record<string, number>[] {
  const { data: values, cols } = toDense(data.x);
  return Array.from({ length: data.y.length }, (_, i) =>
    Object.fromEntries(data.features.names.map((name, j) => [name, values[i * cols + j]])),
  );
}

describe("the encoder", () => {
  it("learns scale, categories and missing values from the rows that it is fitted on, and from no others", () => {
    const fitted = makeEncoder(settings, table).fit(table, Int32Array.of(0, 1, 2));
    // Sizes 1, 3 and a missing one: mean 2, standard deviation 1.
    expect(rowsOf(fitted.encode(table, Int32Array.of(0, 1, 2, 3)))).toEqual([
      { size: -1, "size is missing": 0, "colour=red": 1, "colour=blue": 0 },
      { size: 1, "size is missing": 0, "colour=red": 0, "colour=blue": 1 },
      { size: 0, "size is missing": 1, "colour=red": 1, "colour=blue": 0 },
      // A size far outside and a colour that was never seen.
      { size: 98, "size is missing": 0, "colour=red": 0, "colour=blue": 0 },
    ]);
  });

  it("has examples for labelled rows alone, with their source", () => {
    const data = makeEncoder(settings, table)
      .fit(table, Int32Array.of(0, 1, 2))
      .encode(table, Int32Array.of(0, 2, 3, 4, 5));
    expect(Array.from(data.row)).toEqual([0, 2, 3, 5]);
    expect(Array.from(data.y)).toEqual([0, 0, 1, 1]);
    expect(Array.from(data.source)).toEqual([0, -1, 1, 1]);
  });

  it("makes one example for each label of a row with several", () => {
    const several: Table = {
      rows: 2,
      columns: [
        { kind: "number", name: "x", values: Float64Array.of(1, 2) },
        { kind: "number", name: "left", values: Float64Array.of(10, NaN) },
        { kind: "number", name: "right", values: Float64Array.of(30, 40) },
      ],
      roles: { labels: ["left", "right"], features: ["x"], task: null, source: null, id: null },
    };
    const data = makeEncoder(settings, several).fit(several, Int32Array.of(0, 1)).encode(several, Int32Array.of(0, 1));
    expect({ row: [...data.row], task: [...data.task], y: [...data.y], tasks: data.tasks }).toEqual({
      row: [0, 0, 1],
      task: [0, 1, 1],
      y: [10, 30, 40],
      tasks: ["left", "right"],
    });
    expect(toDense(data.x).data).toEqual(Float64Array.of(-1, -1, 1));
  });

  it("turns a constant into zeros rather than into noise", () => {
    const constant: Table = {
      ...table,
      rows: 3,
      columns: [{ kind: "number", name: "size", values: Float64Array.of(0.1, 0.1, 0.1) }, ...table.columns.slice(1)],
      roles: { ...table.roles, features: ["size"] },
    };
    expect(
      toDense(
        makeEncoder(settings, constant)
          .fit(constant, Int32Array.of(0, 1, 2))
          .encode(constant, Int32Array.of(0, 1, 2)).x,
      ).data,
    ).toEqual(new Float64Array(3));
  });

  it("scales numbers of any size, though their squares overflow or vanish", () => {
    const encodeAll = (values: Float64Array): number[] => {
      const own: Table = {
        ...table,
        columns: [{ kind: "number", name: "size", values }, ...table.columns.slice(1)],
        roles: { ...table.roles, features: ["size"] },
      };
      const fitted = makeEncoder(settings, own).fit(own, Int32Array.of(0, 1, 2, 3));
      const { x } = fitted.encode(own, Int32Array.of(0, 1, 3, 5));
      const { data } = toDense(x);
      // What is decoded is what was encoded, within the range of training.
      data.forEach((value, i) =>
        expect(Number(fitted.decodePart(Float64Array.of(value)).size) / values[[0, 1, 3, 5][i]]).toBeCloseTo(1, 12),
      );
      return [...data];
    };
    const small = encodeAll(Float64Array.of(1, -1, 1, -1, 1, 0.5));
    expect(small).toEqual([1, -1, -1, 0.5]);
    for (const unit of [2 ** 1023, 1e300, 1e-300, 2 ** -1022])
      expect(encodeAll(Float64Array.of(1, -1, 1, -1, 1, 0.5).map((value) => value * unit))[3]).toBeCloseTo(0.5, 12);
    const huge = Number.MAX_VALUE;
    expect(encodeAll(Float64Array.of(huge, -huge, huge, -huge, huge, huge))).toEqual([1, -1, -1, 1]);
  });

  it("passes sparse vectors through as they are", () => {
    const matrix = {
      kind: "sparse" as const,
      rows: 2,
      cols: 3,
      indptr: Int32Array.of(0, 1, 3),
      indices: Int32Array.of(2, 0, 1),
      values: Float64Array.of(5, 6, 7),
    };
    const vectors: Table = {
      rows: 2,
      columns: [
        { kind: "vector", name: "features", matrix },
        { kind: "number", name: "label", values: Float64Array.of(1, 2) },
      ],
      roles: { labels: ["label"], features: ["features"], task: null, source: null, id: null },
    };
    expect(makeEncoder(settings, vectors).fit(vectors, Int32Array.of(0, 1)).encode(vectors, Int32Array.of(1, 0)).x).toMatchObject({
      indptr: Int32Array.of(0, 2, 3),
      indices: Int32Array.of(0, 1, 2),
      values: Float64Array.of(6, 7, 5),
    });
  });
});
