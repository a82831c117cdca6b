import { expect, test } from "vitest";
import type { Summary } from "../../study/summary.ts";
import type { UnnoticedEntry } from "../../study/unnoticed/summarise.ts";
import { unnoticedSentences } from "./unnoticed-text.ts";

const found: UnnoticedEntry = {
  budgetFraction: 0.05,
  metric: "accuracyDrop",
  figure: { value: 0.04, low: 0.02, high: 0.06 },
  seeds: 3,
  attacks: [
    { attack: "greedy-flip", access: "modify-labels", seeds: 2 },
    { attack: "flipped-copies", access: "inject", seeds: 1 },
  ],
  rows: 30,
  flaggedAgainShare: 0,
  blind: {
    attack: "gradient-injection",
    figure: { value: 0.13, low: 0.1, high: 0.16 },
    rows: 35,
    flaggedShare: 0.35,
    byDetector: [
      { detector: "label-noise", flaggedShare: 0 },
      { detector: "loss", flaggedShare: 0.3 },
      { detector: "trigger-association", flaggedShare: 0.35 },
    ],
  },
};
const said = (entry: Partial<UnnoticedEntry>): string[] =>
  unnoticedSentences({ primaryMetric: "accuracy", unnoticed: { ...found, ...entry } } as Summary);

test("what gets past the scan is said beside the strongest attack and who finds it", () => {
  expect(said({})).toEqual([
    "Unnoticed at 5 %: 0.040 [0.020, 0.060] of accuracy, by greedy-flip and flipped-copies, with none of its rows flagged by the scan; gradient-injection without a thought of the scan takes 0.130 [0.100, 0.160] of accuracy, and 35 % of its rows are flagged (35 % by trigger-association and 30 % by loss).",
  ]);
});

test("a scan that lets nothing harmful pass, and one that does so by luck of its draws, are called that", () => {
  expect(said({ attacks: [] })[0]).toContain("nothing that does harm");
  expect(said({ figure: { value: -0.02, low: -0.03, high: -0.01 } })[0]).toContain("the scan keeps it at no damage");
  expect(said({ figure: { value: 0.01, low: -0.01, high: 0.03 } })[0]).toContain("which may be none, or as much as 0.030");
  expect(said({ flaggedAgainShare: 0.25 })[0]).toContain("(with other random numbers it flags 25 %)");
  expect(said({ blind: { ...found.blind, flaggedShare: 0, byDetector: [] } })[0]).toContain("none of its rows is flagged either");
});

test("of ratings it is told how many accounts pass", () => {
  const unnoticed = { ...found, metric: "hitRateAt10Rise" };
  expect(unnoticedSentences({ primaryMetric: "hitRateAt10", unnoticed } as unknown as Summary, "accounts")).toEqual([
    "Unnoticed at 5 %: 0.040 [0.020, 0.060] of hitRateAt10, by greedy-flip and flipped-copies, with 30 of the 35 accounts, of whom the scan flags none; gradient-injection without a thought of the scan takes 0.130 [0.100, 0.160] of hitRateAt10, and 35 % of its accounts are flagged (35 % by trigger-association and 30 % by loss).",
  ]);
});

test("nothing is said where nobody asked", () => {
  expect(unnoticedSentences({ unnoticed: null } as Summary)).toEqual([]);
});
