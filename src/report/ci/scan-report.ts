import { groupBy } from "../../study/strongest.ts";
import type { NotRun, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import { summaryOf } from "../scan/scan-text.ts";
import { countOf, listText } from "../words/words.ts";
import type { CiFinding, CiLocation, CiReport, CiRule } from "./ci-report.ts";

/** What a report of a scan is made of. Rows count from 0. */
export interface ScanOfData {
  readonly result: ScanResult;
  readonly notRun: readonly NotRun[];
  readonly cannotSee: readonly string[];
  /** What each rule is called and does. */
  readonly rules: readonly CiRule[];
  /** Where a row stands; its end is the last line that is still its own. */
  placeOf(row: number): CiLocation;
  /** A digest of what a row says. */
  contentOf(row: number): string;
  /** A digest of a text. */
  digest(text: string): string;
  /** Flagged rows above which a limit is broken; absent = none is set. */
  readonly mostFlagged?: number | undefined;
}

/** One finding for each group of rows that belong together, then one for each flagged row that is in none, the most suspicious first. */
export function scanReport(scan: ScanOfData, about: Pick<CiReport, "title" | "version" | "properties">): CiReport {
  const { result, notRun, cannotSee, rules } = scan;
  const flagged = result.rows.filter((row) => row.flagged);
  const byRow = new Map(result.rows.map((finding) => [finding.row, finding]));
  const grouped = new Set(result.campaigns.flatMap(({ rows }) => rows));
  const ofGroups = result.campaigns.map(({ detectors, rows, sentence, expectedFalseAlarms }): CiFinding => {
    const innocent =
      expectedFalseAlarms === null
        ? "how many of them are innocent is not known"
        : `about ${expectedFalseAlarms.toFixed(1)} of them are expected to be innocent`;
    const first = [...rows].sort((a, b) => (byRow.get(b)?.score ?? 0) - (byRow.get(a)?.score ?? 0));
    return findingOf(
      scan,
      ruleOf(detectors, rules),
      rows,
      [first[0], ...rows.filter((row) => row !== first[0])],
      `${sentence} (${countOf(rows.length, "row")}; ${innocent})`,
    );
  });
  // Where accounts are judged, all rows of one are flagged for the same reasons.
  const ofRows = groupBy(
    flagged.filter(({ row }) => !grouped.has(row)),
    ({ row, source }) => source ?? String(row),
  ).map((group) => {
    const rows = group.map(({ row }) => row);
    return findingOf(scan, rowRule.id, rows, rows, group[0].reasons.join("; ") || "flagged");
  });
  const findings = [...limitFinding(scan, flagged), ...distinct([...ofGroups, ...ofRows], scan.digest)];
  const failed = result.detectors.filter(({ error }) => error !== null).map(({ id }) => id);
  const used = new Set(findings.map(({ rule }) => rule));
  return {
    ...about,
    isWhole: failed.length === 0,
    rules: [...rules, rowRule, limitRule].filter(({ id }) => used.has(id)),
    findings,
    summary: [
      summaryOf(result.judged?.rows ?? result.totalRows ?? result.rows.length, flagged.length, result.falseAlarms, result.detectors),
    ],
    unseen: [
      ...cannotSee.map((part) => `Not seen, whatever the data hold: ${part}.`),
      ...(failed.length === 0 ? [] : [`${listText(failed)} gave out and said nothing.`]),
      ...notRun.map(({ detector, why }) => `${detector} did not run: ${why}`),
    ],
  };
}

const limitRule: CiRule = { id: "limit", title: "A limit is broken", help: "More rows are flagged than --most-flagged allows." };
const rowRule: CiRule = {
  id: "flagged-row",
  title: "A row is suspicious",
  help: "The rule of a detector flags the row; the message says why. theriac list detectors says what each goes by.",
};

function limitFinding({ mostFlagged, placeOf, digest }: ScanOfData, flagged: readonly RowFinding[]): CiFinding[] {
  if (mostFlagged === undefined || flagged.length <= mostFlagged) return [];
  const message = `${countOf(flagged.length, "row")} flagged, and at most ${mostFlagged} ${mostFlagged === 1 ? "is" : "are"} allowed`;
  return [
    {
      rule: limitRule.id,
      level: "error",
      message,
      fingerprint: digest("most-flagged").slice(0, 16),
      locations: [placeOf(flagged[0].row)],
      rows: flagged.length,
    },
  ];
}

/** @param order of the places, the one to be shown first */
function findingOf(
  { placeOf, contentOf, digest }: ScanOfData,
  rule: string,
  rows: readonly number[],
  order: readonly number[],
  message: string,
): CiFinding {
  const contents = rows.map(contentOf).sort();
  return {
    ...{ rule, level: "warning", message, rows: rows.length },
    fingerprint: digest(JSON.stringify([rule, contents])).slice(0, 16),
    locations: merged(order.map(placeOf)),
  };
}

/** Places that follow each other in one file are one. */
function merged(places: readonly CiLocation[]): CiLocation[] {
  const out: CiLocation[] = [];
  for (const place of places) {
    const last = out[out.length - 1];
    if (last === undefined || last.path !== place.path) out.push(place);
    else if (place.startLine === undefined) continue;
    else if (last.startLine !== undefined && place.startLine === (last.endLine ?? last.startLine) + 1)
      out[out.length - 1] = { ...last, endLine: place.endLine ?? place.startLine };
    else out.push(place);
  }
  return out;
}

/** Rows that say the same and are found by the same rule are told apart by their number, in the order of the report. */
function distinct(findings: readonly CiFinding[], digest: (text: string) => string): CiFinding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const count = seen.get(finding.fingerprint) ?? 0;
    seen.set(finding.fingerprint, count + 1);
    return count === 0 ? finding : { ...finding, fingerprint: digest(`${finding.fingerprint} ${count}`).slice(0, 16) };
  });
}

function ruleOf(detectors: readonly string[], rules: readonly CiRule[]): string {
  return detectors.find((id) => rules.some((rule) => rule.id === id)) ?? rowRule.id;
}
