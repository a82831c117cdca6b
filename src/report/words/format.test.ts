import { describe, expect, it } from "vitest";
import { figureText, numberText } from "./format.ts";

describe("numbers in words", () => {
  it("tells three decimals below 1 and three digits above", () => {
    expect([0.01234, 0.9996, 1, 2.464, 31.27, 999.6, 31_234.5, -1234].map((value) => numberText(value))).toEqual([
      "0.012",
      "1.000",
      "1.00",
      "2.46",
      "31.3",
      "1000",
      "31,200",
      "-1,230",
    ]);
    expect([numberText(-0.0001), numberText(1.005, 0), numberText(NaN)]).toEqual(["0.000", "1", "NaN"]);
  });

  it("tells an interval as finely as its figure", () => {
    expect(figureText({ value: 0.908, low: 0.565, high: 1 })).toBe("0.908 [0.565, 1.000]");
    expect(figureText({ value: 1.69, low: 0.4554, high: 12.9251 })).toBe("1.69 [0.46, 12.93]");
    expect(figureText({ value: 31_234, low: 9_876, high: 52_111 })).toBe("31,200 [9,900, 52,100]");
    expect(figureText({ value: 0.5, low: null, high: null })).toBe("0.500");
  });
});
