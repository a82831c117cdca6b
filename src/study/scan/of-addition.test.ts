import { describe, expect, it } from "vitest";
import { datasetOf } from "../../../test/small-data.ts";
import type { Voice } from "../../blocks/outliers/combined-ranking.ts";
import type { Detector } from "../../core/detector.ts";
import { denseMatrix } from "../../numeric/matrices/matrix.ts";
import { addedCampaigns, ofAddition } from "./of-addition.ts";
import type { CampaignFinding } from "./scan-result.ts";

const rows = 2000;
const judged = Uint8Array.from({ length: rows }, (_, row) => Number(row >= rows / 2));
const data = {
  ...datasetOf(denseMatrix(rows, 1), new Float64Array(rows), { kind: "classes", names: ["a", "b"] }),
  row: Int32Array.from({ length: rows }, (_, i) => i),
};

/** A rule that flags so many of the old and of the new rows, and expects ten of them to be innocent. */
function voice(old: number, added: number): Voice {
  const flagged = Uint8Array.from({ length: rows }, (_, row) => Number(row < old || (row >= rows / 2 && row < rows / 2 + added)));
  const values = new Float64Array(rows);
  return {
    method: { id: "rule", subject: "row" } as Detector,
    scores: { values, flagged, expectedFalseAlarms: 10 },
    ...{ values, ranks: values, flagged, silence: null, sureness: 1 },
  };
}

describe("what a rule says of an addition", () => {
  it("is of the added rows alone, with its share of the innocents", () => {
    const [told] = ofAddition([voice(3, 40)], data, judged);
    expect([told.silence, told.flagged!.reduce((sum, is) => sum + is, 0), told.flagged!.indexOf(1)]).toEqual([null, 40, 1000]);
    expect(told.scores.expectedFalseAlarms).toBe(5);
  });

  it("is nothing where it flags the old rows as much", () => {
    const [told] = ofAddition([voice(30, 33)], data, judged);
    expect(told).toMatchObject({
      flagged: null,
      silence: "it flags as large a part of the old rows (30 of 1000) as of the added ones (33 of 1000)",
    });
  });

  it("is heard where old rows are flagged by chance only, however little it flags", () => {
    expect(ofAddition([voice(0, 1)], data, judged)[0].silence).toBeNull();
  });
});

it("groups of an addition have its rows alone and say how many old ones belong to them", () => {
  const campaign = { rows: [5, 1200, 1300], sentence: "copies" } as unknown as CampaignFinding;
  const old = { rows: [5, 6], sentence: "old copies" } as unknown as CampaignFinding;
  expect(addedCampaigns([campaign, old], judged)).toEqual([{ rows: [1200, 1300], sentence: "copies; with 1 old row, 2 are new" }]);
});
