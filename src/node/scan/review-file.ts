import { readFileSync } from "node:fs";
import { UsageError } from "../../core/errors.ts";
import { readSpreadsheetCell, spreadsheetTable } from "../../report/words/spreadsheet.ts";
import type { CampaignFinding, ScanResult } from "../../study/scan/scan-result.ts";
import type { RowsOfScan } from "../kinds/scannable.ts";
import { parseRecord } from "../read/delimited/parse-record.ts";
import { recordsOf } from "../read/delimited/scan-records.ts";

/** Rows that are not flagged and yet go into the file for review. */
const reviewedBelow = 50;
const own = ["row", "group", "decision", "flagged", "score", "reasons", "line", "scan"];

export interface ReviewFile {
  readonly text: string;
  readonly rows: number;
}

/**
 * What a moderator decides on: a line for each group first, then every flagged row and some of the next, each with the numbers of its groups and an empty
 * decision. Each line carries the mark of its scan, so that the decisions on one scan cannot be taken for those on another.
 */
export function reviewFile(
  data: RowsOfScan,
  { rows, campaigns }: Pick<ScanResult, "rows" | "campaigns">,
  lines: Int32Array | null,
  mark: string,
): ReviewFile {
  const flagged = rows.filter((row) => row.flagged);
  const shown = [...flagged, ...rows.filter((row) => !row.flagged).slice(0, reviewedBelow)];
  const columns = data.columns.filter(({ name }) => !own.includes(name.trim().toLowerCase()));
  const groupsOf = new Map<number, number[]>();
  campaigns.forEach(({ rows: members }, at) => {
    for (const row of members) groupsOf.set(row, [...(groupsOf.get(row) ?? []), at + 1]);
  });
  const lineOf = (row: number): string[] => (lines === null ? [] : [String(lines[row])]);
  const isFlagged = new Set(flagged.map(({ row }) => row));
  const groups = campaigns.map(({ rows: members, sentence }, at) => [
    ...["", String(at + 1), "", members.some((row) => isFlagged.has(row)) ? "yes" : "no", "", sentence],
    ...columns.map(() => ""),
    ...(lines === null ? [] : [""]),
    mark,
  ]);
  const text = spreadsheetTable([
    [
      ...["row", "group", "decision", "flagged", "score", "reasons"],
      ...columns.map(({ name }) => name),
      ...(lines === null ? [] : ["line"]),
      "scan",
    ],
    ...groups,
    ...shown.map(({ row, flagged: is, score, reasons }) => [
      ...[String(row + 1), groupsOf.get(row)?.join(" ") ?? "", "", is ? "yes" : "no", score.toPrecision(4), reasons.join("; ")],
      ...columns.map(({ cellOf }) => cellOf(row)),
      ...lineOf(row),
      mark,
    ]),
  ]);
  return { text, rows: shown.length };
}

export interface Decision {
  /** Index of the data row, from 0. */
  readonly row: number;
  readonly decision: "keep" | "remove";
}

export interface Review {
  /** One for each row that was decided on. */
  readonly decisions: readonly Decision[];
  /** Whether the file says of which scan it is. */
  readonly isMarked: boolean;
}

/** A decision and the line that says it. */
interface Said {
  readonly decision: Decision["decision"];
  readonly line: number;
}

/**
 * Reads decisions: a CSV with the columns row (from 1 among the data rows) and decision. Where a line has no row and a group, it decides on the rows of that
 * group on which no line decides by itself.
 *
 * @param campaigns of the scan, with rows from 1
 * @throws UsageError on the review of another scan, on a row or group that is none, and where one row is decided in two ways
 */
export function readReview(path: string, rows: number, mark: string, campaigns: readonly Pick<CampaignFinding, "rows">[] = []): Review {
  const bytes = readBytes(path);
  const shape = { separator: 0x2c, quoted: true, returnEnds: false };
  const [header, ...records] = recordsOf(path, bytes, shape);
  const cellsOf = (record: (typeof records)[number]): string[] =>
    parseRecord(bytes, record, shape).map(({ text }) => readSpreadsheetCell(text.trim()).trim());
  const names = header === undefined ? [] : cellsOf(header).map((name) => name.replace(/^\uFEFF/, "").toLowerCase());
  const [rowAt, groupAt, decisionAt, scanAt] = ["row", "group", "decision", "scan"].map((name) => names.indexOf(name));
  if (rowAt < 0 || decisionAt < 0)
    throw new UsageError(`--review ${path} needs the columns row and decision, got ${names.join(", ") || "none"}`);
  if (scanAt < 0 && ["flagged", "score", "reasons"].every((name) => names.includes(name)))
    throw new UsageError(
      `--review ${path} does not say of which scan it is (its column scan is missing): it is of an earlier version, whose rows counted from 0, or was cut; scan the data again`,
    );
  const byRow = new Map<number, Said>();
  const byGroup = new Map<number, Said>();
  for (const record of records) {
    const cells = cellsOf(record);
    const where = `--review ${path}, line ${record.line}`;
    const of = scanAt < 0 ? mark : (cells[scanAt] ?? "");
    if (of !== mark)
      throw new UsageError(`${where}, column scan: these are decisions on another scan (${of || "none"}; this one is ${mark})`);
    const decision = (cells[decisionAt] ?? "").toLowerCase();
    if (decision === "") continue;
    const [row, group] = [cells[rowAt] ?? "", groupAt < 0 ? "" : (cells[groupAt] ?? "")];
    const isOfGroup = row === "" && group !== "";
    const at = isOfGroup ? groupOf(group, campaigns.length, where) : rowOf(row, rows, where);
    if (decision !== "keep" && decision !== "remove")
      throw new UsageError(`${where}, column decision: must be keep, remove or empty, got "${cells[decisionAt]}"`);
    decide(isOfGroup ? byGroup : byRow, at, { decision, line: record.line }, `${where}: ${isOfGroup ? "group" : "row"} ${at + 1}`);
  }
  const ofGroups = new Map<number, Said>();
  for (const [group, said] of byGroup)
    for (const row of campaigns[group].rows)
      if (!byRow.has(row - 1)) decide(ofGroups, row - 1, said, `--review ${path}, line ${said.line}, group ${group + 1}: row ${row}`);
  return { decisions: [...byRow, ...ofGroups].map(([row, { decision }]) => ({ row, decision })), isMarked: scanAt >= 0 };
}

/** @throws UsageError where something else was decided before */
function decide(said: Map<number, Said>, at: number, now: Said, what: string): void {
  const before = said.get(at);
  if (before !== undefined && before.decision !== now.decision)
    throw new UsageError(`${what} is to ${now.decision}, and line ${before.line} says ${before.decision}; decide once`);
  if (before === undefined) said.set(at, now);
}

function groupOf(text: string, groups: number, where: string): number {
  const group = /^[1-9]\d*$/.test(text) ? Number(text) : NaN;
  if (!(group <= groups))
    throw new UsageError(
      `${where}, column group: must be ${groups === 0 ? "empty, since this scan found no group" : `a group from 1 to ${groups}`}, got "${text}"`,
    );
  return group - 1;
}

/** Digits alone: what else a number may look like is no row. */
function rowOf(text: string, rows: number, where: string): number {
  const row = /^[1-9]\d*$/.test(text) ? Number(text) : NaN;
  if (!(row >= 1 && row <= rows))
    throw new UsageError(`${where}, column row: must be a data row from 1 to ${rows} (the first row after the header is 1), got "${text}"`);
  return row - 1;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === "ENOENT" ? `--review: there is no ${path}` : `--review ${path} cannot be read: ${message}`);
  }
}
