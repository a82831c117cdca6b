import { describe, expect, it } from "vitest";
import { smallData } from "../../../test/small-data.ts";
import type { Detector, Heard, Scores } from "../../core/detector.ts";
import { loss } from "../../detectors/labels/loss.ts";
import { sourceConduct } from "../../detectors/groups/source-conduct.ts";
import { expectedFalseAlarms, falseAlarmsOf, voiceOf, withinReason } from "./combined-ranking.ts";

const rows = 12;
const data = {
  ...smallData({ seed: 1, rows, cols: 2, classes: 2, sparse: false, weighted: false }),
  source: Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 3)),
  sources: ["ann", "bob", "cid", "dee"],
};
const flags = (...flagged: number[]): Uint8Array => Uint8Array.from({ length: rows }, (_, i) => (flagged.includes(i) ? 1 : 0));
const named = (id: string): Detector => ({ ...loss, id });
const heard = (id: string, flagged: Uint8Array, expected?: number): Heard => {
  const scores: Scores = { values: Float64Array.from(flagged), flagged };
  return { method: named(id), scores: expected === undefined ? scores : { ...scores, expectedFalseAlarms: expected } };
};
const voices = (...all: Heard[]) =>
  withinReason(
    all.map((said) => voiceOf(said, data)),
    rows,
  );

describe("expected false alarms", () => {
  it("are not known, and not 0, where a rule that cannot say flags a row that no other does", () => {
    const both = voices(heard("a", flags(0, 1)), heard("b", flags(1, 2, 3), 1));
    expect(falseAlarmsOf(both, data)).toEqual({ statedRows: 3, expected: 3, unknownRows: 1, unknownBy: ["a"] });
    expect(expectedFalseAlarms(both, data)).toBeUndefined();
    // The row that both flag is one of those of which something is known.
    expect(expectedFalseAlarms(voices(heard("a", flags(1)), heard("b", flags(1, 2, 3), 0.25)), data)).toBe(0.25 + 2 * 0.5);
    expect(expectedFalseAlarms(voices(heard("a", flags(5))), data)).toBeUndefined();
  });

  it("are 0 where nothing is flagged, and never more than the rows that they are among", () => {
    expect(falseAlarmsOf(voices(heard("a", flags())), data)).toEqual({ statedRows: 0, expected: 0, unknownRows: 0, unknownBy: [] });
    expect(expectedFalseAlarms(voices(heard("b", flags(), 3)), data)).toBe(0);
    const twice = voices(heard("a", flags(0, 1), 0.9), heard("b", flags(0, 1), 0.9), heard("c", flags(0, 1), 0.9));
    expect(expectedFalseAlarms(twice, data)).toBe(2);
  });
});

describe("a rule that flags most of what it judges", () => {
  it("is silent and says that it broke down, be it of rows or of accounts", () => {
    const all = voiceOf(heard("a", new Uint8Array(rows).fill(1)), data);
    expect([all.flagged, all.silence]).toEqual([
      null,
      "its rule broke down: it would flag 12 of 12 examples, and what is suspicious is the exception",
    ]);
    expect(voiceOf(heard("a", flags(0, 1, 2, 3, 4, 5)), data).silence).toBeNull();
    expect(voiceOf(heard("a", flags(0, 1, 2, 3, 4, 5, 6)), data).flagged).toBeNull();
    const accounts = voiceOf(
      { method: sourceConduct, scores: { values: Float64Array.of(1, 1, 1, 0), flagged: Uint8Array.of(1, 1, 1, 0) } },
      data,
    );
    expect([accounts.flagged, accounts.silence]).toEqual([null, expect.stringContaining("broke down: it would flag 9 of 12 examples")]);
  });

  it("is silent too where rules that flag less would together flag more than half, the largest first", () => {
    const said = voices(heard("large", flags(0, 1, 2, 3, 4)), heard("small", flags(6, 7, 8)), heard("inside", flags(7)));
    expect(said.map(({ flagged }) => flagged !== null)).toEqual([false, true, true]);
    expect(said[0].silence).toContain("its rule broke down: with those of others it would flag more than half of 12 examples");
  });
});
