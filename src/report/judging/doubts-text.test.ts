import { describe, expect, it } from "vitest";
import { doubtSentences } from "./doubts-text.ts";

const sure = { repeated: { answers: 200, changed: 0 }, constant: { rows: 400, right: 340, constantRight: 240, seeds: 2 } };

describe("what speaks against the figures of a command", () => {
  it("is told in a sentence each, and where nothing does, nothing", () => {
    expect(doubtSentences({})).toEqual([]);
    expect(doubtSentences({ doubts: { repeated: null, constant: null } })).toEqual([]);
    expect(doubtSentences({ doubts: sure })).toEqual([]);
    expect(doubtSentences({ doubts: { ...sure, repeated: { answers: 200, changed: 31 } } })).toEqual([
      expect.stringContaining("your command answers 31 of 200 otherwise"),
    ]);
    // 200 rows of a seed lift a share of .6 by .057 by chance alone.
    const near = { rows: 400, right: 262, constantRight: 240, seeds: 2 };
    expect(doubtSentences({ doubts: { ...sure, constant: near } })).toEqual([expect.stringContaining("is about 60 %")]);
    expect(doubtSentences({ doubts: { ...sure, constant: { ...near, right: 264 } } })).toEqual([]);
  });
});
