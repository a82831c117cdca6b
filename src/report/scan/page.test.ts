import { describe, expect, it } from "vitest";
import { blocksOf, idsOf, stringsOf, tableOf } from "../../../test/page-document.ts";
import type { ScanResult } from "../../study/scan/scan-result.ts";
import { type ScanPageInput, scanPage } from "./page.ts";

const secret = "day that really gift year";
const result: ScanResult = {
  rows: Array.from({ length: 40 }, (_, row) => ({
    ...{ row, flagged: row < 4, score: 1 - row / 40, scores: { loss: 0.5 } },
    reasons: row < 4 ? [`holds the phrase "${secret}", which 4 of 4 rows labelled "good" share`, "and more"] : [],
  })),
  campaigns: [
    {
      ...{
        detectors: ["text-campaigns"],
        rows: [0, 1, 2],
        accounts: ["mallory", "oscar"],
        tasks: ["shoes"],
        days: ["2026-01-02", "2026-01-04"],
      },
      ...{ baseTexts: 1, sentence: `3 rows by 2 accounts: near-copies of "${secret}"`, expectedFalseAlarms: null },
    },
  ],
  sources: [{ name: "mallory", rows: 5, flaggedRows: 3, flagged: true, score: 1, reasons: [`wrote "${secret}"`] }],
  tasks: [{ name: "shoes", rows: 9, flaggedRows: 3, flagged: false, score: 1, reasons: [] }],
  expectedFalseAlarms: null,
  falseAlarms: { statedRows: 0, expected: 0, unknownRows: 4, unknownBy: ["loss"] },
  detectors: [{ id: "loss", subject: "row", flaggedRows: 4, hasRule: true, silence: null, expectedFalseAlarms: null, error: null }],
};

function pageOf(over: Partial<ScanPageInput> = {}) {
  return scanPage({
    ...{ title: "reviews.csv", size: "40 rows", theriac: "0.0.0", result, cannotSee: ["what nobody looks for"], notes: [], rows: 40 },
    notRun: [{ detector: "knn", why: "at quick effort" }],
    ...{ lines: null, knownNames: ["good", "text"], cells: null, command: "theriac clean reviews.csv --scan run" },
    ...over,
  });
}

describe("the page of a scan", () => {
  it("holds no cell and no account unless it is told to, and says which it does", () => {
    const mailed = stringsOf(pageOf());
    for (const word of [secret, "mallory", "oscar", "shoes"]) expect(mailed.join("\n")).not.toContain(word);
    expect(mailed).toContain('holds the phrase "…", which 4 of 4 rows labelled "good" share');
    expect(pageOf().keeps).toContain("no cell of the data and no name of an account or a task");
    const kept = pageOf({ cells: [{ name: "text", cellOf: (row) => `text of row ${row}` }] });
    for (const word of [secret, "mallory and oscar", "shoes", "text of row 2"]) expect(stringsOf(kept).join("\n")).toContain(word);
    expect(kept.keeps).toContain("think before it is mailed");
  });

  it("tells a group by its sentence, its accounts, days and rows, and of innocents that are not known that they are not", () => {
    const page = pageOf();
    const facts = blocksOf(page).find((block) => block.kind === "facts");
    expect(facts?.kind === "facts" && Object.fromEntries(facts.items.map(({ name, values }) => [name, values[0]]))).toMatchObject({
      ...{
        Rows: "3",
        Accounts: "2",
        Tasks: "1",
        Days: "2026-01-02 to 2026-01-04",
        "Made from": "1 text",
        "Innocents to expect": "not known",
      },
    });
    expect(tableOf(page, "group-1-rows").rows.map(([row]) => row)).toEqual([1, 2, 3]);
    expect(new Set(idsOf(page)).size).toBe(idsOf(page).length);
  });

  it("says of silence who kept it, what cannot be seen, and which detectors did not run", () => {
    const silent = pageOf({
      result: { ...result, rows: result.rows.map((row) => ({ ...row, flagged: false })), campaigns: [], sources: [] },
    });
    const told = stringsOf(silent).join("\n");
    expect(told).toContain("None of 40 rows is flagged by the rule of loss.");
    expect(told).toContain("Not seen, whatever the data hold: what nobody looks for.");
    expect(told).toContain("knn: at quick effort");
  });

  it("cuts what is long, and says so", () => {
    const long = pageOf({ cells: [{ name: "text", cellOf: () => "x".repeat(1_000_000) }] });
    expect(JSON.stringify(long).length).toBeLessThan(200_000);
    expect(stringsOf(long).some((text) => text.endsWith("… (1,000,000 characters)"))).toBe(true);
  });
});
