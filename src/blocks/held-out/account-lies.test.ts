import { describe, expect, it } from "vitest";
import { accountLies } from "./account-lies.ts";
import { cohortLies, liarShares } from "./cohorts.ts";

describe("the lies of an account", () => {
  it("are the mean likelihood ratio over five shares where days are not known", () => {
    const [a, b] = [4, 0.25];
    const shares = [0.2, 0.35, 0.5, 0.7, 0.9];
    const ratios = shares.map((s) => (s * a + 1 - s) * (s * b + 1 - s));
    const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
    const { nats, wrong } = accountLies(Float64Array.of(Math.log(a), Math.log(b)), null);
    expect(nats).toBeCloseTo(Math.log(total / 5), 12);
    const chance = shares.reduce((sum, s, k) => sum + ((ratios[k] / total) * s * a) / (s * a + 1 - s), 0);
    expect(wrong[0]).toBeCloseTo(chance, 12);
  });

  it("are worth most where they follow one another, and less where days cannot tell", () => {
    const nats = Float64Array.of(-2, -2, -2, 2, 2, 2, 2, -2, -2, -2);
    const days = Float64Array.from(nats, (_, i) => i);
    const apart = Float64Array.of(2, -2, -2, 2, -2, -2, 2, -2, -2, 2);
    const together = accountLies(nats, days);
    expect(together.nats).toBeGreaterThan(accountLies(apart, days).nats + 1);
    expect(together.nats).toBeGreaterThan(accountLies(nats, null).nats);
    expect(together.wrong[4]).toBeGreaterThan(0.9);
    expect(together.wrong[0]).toBeLessThan(0.1);
  });

  it("have evidence of mean 1 or less of honest accounts of which models are right", () => {
    // Rows with chances of ½ ± d of their label: an honest label has the ratio (1 − p) / p with chance p. All outcomes of three rows.
    const chances = [0.9, 0.7, 0.55];
    let mean = 0;
    for (let outcome = 0; outcome < 8; outcome++) {
      const isFirst = chances.map((_, i) => (outcome >> i) % 2 === 0);
      const likelihood = chances.reduce((product, p, i) => product * (isFirst[i] ? p : 1 - p), 1);
      const nats = Float64Array.from(chances, (p, i) => Math.log(isFirst[i] ? (1 - p) / p : p / (1 - p)));
      mean += likelihood * Math.exp(accountLies(nats, Float64Array.of(0, 1, 2)).nats);
    }
    expect(mean).toBeCloseTo(1, 12);
  });
});

describe("the lies of a cohort", () => {
  it("are the mean over shares of liars, and tell how likely each account is one", () => {
    const nats = Float64Array.of(3, -1);
    const ratios = liarShares.map((s) => (s * Math.exp(3) + 1 - s) * (s * Math.exp(-1) + 1 - s));
    const total = ratios.reduce((sum, ratio) => sum + ratio, 0);
    const { nats: evidence, lies } = cohortLies(nats);
    expect(evidence).toBeCloseTo(Math.log(total / liarShares.length), 12);
    const first = liarShares.reduce((sum, s, k) => sum + ((ratios[k] / total) * s * Math.exp(3)) / (s * Math.exp(3) + 1 - s), 0);
    expect(lies[0]).toBeCloseTo(first, 12);
    expect(lies[1]).toBeLessThan(lies[0]);
  });

  it("add up where ten accounts say little each", () => {
    const each = 2.5;
    expect(cohortLies(new Float64Array(10).fill(each)).nats).toBeGreaterThan(15);
    expect(cohortLies(new Float64Array(10).fill(each)).lies[0]).toBeGreaterThan(0.95);
  });
});
