import { describe, expect, it } from "vitest";
import { catalog } from "../../catalog.ts";
import { logistic } from "../../learners/logistic.ts";
import { cannotSee, cannotSeeInRatings } from "./cannot-see.ts";
import { accountDetectorsNotRun, detectorsNotRun } from "./not-run.ts";
import type { DetectorOutcome } from "./scan-result.ts";

const outcome = (id: string, more: Partial<DetectorOutcome> = {}): DetectorOutcome => ({
  ...{ id, subject: "row", flaggedRows: 0, hasRule: true, silence: null, expectedFalseAlarms: null, error: null },
  ...more,
});
const everything = ["loss", "near-duplicates", "trigger-association"].map((id) => outcome(id));
const sight = { detectors: everything, hasSources: true, hasText: true } as const;

describe("what a scan could not have seen", () => {
  it("is nothing where every kind of rule ran, and accounts and text were there", () => {
    expect(cannotSee(sight)).toEqual([]);
  });

  it("names accounts without a column, text that was not read, and labels that no rule flags", () => {
    expect(cannotSee({ ...sight, hasSources: false, hasText: false })).toEqual([
      "campaigns of accounts (no column says who contributed a row: --source)",
      "triggers in text (no text was read: --text)",
    ]);
    const ofNumbers = [outcome("loss", { hasRule: false }), outcome("near-duplicates")];
    expect(cannotSee({ ...sight, detectors: ofNumbers })).toEqual([
      "wrong labels (no rule for them ran)",
      "triggers (no rule for them ran)",
    ]);
  });

  it("holds what a rule would have seen that failed or broke down", () => {
    const broken = [
      outcome("loss"),
      outcome("near-duplicates", { silence: "its rule broke down" }),
      outcome("trigger-association", { hasRule: false, error: "no" }),
    ];
    expect(cannotSee({ ...sight, detectors: broken })).toEqual([
      "floods of copies (their rule keeps silent)",
      "triggers (no rule for them ran)",
    ]);
  });
});

describe("what a scan of ratings could not have seen", () => {
  it("is whoever rates as others do, who works alone, and campaigns where no rule ran", () => {
    const last = "accounts that rate as genuine users do, such as those of genuine users that somebody took over";
    expect(cannotSeeInRatings([outcome("account-evidence"), outcome("rdma", { hasRule: false })])).toEqual([
      "accounts that work alone (what is flagged are groups behind an item)",
      last,
    ]);
    for (const detectors of [
      [outcome("rdma", { hasRule: false })],
      [outcome("account-evidence", { silence: "it scores all accounts alike" })],
    ])
      expect(cannotSeeInRatings(detectors)).toEqual([
        `campaigns of accounts (${detectors[0].silence === null ? "no rule for them ran" : "the rules for them keep silent"})`,
        ...["accounts that work alone", last],
      ]);
  });
});

describe("detectors of accounts that did not run", () => {
  it("were not named, would join in later, or gave out", () => {
    const ran = [outcome("account-evidence"), outcome("rdma", { error: "singular" })];
    const all = catalog.ratings.detectors.filter(({ id }) => ["account-evidence", "rdma", "unrap"].includes(id));
    expect(accountDetectorsNotRun(all, ran, { effort: "quick", isNamed: true })).toEqual([
      { detector: "rdma", why: "its numbers gave out: singular" },
      { detector: "unrap", why: "not asked for (--detector)" },
    ]);
    const later = all.map((method) => ({ ...method, effort: "full" as const }));
    expect(accountDetectorsNotRun(later, ran, { effort: "quick", isNamed: false }).at(-1)).toEqual({
      detector: "unrap",
      why: "asked from --effort full on",
    });
  });
});

describe("detectors that did not run", () => {
  const setting = {
    target: "classes",
    learning: { learner: logistic, sharing: "pooled" },
    hasSources: false,
    hasText: true,
    tasks: 1,
    effort: "quick",
    isNamed: false,
  } as const;
  const whyOf = (id: string, outcomes: readonly DetectorOutcome[], more: object = {}): string | undefined =>
    detectorsNotRun(catalog.detectors, outcomes, { ...setting, ...more }).find(({ detector }) => detector === id)?.why;

  it("each say why, and those that ran are not among them", () => {
    expect(whyOf("loss", everything)).toBeUndefined();
    expect(whyOf("source-conduct", everything)).toBe("no column says who contributed a row (--source)");
    expect(whyOf("account-contradiction", everything)).toBe("no column says who contributed a row (--source)");
    expect(whyOf("near-duplicates", [])).toBe("it judges tables without text");
    expect(whyOf("text-campaigns", [], { hasText: false })).toBe("no text was read (--text)");
    expect(whyOf("task-value", everything)).toBe("there is one task only (--task)");
    expect(whyOf("strip", everything)).toBe("asked from --effort full on");
    expect(whyOf("strip", everything, { isNamed: true })).toBe("not asked for (--detector)");
    expect(whyOf("loss", [outcome("loss", { error: "singular" })])).toBe("its numbers gave out: singular");
    expect(whyOf("confident-learning", [], { target: "real" })).toBe("it needs classes, and the label is a number");
    expect(whyOf("trigger-inversion", everything, { effort: "full" })).toContain("it needs mlp or encoder-head");
  });
});
