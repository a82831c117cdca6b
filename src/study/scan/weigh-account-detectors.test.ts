import { describe, expect, it } from "vitest";
import { makeRng } from "../../numeric/random.ts";
import { weighAccountDetectors } from "./weigh-account-detectors.ts";

const [users, planted] = [300, 40];
const group = Int32Array.from({ length: planted }, (_, k) => Math.floor(k / 5));

/** Normal scores, those of planted accounts higher by so much. */
function voice(name: string, lift: (k: number) => number): { values: Float64Array; onCopy: Float64Array } {
  const rng = makeRng(name);
  const onCopy = Float64Array.from({ length: users + planted }, (_, u) => rng.normal() + (u < users ? 0 : lift(u - users)));
  return { values: onCopy.slice(0, users), onCopy };
}

describe("weights by planted accounts", () => {
  it("go to detectors that find them, and none to one that places them below the others", () => {
    const { areas, weights } = weighAccountDetectors([voice("a", () => 2), voice("b", () => 2), voice("c", () => -2)], () => false, {
      group,
    });
    expect(areas[0]).toBeGreaterThan(0.8);
    expect(areas[2]).toBeLessThan(0.2);
    expect(weights[0]).toBeGreaterThan(0);
    expect(weights[1]).toBeGreaterThan(0);
    expect(weights[2]).toBe(0);
  });

  it("leave the best alone where the mixture finds fewer of the groups it did not learn from", () => {
    // What b makes of the groups it is learned from is undone in the others.
    const misleading = voice("b", (k) => (group[k] % 2 === 0 ? 2 : -1.2));
    const { weights } = weighAccountDetectors([voice("a", () => 2.5), misleading], () => false, { group });
    expect(weights).toEqual([1, 0]);
  });
});
