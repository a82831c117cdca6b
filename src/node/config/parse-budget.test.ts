import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBudget, parseBudgetIn } from "./parse-budget.ts";

describe("parseBudget", () => {
  it("reads a fraction and a per cent sign alike", () => {
    for (const given of [0.01, "0.01", "1%", " 1 % ", "1e-2", ".01"]) expect(parseBudget("--budget", given)).toBe(0.01);
    expect(parseBudget("--budget", "100%")).toBe(1);
    expect(parseBudget("--budget", "7%")).toBe(0.07);
  });

  it("reads a count and what it counts, in the singular or the plural", () => {
    for (const given of ["50rows", " 50 Rows ", "50 row"]) expect(parseBudget("--budget", given)).toBe("50rows");
    for (const given of ["1account", "1accounts", "1 source", "1sources"]) expect(parseBudget("--budget", given)).toBe("1account");
    for (const given of ["0rows", "1.5rows", "-3accounts", "5cows", "rows", "5%rows", "99999999999999999999rows"])
      expect(() => parseBudget("--budget", given)).toThrow(/^--budget must be .* or a whole number such as 50rows or 50accounts, got/);
    expect(() => parseBudget("--budget", "5")).toThrow("(write 5% for 5 per cent, 5rows for as many rows)");
  });

  it("refuses units that mean nothing for the data, and says why", () => {
    expect(parseBudgetIn("--budget", "3 accounts", ["accounts"], "rows come in accounts")).toBe("3accounts");
    expect(parseBudgetIn("--budget", "3%", [], "shares alone")).toBe(0.03);
    expect(() => parseBudgetIn("--budget", "3 rows", ["accounts"], "rows come in accounts")).toThrow(
      '--budget must be a fraction such as 1% or 5accounts, got "3 rows": rows come in accounts',
    );
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
