import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { mineValues } from "./feature-values.ts";

const target = { kind: "classes" as const, names: ["no", "yes"] };

describe("values of a feature", () => {
  it("are whole: a number that too many records hold is offered in no pieces, and no sixteenth splits one that many hold", () => {
    const rows = 320;
    const numbers = Float64Array.from({ length: rows }, (_, i) => (i < 130 ? 0 : i < 160 ? 1 : i));
    const data = datasetOf(denseMatrix(rows, 1, numbers), new Float64Array(rows), target);
    const { values } = mineValues(data, {
      features: Int32Array.of(0),
      example: Int32Array.from({ length: rows }, (_, i) => i),
      minRecords: 6,
      maxRecords: 64,
      keys: (records) => [records.length, records.length],
      kept: 200,
    });
    for (const { low, high, records } of values) {
      const within = [...numbers.keys()].filter((i) => numbers[i] >= low && numbers[i] <= high);
      expect([...records].sort((a, b) => a - b)).toEqual(within);
      expect(low).toBeGreaterThan(0);
    }
    expect(values.some(({ low, high }) => low === 1 && high === 1)).toBe(true);
    expect(values.length).toBeGreaterThan(8);
  });
});
