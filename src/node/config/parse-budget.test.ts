import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBudget } from "./parse-budget.ts";

describe("parseBudget", () => {
  it("reads a fraction and a per cent sign alike", () => {
    for (const given of [0.01, "0.01", "1%", " 1 % ", "1e-2", ".01"]) expect(parseBudget("--budget", given)).toBe(0.01);
    expect(parseBudget("--budget", "100%")).toBe(1);
    expect(parseBudget("--budget", "7%")).toBe(0.07);
  });

  it("refuses what is not in (0, 1] and names the option", () => {
    for (const given of [0, -0.1, 1.5, NaN, Infinity, "0%", "101%", "-1%", "5", "", "%", "1%%", "one", "0x1"])
      expect(() => parseBudget("--budget", given)).toThrow(/^--budget must be more than 0 and at most 100 %/);
  });

  it("reads back every fraction that is printed", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (fraction) => parseBudget("--budget", String(fraction)) === fraction),
    );
  });
});
