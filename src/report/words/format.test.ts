import { describe, expect, it } from "vitest";
import { askedText, budgetText, budgetWithShare, poisonText } from "./format.ts";

describe("a budget in words", () => {
  const counted = [
    { fraction: 0.0083333, count: 50, unit: "rows" },
    { fraction: 0.02, count: 1, unit: "accounts", rowsEach: 4 },
  ] as const;

  it("is a share, or what was counted, with its share where there is room", () => {
    const study = { counted };
    expect([0.01, 0.0083333, 0.02].map((fraction) => budgetText(fraction, study))).toEqual(["1 %", "50 rows", "1 account"]);
    expect([0.01, 0.0083333, 0.02].map((fraction) => budgetWithShare(fraction, study))).toEqual([
      "1 %",
      "50 rows (0.83 %)",
      "1 account (2 %)",
    ]);
    expect([poisonText(0.01, study), poisonText(0.02, study)]).toEqual(["1 % poison", "poison of 1 account"]);
    expect([askedText(0.005), askedText("1500rows")]).toEqual(["0.5 %", "1,500 rows"]);
    expect(budgetText(0.02, {})).toBe("2 %");
  });
});
