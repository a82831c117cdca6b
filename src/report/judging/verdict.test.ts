import { describe, expect, it } from "vitest";
import type { Figure } from "../../numeric/statistics/intervals.ts";
import { noRepair } from "../../study/record.ts";
import type { Summary, SummaryEntry } from "../../study/summary.ts";
import { parseLimit } from "./limits.ts";
import { exitCodeOf, tellVerdict, verdictOf } from "./verdict.ts";

function entry(attack: string | null, budgetFraction: number, metric: string, figure: Figure): SummaryEntry {
  return {
    learner: "logistic",
    attack,
    access: null,
    goal: null,
    knowledge: null,
    budgetFraction,
    repair: noRepair,
    metric,
    figure,
    seeds: 3,
  };
}

/** Two attacks at 1 %: `weak` hurts the test rows more, `strong` is the one that its own objective chooses. */
const summary: Summary = {
  intervalsOf: "new-data",
  seeds: 3,
  primaryMetric: "accuracy",
  better: "higher",
  damageMetric: "accuracyDrop",
  baseline: { accuracy: { value: 0.9, low: 0.88, high: 0.92 } },
  entries: [
    entry("weak", 0.01, "accuracyDrop", { value: 0.5, low: 0.4, high: 0.6 }),
    entry("strong", 0.01, "accuracyDrop", { value: 0.03, low: 0.02, high: 0.04 }),
  ],
  detections: [],
  strongest: [{ budgetFraction: 0.01, attack: "strong", rivals: [] }],
  variants: [],
  recommendation: null,
  persistence: [],
  until: null,
  unnoticed: null,
  strongestByGoal: [],
  strongestByAccess: [],
  failures: [],
};

function outcomeOf(limit: string, options: { strict?: boolean; missingTrials?: number; summary?: Summary } = {}): string {
  const { strict = false, missingTrials = 0 } = options;
  return verdictOf(options.summary ?? summary, [parseLimit(limit)], { strict, missingTrials }).outcome;
}

describe("the verdict", () => {
  it("holds limits against the strongest attack, and calls a straddled one inconclusive", () => {
    expect(outcomeOf("accuracyDrop@1% <= 0.05")).toBe("pass");
    expect(outcomeOf("accuracyDrop@0.01 <= 5%")).toBe("pass");
    expect(outcomeOf("accuracyDrop@1% <= 0.03")).toBe("inconclusive");
    expect(outcomeOf("accuracyDrop@1% <= 0.03", { strict: true })).toBe("fail");
    expect(outcomeOf("accuracyDrop@1% <= 0.01")).toBe("fail");
    expect(outcomeOf("accuracyDrop@1% >= 0.01")).toBe("pass");
  });

  it("holds limits without a budget against the clean model", () => {
    expect(outcomeOf("accuracy >= 0.85")).toBe("pass");
    expect(outcomeOf("accuracy >= 0.95")).toBe("fail");
  });

  it("neither passes nor fails on a figure without an interval, whatever side of the limit it lies on", () => {
    const single = { ...summary, seeds: 1, entries: [entry("strong", 0.01, "accuracyDrop", { value: 0.03, low: null, high: null })] };
    for (const limit of ["accuracyDrop@1% <= 0.03", "accuracyDrop@1% <= 0.001", "accuracyDrop@1% >= 0.5", "accuracyDrop@1% <= 0.9"]) {
      expect(outcomeOf(limit, { summary: single })).toBe("inconclusive");
      expect(outcomeOf(limit, { summary: single, strict: true })).toBe("fail");
      expect(verdictOf(single, [parseLimit(limit)], { strict: false, missingTrials: 0 }).reasons[0]).toContain(
        "one seed has no interval, so it says neither that the limit holds nor that it is broken",
      );
    }
  });

  it("says where a single seed decided by the interval of its test rows", () => {
    const single = { ...summary, seeds: 1 };
    expect(verdictOf(single, [parseLimit("accuracy >= 0.85")], { strict: false, missingTrials: 0 })).toEqual({
      outcome: "pass",
      reasons: [
        "accuracy >= 0.85 holds: the clean model gives 0.900 [0.880, 0.920], whose interval knows the test rows of a single seed only",
      ],
    });
  });

  it("is incomplete when trials failed or are missing, unless a limit is broken anyway", () => {
    const failed = { ...summary, failures: [{ id: "abc", attack: "strong", budgetFraction: 0.01, error: "no" }] };
    expect(outcomeOf("accuracyDrop@1% <= 0.05", { summary: failed })).toBe("incomplete");
    expect(outcomeOf("accuracyDrop@1% <= 0.05", { missingTrials: 2 })).toBe("incomplete");
    expect(outcomeOf("accuracyDrop@1% <= 0.01", { missingTrials: 2 })).toBe("fail");
  });

  it("does not judge without limits, strict or not, and never calls that a pass", () => {
    for (const strict of [true, false])
      expect(verdictOf(summary, [], { strict, missingTrials: 0 })).toEqual({
        outcome: "not-judged",
        reasons: ["no limit was set, so nothing was judged: the figures stand for themselves"],
      });
    expect(verdictOf(summary, [], { strict: false, missingTrials: 1 }).outcome).toBe("incomplete");
  });

  it("is incomplete where no finished trial has the figure that a limit is about", () => {
    expect(outcomeOf("accuracyDrop@2% <= 0.05")).toBe("incomplete");
    expect(outcomeOf("accuracy >= 0.9", { summary: { ...summary, baseline: {} } })).toBe("incomplete");
    expect(verdictOf(summary, [parseLimit("accuracyDrop@2% <= 0.05")], { strict: false, missingTrials: 0 }).reasons).toEqual([
      "accuracyDrop@2% <= 0.05 is open: no attack at 2 % has ended",
    ]);
  });

  it("holds a limit on a count against that budget alone, though a share comes to the same", () => {
    const counted = [{ fraction: 0.01 * (1 - 1e-12), count: 50, unit: "rows" }] as const;
    const own = { ...summary, counted };
    expect(outcomeOf("accuracyDrop@50rows <= 0.05", { summary: own })).toBe("incomplete");
    const moved = {
      ...own,
      entries: summary.entries.map((one) => (one.budgetFraction === 0.01 ? { ...one, budgetFraction: counted[0].fraction } : one)),
      strongest: summary.strongest.map((one) => (one.budgetFraction === 0.01 ? { ...one, budgetFraction: counted[0].fraction } : one)),
    };
    expect(verdictOf(moved, [parseLimit("accuracyDrop@50rows <= 1")], { strict: false, missingTrials: 0 }).reasons[0]).toContain(
      "the strongest attack at 50 rows, gives",
    );
    expect(outcomeOf("accuracyDrop@1% <= 1", { summary: moved })).toBe("incomplete");
  });

  it("turns into exit codes", () => {
    expect(
      (["pass", "not-judged", "inconclusive", "fail", "incomplete"] as const).map((outcome) => exitCodeOf({ outcome, reasons: [] })),
    ).toEqual([0, 0, 0, 1, 3]);
  });
});

describe("parseLimit", () => {
  it("reads a budget as a share or as a count", () => {
    expect(parseLimit("accuracyDrop@1% <= 5%")).toMatchObject({ metric: "accuracyDrop", budget: 0.01, bound: 0.05 });
    expect(parseLimit("accuracyDrop @ 50 rows <= 0.05")).toMatchObject({ metric: "accuracyDrop", budget: "50rows" });
    expect(parseLimit("hitRateAt10Rise@1account <= 0.05").budget).toBe("1account");
    expect(parseLimit("accuracy >= 0.8").budget).toBeNull();
  });

  it.each([
    "accuracyDrop",
    "accuracyDrop@1% < 0.1",
    "accuracyDrop@0% <= 0.1",
    "accuracyDrop@150% <= 0.1",
    "accuracyDrop@1% <= x",
    "accuracyDrop@0rows <= 0.1",
    "accuracyDrop@5cows <= 0.1",
    "",
  ])("refuses %j", (text) => {
    expect(() => parseLimit(text)).toThrow("--limit must look like");
  });
});

describe("what a verdict says", () => {
  it("says so where a single seed decides, though others ended", () => {
    const clean = { ...entry(null, 0, "accuracy", { value: 0.9, low: 0.88, high: 0.92 }), seeds: 1 };
    const one = { ...summary, entries: [...summary.entries, clean] };
    const { outcome, reasons } = verdictOf(one, [parseLimit("accuracy >= 0.95")], { strict: false, missingTrials: 0 });
    expect([outcome, reasons[0]]).toEqual([
      "fail",
      "accuracy >= 0.95 is broken: the clean model gives 0.900 [0.880, 0.920], whose interval knows the test rows of a single seed only",
    ]);
  });

  it("names the goal of the attack that a limit is held against where it is not that of the study", () => {
    const success = { ...entry("door", 0.01, "attackSuccessRate", { value: 0.9, low: 0.8, high: 1 }), goal: "backdoor" as const };
    const both: Summary = {
      ...summary,
      entries: [...summary.entries, success],
      strongestByGoal: [{ goal: "backdoor", budgetFraction: 0.01, attack: "door", rivals: [] }],
    };
    expect(verdictOf(both, [parseLimit("attackSuccessRate@1% <= 0.1")], { strict: false, missingTrials: 0 }).reasons[0]).toContain(
      'door, the strongest attack on the goal "backdoor" at 1 %, gives 0.900',
    );
  });
});

it("is told to others in the words of its failures that may be told", () => {
  const failures = [{ id: "t1", attack: null, error: 'cannot read "secret cell": no' }];
  const verdict = verdictOf({ ...summary, failures } as never, [], { strict: false, missingTrials: 1 });
  const told = [{ ...failures[0], error: 'cannot read "…": no' }];
  expect(tellVerdict(verdict, failures as never, told as never)).toEqual({
    outcome: "incomplete",
    reasons: ["1 planned trial is missing", 'trial t1 (baseline) failed: cannot read "…": no'],
  });
  const ofSeveral = { ...verdict, reasons: verdict.reasons.map((reason) => `mlp: ${reason}`) };
  expect(JSON.stringify(tellVerdict(ofSeveral, failures as never, []))).not.toContain("secret");
});
