import { visible } from "../../core/text/visible.ts";
import type { CampaignFinding, DetectorOutcome, NotRun, ScanResult } from "../../study/scan/scan-result.ts";
import { textTable } from "../words/text-table.ts";
import { countOf, countText, listText } from "../words/words.ts";
import { innocentsText, notRunText } from "./scan-text.ts";

export interface DialoguesText {
  readonly result: ScanResult;
  readonly notRun: readonly NotRun[];
  readonly cannotSee: readonly string[];
  /** Findings shown. */
  readonly top: number;
  /** What a record is called for people, with its line where it has one: `line 12`. */
  nameOf(row: number): string;
}

/** Records of a finding that are named. */
const named = 8;
/** Marks of a finding that are shown. */
const shownMarks = 5;

/** What a scan of fine-tuning or retrieval data found, for a terminal: findings before records. */
export function renderDialogues({ result, notRun, cannotSee, top, nameOf }: DialoguesText): string {
  const { campaigns, detectors, sources } = result;
  const strong = campaigns.filter(({ isWeak }) => isWeak !== true);
  const weak = campaigns.filter(({ isWeak }) => isWeak === true);
  const parts = [[summaryOf(result, strong.length), ...sightOf(cannotSee, detectors)].join("\n")];
  if (strong.length > 0) parts.push(`${titleOf("Findings", strong, top)}\n${findingsText(strong.slice(0, top), nameOf)}`);
  if (weak.length > 0) parts.push(`${titleOf("Worth a look, and not flagged", weak, top)}\n${findingsText(weak.slice(0, top), nameOf)}`);
  const told = detectors.flatMap(({ id, findings = [] }) => findings.map((text) => `  ${visible(`${id}: ${text}`)}`));
  if (told.length > 0) parts.push(`The file as a whole\n${told.join("\n")}`);
  if (sources.length > 0)
    parts.push(
      `Contributors of flagged records\n${textTable([["contributor", "records", "flagged"], ...sources.slice(0, top).map(({ name, rows, flaggedRows }) => [name, String(rows), String(flaggedRows)])])}`,
    );
  if (detectors.length > 0) parts.push(`Detectors\n${detectorTable(detectors)}`);
  if (notRun.length > 0) parts.push(`Detectors that did not run\n${notRunText(notRun)}`);
  return parts.join("\n\n");
}

function summaryOf({ rows, judgedRecords = rows.length, falseAlarms, detectors }: ScanResult, findings: number): string {
  const flagged = rows.filter((row) => row.flagged).length;
  if (flagged === 0) {
    const heard = detectors.filter(({ error }) => error === null).map(({ id }) => id);
    return heard.length === 0
      ? `None of ${countOf(judgedRecords, "record")} is flagged, which says nothing: no detector ran.`
      : `None of ${countOf(judgedRecords, "record")} is flagged by ${listText(heard)}.`;
  }
  const share = `${Number(((100 * flagged) / judgedRecords).toPrecision(2))} %`;
  return `${countOf(flagged, "record")} of ${countText(judgedRecords)} flagged (${share}), in ${countOf(findings, "finding")}; ${innocentsText(falseAlarms)}.`;
}

function sightOf(cannotSee: readonly string[], detectors: readonly DetectorOutcome[]): string[] {
  const failed = detectors.filter(({ error }) => error !== null).map(({ id }) => id);
  return [
    ...(cannotSee.length > 0 ? [`Not seen, whatever the data hold: ${cannotSee.join("; ")}.`] : []),
    ...(failed.length > 0 ? [`${listText(failed)} gave out and said nothing.`] : []),
  ];
}

function titleOf(what: string, all: readonly unknown[], top: number): string {
  return all.length > top ? `${what} (${top} of ${all.length})` : `${what} (${all.length})`;
}

function findingsText(findings: readonly CampaignFinding[], nameOf: DialoguesText["nameOf"]): string {
  return findings.map((finding, i) => findingText(finding, i + 1, nameOf)).join("\n");
}

function findingText(finding: CampaignFinding, number: number, nameOf: DialoguesText["nameOf"]): string {
  const { sentence, rows, detectors, evidence = 0, expectedFindings, marks = [], examples = [] } = finding;
  const names = rows.slice(0, named).map(nameOf).join(", ");
  const more = rows.length > named ? ` and ${rows.length - named} more` : "";
  const shown = marks.slice(0, shownMarks).map((mark) => JSON.stringify(short(mark)));
  const marked =
    marks.length === 0 ? [] : [`shared: ${shown.join(", ")}${marks.length > shownMarks ? `, and ${marks.length - shownMarks} more` : ""}`];
  const lines = [
    `${number}. ${sentence}`,
    `   found by ${listText(detectors)}; evidence ${evidence.toFixed(1)}; ${expectedText(expectedFindings ?? null)}`,
    ...marked.map((text) => `   ${text}`),
    `   ${rows.length === 1 ? "record" : "records"}: ${names}${more}`,
    ...examples.map(
      ({ row, prompt, answer }) => `   ${nameOf(row)}: ${prompt === "" ? "" : `${JSON.stringify(prompt)} → `}${JSON.stringify(answer)}`,
    ),
  ];
  return lines.map((line) => `  ${visible(line)}`).join("\n");
}

function expectedText(expected: number | null): string {
  if (expected === null) return "how many such findings innocent data would show is not known";
  const about =
    expected >= 0.0995
      ? expected.toPrecision(2)
      : expected === 0
        ? "none"
        : expected < 1e-9
          ? "fewer than 0.000000001"
          : Number(expected.toPrecision(1)).toString();
  return `innocent data would show ${about} such finding${expected >= 0.95 && expected < 1.05 ? "" : "s"}`;
}

function detectorTable(detectors: readonly DetectorOutcome[]): string {
  return textTable([
    ["detector", "records flagged", "of them innocent, as expected", ""],
    ...detectors.map(({ id, flaggedRows, expectedFalseAlarms: expected, error }) => [
      id,
      flaggedRows === null ? "–" : String(flaggedRows),
      flaggedRows === null || flaggedRows === 0 ? "–" : expected === null ? "not known" : expected.toPrecision(2),
      error ?? "",
    ]),
  ]);
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
