import { visible } from "../core/visible.ts";
import type { GroupFinding, RowFinding, ScanResult } from "../study/scan/scan-result.ts";
import { textTable } from "./text-table.ts";
import { countOf } from "./words.ts";

export interface ScanText {
  readonly result: ScanResult;
  /** Rows shown. */
  readonly top: number;
  /** What a data row is called for people: its id, or its number. */
  nameOf(row: number): string;
}

/** The longest reason printed whole. */
const longest = 140;

/** What a scan found, for a terminal. */
export function renderScan({ result, top, nameOf }: ScanText): string {
  const { rows, sources, tasks, detectors, expectedFalseAlarms } = result;
  const flagged = rows.filter((row) => row.flagged);
  const parts = [summaryOf(rows.length, flagged.length, expectedFalseAlarms)];
  if (flagged.length > 0)
    parts.push(`Most suspicious rows (${Math.min(top, flagged.length)} of ${flagged.length})\n${rowTable(flagged.slice(0, top), nameOf)}`);
  const findings = detectors.flatMap(({ id, findings: told = [] }) => told.map((text) => `${id}: ${text}`));
  if (findings.length > 0) parts.push(`The model as a whole\n${findings.map((text) => `  ${visible(text)}`).join("\n")}`);
  const named = sources.filter((source) => source.flagged);
  if (named.length > 0) parts.push(`Accounts (${named.length})\n${groupTable("account", named.slice(0, top))}`);
  const affected = tasks.filter((task) => task.flagged || task.flaggedRows > 0);
  if (affected.length > 0) parts.push(`Tasks with flagged rows\n${groupTable("task", affected.slice(0, top))}`);
  parts.push(
    `Detectors\n${textTable([
      ["detector", "rows flagged", "false alarms expected", ""],
      ...detectors.map(({ id, flaggedRows, expectedFalseAlarms: expected, error }) => [
        id,
        flaggedRows === null ? unflaggedText(error, expected) : String(flaggedRows),
        expected === null ? "–" : expected.toFixed(1),
        error ?? "",
      ]),
    ])}`,
  );
  return parts.join("\n\n");
}

/** A rule that can say how often it is wrong, and flags nothing for it, is told from a detector that has no rule. */
function unflaggedText(error: string | null, expected: number | null): string {
  if (error !== null) return "–";
  return expected === null ? "ranks only" : "none: most would be false alarms";
}

export function summaryOf(rows: number, flagged: number, expectedFalseAlarms: number): string {
  if (flagged === 0) return `None of ${countOf(rows, "row")} is flagged: nothing stands out beyond what chance and hard examples explain.`;
  const share = `${((100 * flagged) / rows).toPrecision(2)} %`;
  return `${countOf(flagged, "row")} of ${rows} flagged (${share}); about ${expectedFalseAlarms.toFixed(0)} of them are expected to be false alarms.`;
}

function rowTable(rows: readonly RowFinding[], nameOf: (row: number) => string): string {
  return textTable([
    ["row", "score", "why"],
    ...rows.map(({ row, score, reasons }) => [nameOf(row), score.toFixed(2), cut(reasons.join("; "))]),
  ]);
}

function groupTable(what: string, groups: readonly GroupFinding[]): string {
  return textTable([
    [what, "rows", "flagged", "why"],
    ...groups.map(({ name, rows, flaggedRows, reasons }) => [name, String(rows), String(flaggedRows), cut(reasons.join("; "))]),
  ]);
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
