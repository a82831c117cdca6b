import { describe, expect, it } from "vitest";
import { type ScannedData, scanChanges } from "./scan-changes.ts";

function scanned(rows: readonly (readonly [string, boolean])[], groups: ScannedData["groups"] = []): ScannedData {
  return {
    rows: rows.map(([content, flagged], i) => ({ row: i + 1, content, flagged, reasons: flagged ? ["odd"] : [] })),
    groups,
    isWhole: true,
  };
}

describe("changes between two scans", () => {
  it("know rows again by what they say, wherever they stand, as many as there are", () => {
    const before = scanned([["a", true], ["b", false], ["c", true], ["d", true]]); // prettier-ignore
    const after = scanned([["e", true], ["c", true], ["b", true], ["a", false], ["c", true]]); // prettier-ignore
    const { rows, outcome } = scanChanges(before, after);
    expect([outcome, rows.unchanged]).toEqual(["changed", 1]);
    expect(rows.new.map(({ row, wasThere }) => [row, wasThere])).toEqual([[1, false], [3, true], [5, true]]); // prettier-ignore
    expect(rows.fixed.map(({ row, wasThere }) => [row, wasThere])).toEqual([[1, true], [4, false]]); // prettier-ignore
    expect(scanChanges(before, before).outcome).toBe("same");
  });

  it("know groups again by half of what the smaller says", () => {
    const groupOf = (rows: number[], detectors: string[]): ScannedData["groups"][number] => ({ detectors, rows, sentence: rows.join() });
    const rows = ["a", "b", "c", "d"].map((content) => [content, true] as const);
    const before = scanned(rows, [groupOf([1, 2], ["copies"]), groupOf([3, 4], ["accounts"])]);
    const after = scanned(rows, [groupOf([2, 3, 4], ["copies"]), groupOf([1], ["accounts"])]);
    const { findings } = scanChanges(before, after);
    expect([findings.unchanged, findings.new, findings.fixed].map((list) => list.map(({ sentence }) => sentence))).toEqual([
      ["2,3,4"],
      ["1"],
      ["3,4"],
    ]);
  });
});
