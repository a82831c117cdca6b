import { describe, expect, it } from "vitest";
import { accuracy } from "../../metrics/accuracy.ts";
import { auc } from "../../metrics/auc.ts";
import { balancedAccuracy } from "../../metrics/balanced-accuracy.ts";
import { wilsonInterval } from "../../numeric/statistics/intervals.ts";
import { majorityQuantity } from "../table/measure.ts";
import { failedRecord } from "../run-cell.ts";
import { tasksKind } from "../kinds/tasks.ts";
import type { TrialRecord } from "../record.ts";
import { type TasksStudyConfig, slots } from "./config.ts";
import type { TaskFindings } from "./findings.ts";
import { summariseTasks } from "./summarise-tasks.ts";

const study: TasksStudyConfig = {
  learner: { id: "mtrl", params: {} },
  single: { id: "logistic", params: {} },
  metric: "accuracy",
  attacks: slots({ tasks: 2, pairs: 1, hasPrice: true }),
  repairs: [],
  budgets: [0.1],
  seeds: 3,
  firstSeed: 0,
  testFraction: 0.25,
};
const tasks = [
  { name: "a", rows: 8 },
  { name: "b", rows: 8 },
];

function recordOf(seed: number, attack: string | null, found: TaskFindings | string): TrialRecord {
  const cell = {
    seed,
    learner: study.learner,
    attack: attack === null ? null : { id: attack, params: {} },
    budgetFraction: 0.1,
    trials: [],
  };
  // What a threat says of the table is of no matter here.
  const kind = { ...tasksKind, threatOf: () => ({ attack, access: null, goal: null, knowledge: null, reach: null, target: null }) };
  const failed = failedRecord(kind, undefined as never, cell, { id: `${seed} ${attack}`, repair: null }, String(found));
  if (typeof found === "string") return failed;
  const { error: _, ...rest } = failed;
  return { ...rest, status: "ok", learnerParams: { relationDecay: 0.1 }, testRows: 4, tasks: found };
}

/** Task a hurts task b with 1, and nothing else hurts anything. */
function sharing(single: number, together: number, vulnerability: readonly number[] = [2, 1, 0, 2]): TaskFindings {
  const byTask = [
    { single, together },
    { single, together },
  ];
  return { kind: "sharing", single, pooled: 0.5, together, byTask, trainRows: [6, 6], relation: [1, 0.5, 0.5, 1], vulnerability };
}
const attack: TaskFindings = { kind: "attack", outcome: { kind: "ascent", before: 0.8, after: 0.6, flipped: 0.7 } };
const priced: TaskFindings = { kind: "price", points: [{ by: "targetRows", value: 3, gain: 0.1, gainOfAll: null, damage: 0.2 }] };
const about = { study, metric: accuracy, tasks };

describe("what records say of tasks", () => {
  it("is of the seeds that were measured, and says which were not and why", () => {
    const found = summariseTasks(
      [
        recordOf(2, null, sharing(0.7, 0.8)),
        recordOf(0, null, sharing(0.5, 0.7)),
        recordOf(1, null, "singular"),
        recordOf(0, "pair-1", attack),
        recordOf(1, "pair-1", "what sharing brings could not be measured"),
        recordOf(2, "pair-1", "the climb gave out"),
        recordOf(0, "price", priced),
      ],
      about,
    );
    expect(found).toMatchObject({ seeds: 2, priceSeeds: 1, relationDecays: [0.1, 0.1] });
    // Paired: .2 and .1 better than alone.
    expect(found?.gainOver.single.value).toBeCloseTo(0.15, 12);
    expect(found?.measured).toMatchObject([{ from: "a", to: "b", figure: { value: expect.closeTo(0.2, 12) }, kind: "ascent" }]);
    expect(found?.price).toMatchObject([{ by: "targetRows", target: "b", gain: { value: 0.1 }, damage: { value: 0.2 } }]);
    expect(found?.notes).toEqual([
      "seed 1: nothing is known of it, because singular",
      "seed 2: the attack on b through a is missing, because the climb gave out",
      expect.stringMatching(/^the attacks on pairs and through all others, and the price, are white box/),
    ]);
  });

  it("tells of the tasks together what else was measured, over the seeds that know it", () => {
    const told = (seed: number, metrics: Record<string, number>) => ({ ...recordOf(seed, null, sharing(0.5, 0.7)), metrics });
    const records = [told(0, { balancedAccuracy: 0.6, majorityAccuracy: 0.75 }), told(1, { balancedAccuracy: 0.7 })];
    const found = summariseTasks(records, { ...about, beside: [balancedAccuracy, auc, majorityQuantity] });
    expect(found?.beside).toEqual({
      balancedAccuracy: { value: expect.closeTo(0.65, 12), low: expect.any(Number), high: 1 },
      // 8 test rows in all.
      majorityAccuracy: wilsonInterval(0.75, 8),
    });
    expect(summariseTasks(records, about)?.beside).toEqual({});
  });

  it("does not take damage that is not known for none", () => {
    const notesOf = (vulnerability: readonly number[]) =>
      summariseTasks([recordOf(0, null, sharing(0.5, 0.7, vulnerability))], about)?.notes;
    expect(notesOf([2, 0, 0, 2])).toEqual(["no task can be hurt through another, to first order: nothing was attacked"]);
    expect(notesOf([NaN, NaN, NaN, NaN])).toEqual(["which task can be hurt through another is not known: nothing was attacked"]);
  });

  it("is nothing where no seed was measured", () => {
    expect(summariseTasks([recordOf(0, null, "singular")], about)).toBe(null);
    expect(summariseTasks([], about)).toBe(null);
  });
});
