import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CampaignFinding, RowFinding } from "../../study/scan/scan-result.ts";
import { readReview, reviewFile } from "./review-file.ts";

let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "theriac-review-"))));
afterAll(() => rmSync(folder, { recursive: true }));

const data = {
  rows: 6,
  columns: [{ name: "text", cellOf: (row: number) => `text ${row + 1}` }],
  nameOf: (row: number) => `row ${row + 1}`,
};
const finding = (row: number, flagged: boolean): RowFinding => ({
  row,
  flagged,
  score: 1 - row / 10,
  reasons: [`why ${row + 1}`],
  scores: {},
});
const rows = [finding(3, true), finding(4, true), finding(0, true), finding(1, false), finding(2, false)];
const about = { detectors: [], accounts: [], tasks: [], days: null, baseTexts: null, expectedFalseAlarms: null };
const group = (...members: number[]): CampaignFinding => ({ ...about, rows: members, sentence: `${members.length} rows, alike` });
const campaigns = [group(3, 4, 5), group(0, 4)];
const text = reviewFile(data, { rows, campaigns }, null, "scan-1").text;

/** The decisions of the file with a word written into the lines of some groups and rows. */
function decided(words: { readonly [line: string]: string }): [number, string][] {
  const [header, ...lines] = text.trimEnd().split("\n");
  const written = lines.map((line) => {
    const [row, of, , ...rest] = line.split(",");
    const word = words[row === "" ? `group ${of}` : `row ${row}`] ?? "";
    return [row, of, word, ...rest].join(",");
  });
  const path = join(folder, "review.csv");
  writeFileSync(path, [header, ...written, ""].join("\n"));
  const numbered = campaigns.map(({ rows: members }) => ({ rows: members.map((row) => row + 1) }));
  return readReview(path, data.rows, "scan-1", numbered)
    .decisions.map(({ row, decision }): [number, string] => [row + 1, decision])
    .sort(([a], [b]) => a - b);
}

describe("the file that a moderator decides on", () => {
  it("has a line for each group first, then rows with the numbers of their groups", () => {
    expect(text.split("\n").slice(0, 5)).toEqual([
      "row,group,decision,flagged,score,reasons,text,scan",
      ',1,,yes,,"3 rows, alike",,scan-1',
      ',2,,yes,,"2 rows, alike",,scan-1',
      "4,1,,yes,0.7000,why 4,text 4,scan-1",
      "5,1 2,,yes,0.6000,why 5,text 5,scan-1",
    ]);
  });

  it("decides on all rows of a group at once, listed or not, and a row’s own decision goes before", () => {
    expect(decided({})).toEqual([]);
    expect(decided({ "group 1": "remove" })).toEqual([
      [4, "remove"],
      [5, "remove"],
      [6, "remove"],
    ]);
    expect(decided({ "group 1": "remove", "row 5": "keep", "row 2": "remove" })).toEqual([
      [2, "remove"],
      [4, "remove"],
      [5, "keep"],
      [6, "remove"],
    ]);
  });

  it("refuses two groups that say different things of one row, unless the row says it itself, and a group that is none", () => {
    expect(() => decided({ "group 1": "remove", "group 2": "keep" })).toThrow(
      /line 3, group 2: row 5 is to keep, and line 2 says remove; decide once/,
    );
    expect(decided({ "group 1": "remove", "group 2": "keep", "row 5": "keep" })).toHaveLength(4);
    const path = join(folder, "strange.csv");
    writeFileSync(path, "row,group,decision\n,3,remove\n");
    expect(() => readReview(path, 6, "scan-1", campaigns)).toThrow(/line 2, column group: must be a group from 1 to 2, got "3"/);
    expect(() => readReview(path, 6, "scan-1")).toThrow(/this scan found no group/);
  });
});
