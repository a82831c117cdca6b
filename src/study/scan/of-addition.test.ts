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
    // By its rate on the old rows, where that is more.
    expect(ofAddition([voice(20, 80)], data, judged)[0]).toMatchObject({
      silence: null,
      sureness: 0.75,
      scores: { expectedFalseAlarms: 20 },
    });
  });

  it("is nothing where it is known to flag the old rows as much", () => {
    const [told] = ofAddition([voice(10, 6)], data, judged);
    expect(told).toMatchObject({
      flagged: null,
      silence: "not told apart from the old rows: it flags 10 of 1000 old, 6 of 1000 added, at most 3 more than is usual",
    });
  });

  it("stays where only a difference is not told: six of a hundred beside 37 of a thousand", () => {
    const few = Uint8Array.from({ length: rows }, (_, row) => Number(row >= 1000 && row < 1100));
    const short = { ...data, row: data.row.slice(0, 1100) };
    const all = voice(37, 6);
    const [told] = ofAddition([{ ...all, flagged: all.flagged!.slice(0, 1100) }], short, few);
    expect([told.silence, told.flagged!.reduce((sum, is) => sum + is, 0)]).toEqual([null, 6]);
    expect(told.scores.expectedFalseAlarms).toBeCloseTo(3.7);
  });

  it("keeps groups with added rows of a rule that is silent of the rest", () => {
    const all = voice(10, 6);
    const campaigns = [
      { subjects: [0, 1000, 1001], sentence: "copies" },
      { subjects: [3, 4], sentence: "old copies" },
    ];
    const [told] = ofAddition([{ ...all, scores: { ...all.scores, campaigns: campaigns as never } }], data, judged);
    expect([
      told.silence,
      Array.from(told.flagged!.keys())
        .filter((i) => told.flagged![i] === 1)
        .join(),
    ]).toEqual([null, "1000,1001"]);
    expect(told.scores.findings).toEqual([
      "besides its groups not told apart from the old rows: it flags 9 of 1000 old, 4 of 1000 added, at most 1 more than is usual",
    ]);
  });

  it("is heard where old rows are flagged by chance only, however little it flags", () => {
    expect(ofAddition([voice(0, 1)], data, judged)[0].silence).toBeNull();
    // Told from chance, though it is less than one in a hundred.
    expect(ofAddition([voice(1, 8)], data, judged)[0].silence).toBeNull();
  });
});

it("groups of an addition have its rows alone and say how many old ones belong to them", () => {
  const campaign = { rows: [5, 1200, 1300], sentence: "copies" } as unknown as CampaignFinding;
  const old = { rows: [5, 6], sentence: "old copies" } as unknown as CampaignFinding;
  expect(addedCampaigns([campaign, old], judged)).toEqual([{ rows: [1200, 1300], sentence: "copies; with 1 old row, 2 are new" }]);
});
