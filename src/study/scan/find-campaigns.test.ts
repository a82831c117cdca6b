import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Campaign, Detector } from "../../core/detector.ts";
import type { Table } from "../../core/table.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { findCampaigns } from "./find-campaigns.ts";

const days = ["May 9, 2006", "May 1, 2006", "April 30, 2007"];
const data = {
  ...datasetOf(denseMatrix(6, 1), new Float64Array(6), { kind: "classes", names: ["bad", "good"] }),
  source: Int32Array.of(0, 0, 1, 1, -1, 2),
  sources: ["ann", "bob", "eve"],
};
const table: Table = {
  rows: 6,
  columns: [{ kind: "date", name: "day", names: days, codes: Int32Array.of(0, 1, 0, 0, 2, 0) }],
  roles: { labels: [], features: [], task: null, source: null, id: null },
};

function heard(id: string, subject: Detector["subject"], campaigns: Campaign[], silence: string | null = null) {
  return { method: { id, subject } as Detector, scores: { values: new Float64Array(0), campaigns }, silence };
}

describe("campaigns of a scan", () => {
  it("say who wrote what when, the largest first", () => {
    const [large, small, ...others] = findCampaigns({ data, table }, [
      heard("copies", "row", [{ subjects: Int32Array.of(4, 5), sentence: "two copies", baseTexts: 1, expectedFalseAlarms: 0.1 }]),
      heard("liars", "source", [{ subjects: Int32Array.of(0, 1), sentence: "two lie" }]),
    ]);
    expect(others).toEqual([]);
    expect(large).toEqual({
      detectors: ["liars"],
      ...{ rows: [0, 1, 2, 3], accounts: ["ann", "bob"], tasks: [], days: ["May 1, 2006", "May 9, 2006"] },
      ...{ baseTexts: null, sentence: "two lie", expectedFalseAlarms: null },
    });
    expect(small).toMatchObject({ rows: [4, 5], accounts: ["eve"], baseTexts: 1, expectedFalseAlarms: 0.1 });
  });

  it("are one where detectors found the same rows, and none of a rule that is silent", () => {
    const found = findCampaigns({ data, table }, [
      heard("copies", "row", [{ subjects: Int32Array.of(0, 1, 2), sentence: "copies", expectedFalseAlarms: 0.5 }]),
      heard("trigger", "row", [{ subjects: Int32Array.of(1, 2), sentence: "a trigger", expectedFalseAlarms: 1 }]),
      heard("broken", "row", [{ subjects: Int32Array.of(3), sentence: "no" }], "its rule broke down"),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      detectors: ["copies", "trigger"],
      rows: [0, 1, 2],
      sentence: "copies; a trigger",
      expectedFalseAlarms: 1.5,
    });
  });
});
