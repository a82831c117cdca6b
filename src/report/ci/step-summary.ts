import { markdownTable, markdownText } from "../words/markdown.ts";
import { countOf } from "../words/words.ts";
import { type CiLevel, type CiLocation, type CiReport, shortLine } from "./ci-report.ts";

const shown = 50;
const levelWords: Readonly<Record<CiLevel, string>> = { error: "error", warning: "finding", note: "note" };

/** A summary in Markdown that fits on the page of a job: at most 50 findings, each in a line, far below the megabyte that a job may show. */
export function renderStepSummary({ title, version, findings, summary, unseen, properties }: CiReport): string {
  const listed = findings.slice(0, shown);
  const rows = listed.map(({ rule, level, message, locations: [first], rows: count }) => [
    levelWords[level],
    rule,
    shortLine(message, 300),
    count === undefined ? "" : String(count),
    placeText(first),
  ]);
  const parts = [
    `## Theriac: ${markdownText(shortLine(title, 200))}`,
    ...summary.slice(0, shown).map((text) => `- ${markdownText(shortLine(text, 500))}`),
    ...(findings.length === 0 ? [] : ["", markdownTable([["", "rule", "what was found", "rows", "first at"], ...rows])]),
    ...(findings.length > shown ? ["", `and ${countOf(findings.length - shown, "finding")} more.`] : []),
    ...(unseen.length === 0
      ? []
      : [
          "",
          "<details><summary>What was not looked at</summary>",
          "",
          ...unseen.slice(0, shown).map((text) => `- ${markdownText(shortLine(text, 300))}`),
          "",
          "</details>",
        ]),
    "",
    `Theriac ${markdownText(version)}; ${Object.entries(properties)
      .filter(([key]) => key.startsWith("data."))
      .slice(0, 5)
      .map(([key, value]) => `${markdownText(key)} ${markdownText(value)}`)
      .join(", ")}`,
  ];
  return `${parts.join("\n")}\n`;
}

function placeText({ path, startLine }: CiLocation): string {
  return startLine === undefined ? shortLine(path, 200) : `${shortLine(path, 200)}:${startLine}`;
}
