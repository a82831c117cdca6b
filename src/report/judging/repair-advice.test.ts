import { expect, it } from "vitest";
import type { RepairRecommendation } from "../../study/recommend-repair.ts";
import { repairAdvice } from "./repair-advice.ts";

const advice: RepairRecommendation = {
  repair: "trim",
  candidate: "trim",
  damageMetric: "accuracyDrop",
  seeds: 5,
  agreeingSeeds: 5,
  damage: { value: 0.08, low: 0.06, high: 0.1 },
  wonBack: { value: 0.06, low: 0.04, high: 0.08 },
  cost: { value: 0.002, low: -0.001, high: 0.005 },
  noEffect: [],
};
const said = (more: Partial<RepairRecommendation>, primaryMetric = "accuracy"): string[] =>
  repairAdvice({ recommendation: { ...advice, ...more }, primaryMetric });

it("says what to use, what it wins back and what it costs", () => {
  expect(said({})).toEqual([
    'Recommended repair: "trim". Over the attacks it wins back 0.060 [0.040, 0.080] of accuracy, 75 % of the 0.080 lost without it; on clean data it costs 0.002 [-0.001, 0.005] of accuracy (each seed measured with what the others choose, always the same).',
  ]);
  const ratio = said(
    {
      damageMetric: "rmseRatio",
      damage: { value: 2.5, low: null, high: null },
      wonBack: { value: 1.2, low: null, high: null },
      cost: { value: 1.01, low: null, high: null },
      seeds: 1,
      agreeingSeeds: 1,
    },
    "rmse",
  );
  expect(ratio).toEqual([
    'Recommended repair: "trim". Over the attacks it wins back 1.20 times the clean error, 80 % of the 1.50 lost without it; on clean data it brings the error to 1.01 times the clean error (chosen and measured on one seed, which flatters it).',
  ]);
});

it("says that none helps, and which have no effect", () => {
  const [none, idle] = said({
    repair: null,
    agreeingSeeds: 3,
    wonBack: { value: 0.01, low: -0.01, high: 0.03 },
    noEffect: ["drop", "drop-flagged"],
  });
  expect(none).toBe(
    'No repair here is sure to win back damage: the best of those of a fair cost, "trim", wins back 0.010 [-0.010, 0.030] of accuracy (each seed measured with what the others choose, the same for 3 of 5).',
  );
  expect(idle).toBe('No effect: "drop" and "drop-flagged" give in every trial, to the last digit, what no repair gives.');
  expect(said({ repair: null, candidate: null })).toEqual([
    "No repair here is recommended: none wins back damage at a fair cost to clean data.",
  ]);
});

it("says nothing without repairs or attacks", () => {
  expect(repairAdvice({ recommendation: null, primaryMetric: "accuracy" })).toEqual([]);
  expect(said({ damage: null })).toEqual([]);
});
