import { describe, expect, it } from "vitest";
import { type Evidence, joinEvidence } from "./join-evidence.ts";

/** Evidence of a sort for some accounts behind an item, at a share of its cut of 20. */
function evidence(by: Evidence["by"], share: number, accounts: readonly number[], item = 0): Evidence {
  return {
    ballot: { item, value: 5, accounts: Int32Array.from(accounts) },
    membership: new Float64Array(accounts.length).fill(0.9),
    strength: 20 * share,
    by,
    judgement: { strengths: Float64Array.of(20 * share), innocent: Float64Array.of(3), cut: 20 },
    place: 0,
  };
}

const five = [2, 3, 5, 7, 11];

describe("joinEvidence", () => {
  it("adds up what two sorts say of the same accounts, and says how many innocent groups to expect", () => {
    const [joined, ...rest] = joinEvidence([evidence("kind", 0.7, five), evidence("copies", 0.6, five)]);
    expect(rest).toEqual([]);
    expect(joined.by).toBe("kind");
    expect(joined.strength / joined.judgement.cut).toBeCloseTo(1.3 / 1.05, 12);
    expect(joined.judgement.innocent[0]).toBeCloseTo((0.1 * 1.05) / 1.3, 12);
  });

  it("adds up nothing of other accounts, of other items, of one sort twice, or that is too weak together", () => {
    const kind = evidence("kind", 0.7, five);
    expect(joinEvidence([kind, evidence("copies", 0.6, [13, 17, 19, 23, 29])])).toEqual([]);
    expect(joinEvidence([kind, evidence("copies", 0.6, five, 1)])).toEqual([]);
    expect(joinEvidence([kind, evidence("kind", 0.6, five)])).toEqual([]);
    expect(joinEvidence([kind, evidence("copies", 0.3, five)])).toEqual([]);
    expect(joinEvidence([kind, evidence("copies", 0.1, five), evidence("meetings", 0.1, five)])).toEqual([]);
  });

  it("leaves alone what one sort holds by itself", () => {
    expect(joinEvidence([evidence("kind", 1.2, five), evidence("copies", 0.9, five)])).toEqual([]);
  });

  it("asks for more where several sorts agree behind many items", () => {
    const all = Array.from({ length: 8 }, (_, item) => [evidence("kind", 0.7, five, item), evidence("copies", 0.6, five, item)]).flat();
    expect(joinEvidence(all)).toEqual([]);
  });
});
