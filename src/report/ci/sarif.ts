import { visible } from "../../core/text/visible.ts";
import { countOf, countText } from "../words/words.ts";
import { type CiFinding, type CiLocation, type CiReport, shortLine } from "./ci-report.ts";

/** What code hosts take of one log: GitHub shows 5,000 results of a run and refuses more than 10 MB. */
export const sarifLimits = { results: 5000, bytes: 10_000_000, locations: 100 } as const;

/**
 * A SARIF 2.1.0 log: one result for each finding, with the lines of its rows and a fingerprint of what they say. The gravest findings come first, and what does not fit is
 * left out and counted in a notification of the invocation.
 *
 * @param limits smaller ones for tests
 */
export function renderSarif(report: CiReport, limits: Readonly<Record<keyof typeof sarifLimits, number>> = sarifLimits): string {
  const ids = report.rules.map(({ id }) => id);
  const texts: string[] = [];
  // The rest of the log, with room for the sentence on what was left out.
  let bytes = byteLength(logOf(report, [], 1)) + 1000;
  for (const finding of report.findings.slice(0, limits.results)) {
    const text = JSON.stringify(resultOf(finding, ids, limits.locations));
    bytes += byteLength(text) + 2;
    if (bytes > limits.bytes) break;
    texts.push(text);
  }
  return logOf(report, texts, report.findings.length - texts.length);
}

function logOf(
  { title, version, isWhole, rules, summary, unseen, properties }: CiReport,
  results: readonly string[],
  left: number,
): string {
  const leftOut =
    left === 0
      ? []
      : [
          `${countOf(left, "finding")} of lower rank ${left === 1 ? "is" : "are"} left out: a log takes ${countText(sarifLimits.results)} results and 10 MB`,
        ];
  const notify = (level: "note" | "warning") => (text: string) => ({ level, message: { text: visible(shortLine(text)) } });
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Theriac",
            version,
            semanticVersion: version,
            rules: rules.map(({ id, title: name, help }) => ({
              id,
              shortDescription: { text: visible(shortLine(name)) },
              fullDescription: { text: visible(shortLine(help)) },
              help: { text: visible(shortLine(help)) },
            })),
          },
        },
        automationDetails: { id: `theriac/${visible(shortLine(title, 200))}` },
        invocations: [
          {
            executionSuccessful: isWhole,
            toolExecutionNotifications: [...leftOut.map(notify("warning")), ...summary.map(notify("note")), ...unseen.map(notify("note"))],
          },
        ],
        columnKind: "utf16CodeUnits",
        properties: {
          ...Object.fromEntries(Object.entries(properties).map(([key, value]) => [visible(key), visible(value)])),
          leftOut: left,
        },
        results: [],
      },
    ],
  };
  const text = JSON.stringify(log);
  // Last in the text, and no outside string can hold it: a quote there is escaped.
  const at = text.lastIndexOf('"results":[]') + '"results":['.length;
  return `${text.slice(0, at)}${results.join(",\n")}${text.slice(at)}\n`;
}

function resultOf({ rule, level, message, fingerprint, locations, rows }: CiFinding, ids: readonly string[], most: number): object {
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level,
    message: { text: visible(shortLine(message)) },
    locations: locations.slice(0, most).map(locationOf),
    partialFingerprints: { "theriacRowContent/v1": fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
    ...(rows === undefined
      ? {}
      : { properties: { rows, ...(locations.length > most ? { locationsLeftOut: locations.length - most } : {}) } }),
  };
}

function locationOf({ path, startLine, endLine }: CiLocation): object {
  const region = startLine === undefined ? {} : { region: { startLine, endLine: endLine ?? startLine } };
  return { physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: "%SRCROOT%" }, ...region } };
}

/** A path as a relative reference: every part percent-encoded, none that could be taken for a scheme. */
export function uriOf(path: string): string {
  return path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
}

/** Bytes in UTF-8; the pure layers have no encoder. */
function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair is two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}
