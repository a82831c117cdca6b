import { type FalseAlarms, brokenDown } from "../../core/false-alarms.ts";
import { visible } from "../../core/text/visible.ts";
import type { CampaignFinding, DetectorOutcome, GroupFinding, NotRun, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import { textTable } from "../words/text-table.ts";
import { countOf, countText, listText } from "../words/words.ts";

export interface ScanText {
  readonly result: ScanResult;
  readonly notRun: readonly NotRun[];
  readonly cannotSee: readonly string[];
  /** Rows shown, and accounts. */
  readonly top: number;
  /** What a data row is called for people: its id, or its number. */
  nameOf(row: number): string;
}

/** The longest reason printed whole. */
const longest = 140;

/** What a scan found, for a terminal. */
export function renderScan({ result, notRun, cannotSee, top, nameOf }: ScanText): string {
  const { rows, sources, campaigns, tasks, detectors, falseAlarms, judged } = result;
  const flagged = rows.filter((row) => row.flagged);
  const summary =
    judged === undefined
      ? summaryOf(result.totalRows ?? rows.length, flagged.length, falseAlarms, detectors)
      : summaryOfAccounts(result, judged);
  const parts = [summary, sightOf(detectors, cannotSee)].filter((part) => part !== "");
  // All rows of an account have its score and its reasons, which stand once with the account.
  if (flagged.length > 0 && judged === undefined)
    parts.push(`Most suspicious rows (${Math.min(top, flagged.length)} of ${flagged.length})\n${rowTable(flagged.slice(0, top), nameOf)}`);
  if (campaigns.length > 0) parts.push(`Campaigns (${campaigns.length})\n${campaignText(campaigns.slice(0, top), nameOf)}`);
  const findings = detectors.flatMap(({ id, findings: told = [] }) => told.map((text) => `${id}: ${text}`));
  if (findings.length > 0)
    parts.push(
      `${judged === undefined ? "The data and the model as a whole" : "What planted accounts tell of the detectors"}\n${findings.map((text) => `  ${visible(text)}`).join("\n")}`,
    );
  const named = sources.filter((source) => source.flagged);
  if (named.length > 0) parts.push(`Accounts (${named.length})\n${groupTable("account", named.slice(0, top))}`);
  const affected = tasks.filter((task) => task.flagged || task.flaggedRows > 0);
  if (affected.length > 0) parts.push(`Tasks with flagged rows\n${groupTable("task", affected.slice(0, top))}`);
  parts.push(
    `Detectors\n${textTable([
      ["detector", "rows flagged", "false alarms expected", ""],
      ...detectors.map(({ id, flaggedRows, hasRule, silence, expectedFalseAlarms: expected, error }) => [
        id,
        flaggedRows === null ? (error !== null ? "–" : silence !== null ? "silent" : hasRule ? "–" : "ranks only") : String(flaggedRows),
        expected === null || silence !== null ? (flaggedRows === null || flaggedRows === 0 ? "–" : "not known") : expected.toFixed(1),
        error ?? silence ?? "",
      ]),
    ])}`,
  );
  if (notRun.length > 0) parts.push(`Detectors that did not run\n${notRunText(notRun)}`);
  return parts.join("\n\n");
}

/** A line for each reason. */
export function notRunText(notRun: readonly NotRun[]): string {
  const byReason = new Map<string, string[]>();
  for (const { detector, why } of notRun) byReason.set(why, [...(byReason.get(why) ?? []), detector]);
  return Array.from(byReason, ([why, ids]) => `  ${listText(ids)}: ${why}`).join("\n");
}

/** How many rows are flagged, by which rules nothing is where none is, and how many of them are innocent as far as rules can say. */
export function summaryOf(rows: number, flagged: number, falseAlarms: FalseAlarms, detectors: readonly DetectorOutcome[]): string {
  if (flagged === 0) return silenceText(countOf(rows, "row"), detectors);
  const share = sharedText(flagged, rows);
  return `${countOf(flagged, "row")} of ${countText(rows)} flagged (${share}); ${innocentsText(falseAlarms)}.`;
}

/** In per cent to two digits: `0.42 %`, `16 %`, `100 %`. */
function sharedText(some: number, all: number): string {
  const percent = (100 * some) / all;
  return `${percent >= 99.5 ? "100" : percent.toPrecision(2)} %`;
}

/** The same where accounts are judged, and rows by them. */
export function summaryOfAccounts({ sources, falseAlarms, detectors }: ScanResult, judged: NonNullable<ScanResult["judged"]>): string {
  const flagged = sources.filter((source) => source.flagged);
  if (flagged.length === 0) return silenceText(countOf(judged.accounts, "account"), detectors);
  const share = sharedText(flagged.length, judged.accounts);
  const rows = flagged.reduce((sum, source) => sum + source.rows, 0);
  return `${countOf(flagged.length, "account")} of ${countText(judged.accounts)} flagged (${share}), with ${countText(rows)} of ${countOf(judged.rows, "row")}; ${innocentsText(falseAlarms)}.`;
}

/** Who looked and flagged nothing: silence is worth as much as the rules that kept it. */
function silenceText(subjects: string, detectors: readonly DetectorOutcome[]): string {
  const ofRows = detectors.filter(({ hasRule, subject }) => hasRule && subject !== "task");
  const rules = ofRows.filter(({ silence }) => silence === null).map(({ id }) => id);
  const broken = ofRows.filter(({ silence }) => silence?.startsWith(brokenDown)).map(({ id }) => id);
  const of = `of ${subjects}`;
  const theRules = (ids: readonly string[]): string => `the ${ids.length === 1 ? "rule" : "rules"} of ${listText(ids)}`;
  if (broken.length > 0) {
    const others = rules.length === 0 ? "no other had its say" : `${theRules(rules)} flag${rules.length === 1 ? "s" : ""} none ${of}`;
    return `No row is told from the rest: ${theRules(broken)} broke down, and ${others}.`;
  }
  if (rules.length === 0) return `None ${of} is flagged, which says nothing: no detector with a rule for such data had its say.`;
  return `None ${of} is flagged by ${theRules(rules)}.`;
}

/** `not known for 12 of them, flagged by X; about 3 of the other 4`, or whichever of the two there is. */
export function innocentsText({ statedRows, expected, unknownRows, unknownBy }: FalseAlarms): string {
  const about = expected < 0.5 ? "less than one" : `about ${countText(Math.round(expected))}`;
  const verb = expected < 1.5 ? "is" : "are";
  if (unknownRows === 0) return `${about} of them ${verb} expected to be false alarms`;
  const rules = `${unknownBy.length === 1 ? "the rule" : "the rules"} of ${listText(unknownBy)} cannot say`;
  if (statedRows === 0) return `how many of them are false alarms is not known: ${rules}`;
  const others = statedRows === 1 ? "the other one" : `the other ${countText(statedRows)}`;
  return `how many are false alarms is not known for ${countText(unknownRows)} of them (${rules}); of ${others} ${about} ${verb} expected to be`;
}

/** What silence does not speak of. */
export function sightOf(detectors: readonly DetectorOutcome[], cannotSee: readonly string[]): string {
  const broken = detectors.filter(({ silence }) => silence !== null).map(({ id, silence }) => `${id}: ${silence}.`);
  const failed = detectors.filter(({ error }) => error !== null).map(({ id }) => id);
  return [
    ...(cannotSee.length > 0 ? [`Not seen, whatever the data hold: ${cannotSee.join("; ")}.`] : []),
    ...(failed.length > 0 ? [`${listText(failed)} gave out and said nothing.`] : []),
    ...broken,
  ].join("\n");
}

function rowTable(rows: readonly RowFinding[], nameOf: (row: number) => string): string {
  return textTable([
    ["row", "score", "why"],
    ...rows.map(({ row, score, reasons }) => [nameOf(row), score.toFixed(2), cut(reasons.join("; "))]),
  ]);
}

/** Rows of a campaign that are named. */
const namedRows = 8;

/** A sentence each, and its first rows. */
function campaignText(campaigns: readonly CampaignFinding[], nameOf: (row: number) => string): string {
  return campaigns
    .map(({ sentence, rows }) => {
      const names = rows.slice(0, namedRows).map(nameOf).join(", ");
      const more = rows.length > namedRows ? ` and ${rows.length - namedRows} more` : "";
      return `  ${visible(`${sentence} (${rows.length === 1 ? "row" : "rows"} ${names}${more})`)}`;
    })
    .join("\n");
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
