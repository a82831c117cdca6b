import { describe, expect, it } from "vitest";
import { habitTerms, sharedLies } from "./shared-habits.ts";

const accounts = [Int32Array.of(0, 1), Int32Array.of(2, 3)];

describe("habits that liars share", () => {
  it.each([0, 2, 3])("have evidence of mean 1 of honest accounts of which models are right, over all labels of %i classes", (classes) => {
    const given = Math.max(2, classes);
    const chancesOf = (p: number): number[] => (given === 2 ? [p, 1 - p] : [p, 0.7 * (1 - p), 0.3 * (1 - p)]);
    const rows = [0.9, 0.7, 0.55, 0.8].map(chancesOf);
    let mean = 0;
    for (let outcome = 0; outcome < given ** rows.length; outcome++) {
      const labels = rows.map((_, i) => Math.floor(outcome / given ** i) % given);
      const likelihood = rows.reduce((product, chances, i) => product * chances[labels[i]], 1);
      const nats = Float64Array.from(rows, (chances, i) => Math.log((1 - chances[labels[i]]) / chances[labels[i]] / (given - 1)));
      mean += likelihood * Math.exp(sharedLies(accounts, habitTerms(nats, classes === 0 ? null : Float64Array.from(labels), classes)).nats);
    }
    expect(mean).toBeCloseTo(1, 12);
  });

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
