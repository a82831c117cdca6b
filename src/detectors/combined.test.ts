import { describe, expect, it } from "vitest";
import { smallData } from "../../test/small-data.ts";
import type { Heard, Scores } from "../core/detector.ts";
import { makeRng } from "../numeric/random.ts";
import { combined } from "./combined.ts";
import { loss } from "./labels/loss.ts";
import { sourceValue } from "./groups/source-value.ts";
import { taskContrast } from "./groups/task-contrast.ts";

const data = {
  ...smallData({ seed: 1, rows: 6, cols: 2, classes: 2, sparse: false, weighted: false }),
  source: Int32Array.of(0, 0, 1, 1, 2, -1),
  sources: ["ann", "bob", "cid"],
};
const score = (heard: readonly Heard[]): Promise<Scores> =>
  combined.score(data, {
    rng: makeRng(0),
    params: {},
    table: null,
    fit: () => expect.fail("it trains nothing"),
    objective: () => null,
    others: () => Promise.resolve(heard),
  });

describe("all detectors together", () => {
  const byRow: Heard = {
    method: loss,
    scores: {
      values: Float64Array.of(1, 2, 3, 4, 5, 6),
      flagged: Uint8Array.of(0, 0, 0, 0, 1, 1),
      expectedFalseAlarms: 0.5,
      reason: (i) => `row ${i}`,
    },
  };
  const bySource: Heard = {
    method: sourceValue,
    scores: { values: Float64Array.of(0, 1, 2), flagged: Uint8Array.of(0, 0, 1), reason: (source) => data.sources[source] },
  };

  it("sum what their rules flag by rank and sureness, and rank the rest by their highest rank: counted by hand", async () => {
    const { values, flagged, expectedFalseAlarms, reason } = await score([byRow, bySource]);
    // Ranks of rows: (2 i + 1) / 12. Of sources: ann's rows and the one of nobody share 3 / 12, bob's 8 / 12, cid's 11 / 12.
    const expected = [
      0.1 * (3 / 12),
      0.1 * (3 / 12),
      0.1 * (8 / 12),
      0.1 * (8 / 12),
      0.75 * (1 + 9 / 12) + (1 + 11 / 12) + 0.1 * (11 / 12),
      0.75 * (1 + 11 / 12) + 0.1 * (11 / 12),
    ];
    expect([...values]).toEqual(expected.map((value) => expect.closeTo(value, 12) as number));
    expect([...(flagged ?? [])]).toEqual([0, 0, 0, 0, 1, 1]);
    // 0.5 and two standard deviations of it, of the two rows that a rule with an expectation flags.
    expect(expectedFalseAlarms).toBeCloseTo(0.5 + 2 * Math.sqrt(0.5), 12);
    expect([reason?.(0), reason?.(4), reason?.(5)]).toEqual([null, "cid", "row 5"]);
  });

  it("are not led by a detector that judges tasks, and say nothing where there are none", async () => {
    const byTask: Heard = { method: taskContrast, scores: { values: Float64Array.of(1), flagged: Uint8Array.of(1) } };
    for (const heard of [[], [byTask]]) {
      const { values, flagged } = await score(heard);
      expect([...values]).toEqual([0, 0, 0, 0, 0, 0]);
      expect([...(flagged ?? [])]).toEqual([0, 0, 0, 0, 0, 0]);
    }
  });
});
