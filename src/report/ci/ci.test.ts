import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { schemaFaults } from "../../../test/schemas/check-schema.ts";
import type { CampaignFinding, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import { markdownTable, markdownText } from "../words/markdown.ts";
import type { CiFinding, CiReport } from "./ci-report.ts";
import { renderCodeQuality } from "./code-quality.ts";
import { renderSarif, sarifLimits, uriOf } from "./sarif.ts";
import { scanReport } from "./scan-report.ts";
import { renderStepSummary } from "./step-summary.ts";

const hostile = '<script>|`@all`|\n](http://evil)\u001b[31m "quoted" 💥 \ud800';
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

function reportOf(findings: readonly CiFinding[], more: Partial<CiReport> = {}): CiReport {
  const rules = [{ id: "flagged-row", title: "A row", help: hostile }];
  return {
    title: hostile,
    version: "0.1.0",
    isWhole: true,
    rules,
    findings,
    summary: [hostile],
    unseen: [hostile],
    properties: { [hostile]: hostile },
    ...more,
  };
}

const findingAt = (line: number, message = hostile): CiFinding => ({
  ...{ rule: "flagged-row", level: "warning", message, fingerprint: digest(String(line)).slice(0, 16), rows: 1 },
  locations: [{ path: "data/rows of\u202e mine.csv", startLine: line, endLine: line }],
});

interface Log {
  readonly runs: readonly [
    { readonly results: readonly Record<string, any>[]; readonly properties: { readonly leftOut: number }; readonly invocations: any[] },
  ];
}

describe("SARIF", () => {
  it("holds by its public schema, whatever the texts are", () => {
    const log = JSON.parse(renderSarif(reportOf([findingAt(1), { ...findingAt(2), locations: [{ path: "a.parquet" }] }]))) as Log;
    expect(schemaFaults("sarif-2.1.0", log)).toEqual([]);
    expect(schemaFaults("sarif-2.1.0", { ...log, runs: [{ ...log.runs[0], results: [{ level: "bad" }] }] }).length).toBeGreaterThan(0);
    expect(log.runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "data/rows%20of%E2%80%AE%20mine.csv", uriBaseId: "%SRCROOT%" },
      region: { startLine: 1, endLine: 1 },
    });
    expect(log.runs[0].results[0].message.text).toContain("\\u001b[31m");
    expect(renderSarif(reportOf([findingAt(1)]))).not.toContain(String.raw`)\u001b[`);
  });

  it("keeps to 5,000 results and 10 MB, the gravest first, and says how many are left out", () => {
    const many = Array.from({ length: 6000 }, (_, i) => findingAt(i + 1, "x"));
    const log = JSON.parse(renderSarif(reportOf(many))) as Log;
    expect([log.runs[0].results.length, log.runs[0].properties.leftOut]).toEqual([5000, 1000]);
    expect(log.runs[0].invocations[0].toolExecutionNotifications[0].message.text).toMatch(/^1,000 findings of lower rank are left out/);
    expect(schemaFaults("sarif-2.1.0", log)).toEqual([]);
    const long = Array.from({ length: 5000 }, (_, i) => ({
      ...findingAt(i + 1, "é".repeat(1000)),
      locations: new Array(100).fill({ path: "ü".repeat(20), startLine: 1 }),
    }));
    const text = renderSarif(reportOf(long));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(sarifLimits.bytes);
    const cut = JSON.parse(text) as Log;
    expect(cut.runs[0].results.length + cut.runs[0].properties.leftOut).toBe(5000);
    expect(cut.runs[0].results.length).toBeGreaterThan(100);
  });

  it("names files by references that are no address and no command", () => {
    expect([uriOf("a b/c?d#e.csv"), uriOf("\ud800.csv"), uriOf("C:x.csv")]).toEqual(["a%20b/c%3Fd%23e.csv", "%EF%BF%BD.csv", "C%3Ax.csv"]);
  });
});

describe("other forms", () => {
  it("of Code Quality hold by GitLab's list of keys", () => {
    const list = JSON.parse(renderCodeQuality(reportOf([findingAt(7), { ...findingAt(2), locations: [{ path: "a.parquet" }] }]))) as Record<
      string,
      any
    >[];
    expect(schemaFaults("gitlab-code-quality", list)).toEqual([]);
    expect(list.map(({ location }) => location.lines.begin)).toEqual([7, 1]);
  });

  it("in Markdown show outside text as it is written and stay below a megabyte", () => {
    const told = markdownText(hostile);
    expect(told).not.toMatch(/[<>]|(?<!\\)[`|[\]]|@|:\/\/|\n/);
    expect(markdownText("accuracyDrop@1% <= 0.05")).toBe("accuracyDrop&#64;1% &lt;= 0.05");
    expect(markdownTable([["a"], ["b|c"]]).split("\n")).toEqual(["| a |", "| --- |", "| b\\|c |"]);
    const text = renderStepSummary(reportOf(Array.from({ length: 9000 }, (_, i) => findingAt(i + 1))));
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
    expect(text).toContain("and 8,950 findings more.");
  });
});

describe("the report of a scan", () => {
  const row = (at: number, score: number, flagged = true): RowFinding => ({
    row: at,
    flagged,
    score,
    reasons: flagged ? ["odd"] : [],
    scores: {},
  });
  const campaign = {
    detectors: ["copies"],
    rows: [2, 3, 4, 8],
    sentence: "four copies",
    expectedFalseAlarms: null,
  } as unknown as CampaignFinding;
  const resultOf = (rows: readonly RowFinding[], campaigns: readonly CampaignFinding[]): ScanResult => ({
    ...{ rows, campaigns, sources: [], tasks: [], expectedFalseAlarms: null, detectors: [] },
    falseAlarms: { statedRows: 0, expected: 0, unknownRows: rows.length, unknownBy: ["copies"] },
  });
  const scan = (result: ScanResult, shift = 0): CiReport =>
    scanReport(
      {
        ...{ result, notRun: [], cannotSee: [], rules: [{ id: "copies", title: "Copies", help: "copies" }], digest, mostFlagged: 4 },
        placeOf: (at) => ({ path: "a.csv", startLine: at + 2, endLine: at + 2 }),
        contentOf: (at) => `content ${at - shift}`,
      },
      { title: "scan", version: "0", properties: {} },
    );

  it("has one finding for each group with its lines, then the rows that are in none, and the broken limit first", () => {
    const { findings, rules } = scan(resultOf([row(3, 9), row(2, 8), row(4, 7), row(8, 6), row(0, 2), row(1, 0, false)], [campaign]));
    expect(findings.map(({ rule, level, rows }) => [rule, level, rows])).toEqual([
      ["limit", "error", 5],
      ["copies", "warning", 4],
      ["flagged-row", "warning", 1],
    ]);
    // The most suspicious row of the group is shown first; lines that follow each other are one place.
    expect(findings[1].locations.map(({ startLine, endLine }) => [startLine, endLine])).toEqual([[5, 5], [4, 4], [6, 6], [10, 10]]); // prettier-ignore
    expect(rules.map(({ id }) => id)).toEqual(["copies", "flagged-row", "limit"]);
  });

  it("knows a finding again wherever its rows stand, and tells equal rows apart", () => {
    const rows = [2, 3, 4, 8, 0].map((at, i) => row(at, 9 - i));
    const moved = scan(
      resultOf(
        rows.map((one) => ({ ...one, row: one.row + 5 })),
        [{ ...campaign, rows: campaign.rows.map((at) => at + 5) }],
      ),
      5,
    );
    expect(moved.findings.map(({ fingerprint }) => fingerprint)).toEqual(
      scan(resultOf(rows, [campaign])).findings.map(({ fingerprint }) => fingerprint),
    );
    const twins = scanReport(
      {
        ...{ result: resultOf([row(0, 2), row(1, 1)], []), notRun: [], cannotSee: [], rules: [], digest },
        placeOf: () => ({ path: "a.csv" }),
        contentOf: () => "the same",
      },
      { title: "scan", version: "0", properties: {} },
    );
    expect(new Set(twins.findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });
});
