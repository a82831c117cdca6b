import { describe, expect, it } from "vitest";
import type { FalseAlarms } from "../../core/false-alarms.ts";
import type { DetectorOutcome, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import { renderScan, summaryOf } from "./scan-text.ts";

const outcome = (id: string, more: Partial<DetectorOutcome> = {}): DetectorOutcome => ({
  ...{ id, subject: "row", flaggedRows: 0, hasRule: true, silence: null, expectedFalseAlarms: null, error: null },
  ...more,
});
const alarms = (statedRows: number, expected: number, unknownRows = 0, ...unknownBy: string[]): FalseAlarms => ({
  statedRows,
  expected,
  unknownRows,
  unknownBy,
});
const said = (flagged: number, of: FalseAlarms, detectors = [outcome("loss")]): string => summaryOf(300, flagged, of, detectors);

describe("what a scan says first", () => {
  it("is how many flagged rows are false alarms as far as that is known, and never 0 where it is not", () => {
    expect(said(16, alarms(0, 0, 16, "strip", "near-duplicates"))).toBe(
      "16 rows of 300 flagged (5.3 %); how many of them are false alarms is not known: the rules of strip and near-duplicates cannot say.",
    );
    expect(said(16, alarms(10, 3.2, 6, "strip"))).toBe(
      "16 rows of 300 flagged (5.3 %); how many are false alarms is not known for 6 of them (the rule of strip cannot say); of the other 10 about 3 are expected to be.",
    );
    expect(said(3, alarms(1, 0.2, 2, "strip"))).toBe(
      "3 rows of 300 flagged (1.0 %); how many are false alarms is not known for 2 of them (the rule of strip cannot say); of the other one less than one is expected to be.",
    );
    expect(said(9, alarms(9, 1.2))).toBe("9 rows of 300 flagged (3.0 %); about 1 of them is expected to be false alarms.");
    expect(said(9, alarms(9, 0.1))).toBe("9 rows of 300 flagged (3.0 %); less than one of them is expected to be false alarms.");
  });

  it("is by which rules nothing is flagged, and that this says nothing where none had its say", () => {
    expect(
      said(0, alarms(0, 0), [
        outcome("loss"),
        outcome("strip"),
        outcome("knn", { hasRule: false }),
        outcome("task-value", { subject: "task" }),
      ]),
    ).toBe("None of 300 rows is flagged by the rules of loss and strip.");
    for (const detectors of [
      [],
      [outcome("knn", { hasRule: false })],
      [outcome("loss", { error: "no", hasRule: false, flaggedRows: null })],
    ])
      expect(said(0, alarms(0, 0), detectors)).toBe(
        "None of 300 rows is flagged, which says nothing: no detector with a rule for such data had its say.",
      );
    expect(said(0, alarms(0, 0), [outcome("loss"), outcome("near-duplicates", { silence: "its rule broke down: …" })])).toBe(
      "No row is told from the rest: the rule of near-duplicates broke down, and the rule of loss flags none of 300 rows.",
    );
  });

  it("goes on with what could not be seen and with what did not run", () => {
    const result: ScanResult = {
      rows: [{ row: 0, flagged: false, score: 0, reasons: [], scores: {} } satisfies RowFinding],
      sources: [],
      campaigns: [],
      tasks: [],
      expectedFalseAlarms: 0,
      falseAlarms: alarms(0, 0),
      detectors: [outcome("loss"), outcome("sever", { hasRule: false, error: "singular", flaggedRows: null })],
    };
    const text = renderScan({
      ...{ result, top: 5, nameOf: String },
      cannotSee: ["campaigns of accounts (no column)"],
      notRun: [
        { detector: "strip", why: "asked from --effort full on" },
        { detector: "roni", why: "asked from --effort full on" },
      ],
    });
    expect(text).toContain("Not seen, whatever the data hold: campaigns of accounts (no column).\nsever gave out and said nothing.");
    expect(text).toContain("Detectors that did not run\n  strip and roni: asked from --effort full on");
    expect(text).not.toMatch(/nothing stands out/i);
  });

  it("tells each campaign in a sentence with its first rows", () => {
    const campaign = {
      ...{ detectors: ["text-campaigns"], accounts: ["a"], tasks: [], days: null, baseTexts: 1, expectedFalseAlarms: null },
      ...{ rows: Array.from({ length: 10 }, (_, i) => i), sentence: "10 rows by 1 account say the same" },
    };
    const result: ScanResult = {
      ...{ rows: [], sources: [], campaigns: [campaign], tasks: [], expectedFalseAlarms: 0, falseAlarms: alarms(0, 0), detectors: [] },
    };
    const text = renderScan({ result, top: 5, nameOf: (row) => `#${row + 1}`, cannotSee: [], notRun: [] });
    expect(text).toContain("Campaigns (1)\n  10 rows by 1 account say the same (rows #1, #2, #3, #4, #5, #6, #7, #8 and 2 more)");
  });

  it("tells of accounts where they are judged, and not of each of their rows", () => {
    const account = { rows: 4, flaggedRows: 4, flagged: true, score: 1.2, reasons: ["they act alike"] };
    const result: ScanResult = {
      rows: [{ row: 0, source: "a", flagged: true, score: 1.2, reasons: account.reasons, scores: {} }],
      sources: [
        { name: "a", ...account },
        { name: "b", ...account, flaggedRows: 0, flagged: false, score: 0.2, reasons: [] },
      ],
      campaigns: [],
      tasks: [],
      expectedFalseAlarms: null,
      falseAlarms: alarms(0, 0, 4, "account-evidence"),
      detectors: [outcome("account-evidence", { subject: "source", flaggedRows: 4 })],
      judged: { accounts: 40, rows: 400 },
    };
    const text = (changed: Partial<ScanResult> = {}): string =>
      renderScan({ result: { ...result, ...changed }, top: 5, nameOf: String, cannotSee: [], notRun: [] });
    expect(text()).toMatch(
      /^1 account of 40 flagged \(2\.5 %\), with 4 of 400 rows; how many of them are false alarms is not known: the rule of account-evidence cannot say\.\n/,
    );
    expect(text()).toMatch(/^Accounts \(1\)\naccount +rows +flagged +why\na +4 +4 +they act alike$/m);
    expect(text()).not.toContain("Most suspicious rows");
    expect(text({ sources: [], rows: [] })).toMatch(/^None of 40 accounts is flagged by the rule of account-evidence\.\n/);
  });
});
