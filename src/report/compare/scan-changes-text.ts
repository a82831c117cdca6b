import { countOf } from "../words/words.ts";
import type { ChangedGroup, ChangedRow, ScanChanges } from "./scan-changes.ts";

const shown = 20;

/** What changed between two scans, for a terminal. */
export function renderScanChanges({ outcome, findings, rows }: ScanChanges, warnings: readonly string[]): string {
  const parts = [
    `What changed: ${outcome === "same" ? "nothing: the same rows and groups are flagged" : `${countOf(rows.new.length, "flagged row")} new, ${rows.fixed.length} gone, ${rows.unchanged} in both`}`,
    ...warnings,
    ...groupsPart("Groups, new", findings.new),
    ...groupsPart("Groups, gone", findings.fixed),
    ...groupsPart("Groups, in both", findings.unchanged),
    ...rowsPart("Flagged rows, new", rows.new, { there: "was there and not flagged", not: "came in", unknown: "" }),
    ...rowsPart("Flagged rows, gone", rows.fixed, { there: "is there and not flagged", not: "was taken out", unknown: "" }),
    "Rows are known again by what they say, not by their place. A row that is no longer flagged is not proven innocent.",
  ];
  return parts.join("\n\n");
}

function groupsPart(title: string, groups: readonly ChangedGroup[]): string[] {
  if (groups.length === 0) return [];
  return [
    `${title}:\n${lines(groups.map(({ rows, detectors, sentence }) => `${countOf(rows.length, "row")}, ${detectors.join(" and ")}: ${sentence}`))}`,
  ];
}

function rowsPart(title: string, rows: readonly ChangedRow[], words: { there: string; not: string; unknown: string }): string[] {
  if (rows.length === 0) return [];
  const told = rows.map(({ row, wasThere, reasons }) => {
    const how = wasThere === null ? words.unknown : wasThere ? words.there : words.not;
    return `row ${row}${how === "" ? "" : ` (${how})`}: ${reasons.join("; ")}`;
  });
  return [`${title}:\n${lines(told)}`];
}

function lines(all: readonly string[]): string {
  return [...all.slice(0, shown), ...(all.length > shown ? [`and ${all.length - shown} more (--json has all)`] : [])]
    .map((line) => `  ${line}`)
    .join("\n");
}
