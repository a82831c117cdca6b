import { describe, expect, it } from "vitest";
import { habitTerms, sharedLies } from "./shared-habits.ts";

const accounts = [Int32Array.of(0, 1), Int32Array.of(2, 3)];

describe("habits that liars share", () => {
  it.each([2, 0])(
    "have evidence of mean 1, or nearly, of honest accounts of which models are right, with labels of %i classes",
    (classes) => {
      const chances = [0.9, 0.7, 0.55, 0.8];
      let mean = 0;
      for (let outcome = 0; outcome < 16; outcome++) {
        const isFirst = chances.map((_, i) => (outcome >> i) % 2 === 0);
        const likelihood = chances.reduce((product, p, i) => product * (isFirst[i] ? p : 1 - p), 1);
        const nats = Float64Array.from(chances, (p, i) => Math.log(isFirst[i] ? (1 - p) / p : p / (1 - p)));
        const y = classes === 0 ? null : Float64Array.from(isFirst, (is) => Number(is));
        mean += likelihood * Math.exp(sharedLies(accounts, habitTerms(nats, y, classes)).nats);
      }
      // Habits of one label are no likelihood ratios of single rows; over both labels their means are about 1.
      if (classes === 0) expect(mean).toBeCloseTo(1, 12);
      else expect(Math.abs(mean - 1)).toBeLessThan(0.05);
    },
  );

  it("take rows for lies that bear the label all liars give, and leave the others", () => {
    const many = Array.from({ length: 8 }, (_, a) => Int32Array.of(2 * a, 2 * a + 1));
    const nats = Float64Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 2 : 0.5));
    const y = Float64Array.from(nats, (_, i) => i % 2);
    const { nats: evidence, lies } = sharedLies(many, habitTerms(nats, y, 2));
    expect(evidence).toBeGreaterThan(5);
    expect(lies[0][0]).toBeGreaterThan(0.8);
    expect(lies[0][1]).toBeLessThan(lies[0][0]);
  });
});
