import { describe, expect, it } from "vitest";
import { makeRng } from "../random.ts";
import { logTail, logit, shiftOf } from "./binomial-tail.ts";

/** P(K ≥ observed) by the recursion over events. */
function exactTail(chances: readonly number[], observed: number): number {
  let law = [1];
  for (const p of chances) law = [...law, 0].map((mass, k) => mass * (1 - p) + (k > 0 ? law[k - 1] * p : 0));
  return law.slice(observed).reduce((sum, mass) => sum + mass, 0);
}

describe("the shift of log odds that makes what was observed expected", () => {
  it("is to the bit that of asking at each of fifty halvings", () => {
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
    const rng = makeRng("shift");
    for (let trial = 0; trial < 3000; trial++) {
      const spread = [0.1, 1, 5, 20][rng.integer(4)];
      const logits = Float64Array.from({ length: rng.integer(trial % 50 === 0 ? 3000 : 60) }, () =>
        Math.max(-20.7, Math.min(20.7, spread * rng.normal())),
      );
      const observed = rng.integer(logits.length + 1);
      let [low, high] = [-40, 40];
      for (let step = 0; step < 50; step++) {
        const middle = (low + high) / 2;
        let expected = sigmoid(middle);
        for (const z of logits) expected += sigmoid(z + middle);
        if (expected < observed + 0.5) low = middle;
        else high = middle;
      }
      expect(shiftOf(logits, observed)).toBe((low + high) / 2);
    }
  });
});

describe("the tail of a sum of independent events", () => {
  it("is exact where all of them happen, and never below −ln of it elsewhere by more than Chernoff's bound allows", () => {
    const rng = makeRng("tail");
    for (let trial = 0; trial < 200; trial++) {
      const chances = Array.from({ length: 1 + rng.integer(30) }, () => 0.02 + 0.96 * rng.uniform());
      const logits = Float64Array.from(chances, logit);
      const shift = rng.uniform();
      const shifted = Array.from(logits, (z) => 1 / (1 + Math.exp(-z - shift)));
      const observed = rng.integer(chances.length + 1);
      const bound = logTail(logits, chances.length, shift, observed);
      const exact = -Math.log(exactTail(shifted, observed));
      expect(bound).toBeLessThanOrEqual(exact + 1e-9);
      // A sum of n events has n + 1 outcomes, of which the bound pays for one: it is within ln(n + 1) + 1 of the truth.
      expect(bound).toBeGreaterThanOrEqual(Math.min(exact, exact - Math.log(chances.length + 1) - 1));
      const all = logTail(logits, chances.length, shift, chances.length);
      expect(all).toBeCloseTo(-Math.log(exactTail(shifted, chances.length)), 9);
    }
  });
});
