import { describe, expect, it } from "vitest";
import { incompleteBeta, logGamma, meanInterval, scatterInterval, studentQuantile, wilsonInterval } from "./intervals.ts";

describe("intervals", () => {
  it("gives Student's quantiles as printed in tables", () => {
    // Table of the 97.5 % points, e.g. NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706, 3);
    expect(studentQuantile(0.975, 2)).toBeCloseTo(4.303, 3);
    expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262, 3);
    expect(studentQuantile(0.975, 1000)).toBeCloseTo(1.962, 3);
  });

  it("gives Wilson's interval of 10 in 100", () => {
    // Newcombe 1998, method 3: 0.0552 to 0.1744.
    const { low, high } = wilsonInterval(0.1, 100);
    expect(low).toBeCloseTo(0.0552, 4);
    expect(high).toBeCloseTo(0.1744, 4);
  });

  it("keeps Wilson's interval within [0, 1] and around the value at both ends", () => {
    expect(wilsonInterval(0, 20).low).toBe(0);
    expect(wilsonInterval(1, 20).high).toBe(1);
  });

  it("gives the interval of a mean by hand", () => {
    // 1, 2, 3: mean 2, sd 1, half width 4.3027 / √3.
    const { value, low, high } = meanInterval([1, 2, 3]);
    expect(value).toBe(2);
    expect(low).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 5);
    expect(high).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 5);
  });

  it("has no interval for one value and refuses none", () => {
    expect(meanInterval([0.5])).toEqual({ value: 0.5, low: null, high: null });
    expect(() => meanInterval([])).toThrow();
    expect(scatterInterval([1, 1, 1], [0, 1])).toEqual({ value: 1, low: null, high: null });
    expect(scatterInterval([0, 1], [0, 1])).toEqual({ value: 0.5, low: 0, high: 1 });
  });

  it("agrees with closed forms of its special functions", () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 12);
    expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 12);
    expect(incompleteBeta(0.9, 2, 3)).toBeCloseTo(0.9963, 12);
  });
});
