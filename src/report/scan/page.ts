import type { CampaignFinding, GroupFinding, NotRun, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import { facts, folded, listed, opened, prose, section } from "../page/blocks.ts";
import type { Block, Cell, Column, Figures, PageDocument, Section, Table } from "../page/document.ts";
import { redactMarks, redactQuotes } from "../words/redact.ts";
import { capitalised, countOf, countText, listText, shareText } from "../words/words.ts";
import { sightOf, summaryOf, summaryOfAccounts } from "./scan-text.ts";

export interface ScanPageInput {
  /** What the data are called. */
  readonly title: string;
  /** How much there is of them, and which run it was. */
  readonly size: string;
  readonly theriac: string;
  readonly result: ScanResult;
  readonly notRun: readonly NotRun[];
  /** A part of a sentence each. */
  readonly cannotSee: readonly string[];
  /** What was said when the data were read, without cells. */
  readonly notes: readonly string[];
  /** Rows of the data. */
  readonly rows: number;
  /** The line on which each row begins, from 1; null where the data have no lines. */
  readonly lines: ArrayLike<number> | null;
  /** Names of columns and classes, which may be told; whatever else is quoted may be a cell. */
  readonly knownNames: readonly string[];
  /** What the rows hold, and who wrote them; null where the page keeps that to itself. */
  readonly cells: readonly { readonly name: string; cellOf(row: number): string }[] | null;
  /** What to type to take out what was found. */
  readonly command: string;
}

/** As much of a page as lists of rows may take, in characters, and of a cell. */
const mostListed = 2_000_000;
const mostOfCell = 1000;
const mostRows = 4000;
const mostOfCampaign = 150;
const mostCampaigns = 200;

/** What a scan found, group by group, then row by row. */
export function scanPage(input: ScanPageInput): PageDocument {
  const { title, size, theriac, result, notRun, notes, cells, command } = input;
  const told = result.detectors.flatMap(({ id, findings = [] }) => findings.map((text) => capitalised(`${id}: ${tell(input, text)}.`)));
  const sections = [
    answerSection(input),
    campaignsSection(input),
    rowsSection(input),
    groupsSection(input, "accounts", "Accounts", result.sources),
    groupsSection(input, "tasks", "Tasks", result.tasks),
    told.length === 0 ? null : section("whole", "The data and the model as a whole", told[0], listed(...told)),
    detectorsSection(result, notRun),
    notes.length === 0
      ? null
      : section(
          "notes",
          "What was odd in the data",
          `${countOf(notes.length, "note")}.`,
          listed(...notes.map((note) => `${capitalised(note)}.`)),
        ),
    section("next", "What to do with it", "Write cleaned and quarantined rows; together they are exactly the input.", {
      kind: "code",
      text: command,
      name: "Command",
    }),
  ];
  return {
    kind: "scan",
    kicker: "Theriac scan",
    title,
    size,
    theriac,
    sections: sections.filter((part) => part !== null),
    keeps:
      cells === null
        ? "The page holds no cell of the data and no name of an account or a task (--include-rows puts them in), and loads nothing."
        : "The page holds rows of the data and names of accounts and tasks: think before it is mailed. It loads nothing.",
  };
}

/** A sentence without the cells that it quotes. */
function tell({ cells, knownNames, result }: ScanPageInput, text: string): string {
  if (cells !== null) return text;
  return result.judgedRecords === undefined ? redactQuotes(text, knownNames) : redactMarks(text, marksOf(result));
}

const marksOfResult = new WeakMap<ScanResult, readonly string[]>();

/** What findings say that their records share, longest first. */
function marksOf(result: ScanResult): readonly string[] {
  const known = marksOfResult.get(result);
  if (known !== undefined) return known;
  const marks = [...new Set(result.campaigns.flatMap(({ marks: own = [] }) => own))].sort((a, b) => b.length - a.length);
  marksOfResult.set(result, marks);
  return marks;
}

function answerSection(input: ScanPageInput): Section {
  const { result, cannotSee, rows } = input;
  const { judged, falseAlarms, detectors, campaigns, expectedFalseAlarms } = result;
  const flagged = result.rows.filter((row) => row.flagged).length;
  const main = judged === undefined ? summaryOf(rows, flagged, falseAlarms, detectors) : summaryOfAccounts(result, judged);
  const largest = campaigns.slice(0, 3).map((campaign) => `${capitalised(tell(input, campaign.sentence))}.`);
  const figures: Figures["items"] = [
    { name: judged === undefined ? "Rows" : "Accounts", value: judged === undefined ? rows : judged.accounts },
    {
      name: judged === undefined ? "Flagged rows" : "Flagged accounts",
      value: judged === undefined ? flagged : result.sources.filter((source) => source.flagged).length,
    },
    { name: "Groups", value: campaigns.length },
    {
      name: "False alarms expected",
      value: expectedFalseAlarms === null ? "not known" : `about ${countText(Math.round(expectedFalseAlarms))}`,
    },
  ];
  const sight = sightOf(detectors, cannotSee).split("\n");
  return opened(
    section(
      "found",
      "What was found",
      "",
      { kind: "sentences", look: "answer", items: [main, ...largest] },
      { kind: "figures", items: figures },
      sight[0] === "" ? null : { kind: "sentences", look: "small", items: sight },
    ),
  );
}

/** Groups of rows that belong together, the largest first: each opens to its evidence and its rows. */
function campaignsSection(input: ScanPageInput): Section | null {
  const { campaigns } = input.result;
  if (campaigns.length === 0) return null;
  const shown = campaigns.slice(0, mostCampaigns);
  const room = Math.floor(mostListed / 2 / shown.length);
  return opened(
    section(
      "groups",
      "Groups that belong together",
      `The ${input.result.judgedRecords === undefined ? "largest" : "strongest"} first; a row may be in several.`,
      ...shown.map((campaign, k) => campaignBlock(input, campaign, k, room)),
      shown.length === campaigns.length
        ? null
        : prose(`${countText(campaigns.length - shown.length)} smaller groups are left out here: manifest.json has them.`),
    ),
  );
}

function campaignBlock(input: ScanPageInput, campaign: CampaignFinding, k: number, room: number): Block {
  const { rows, accounts, tasks, days, baseTexts, detectors, sentence, expectedFalseAlarms, marks, evidence, isWeak } = campaign;
  const named = (names: readonly string[]): string =>
    names.length > 40 ? `${names.slice(0, 40).join(", ")} and ${countText(names.length - 40)} more` : listText(names);
  const known: readonly (readonly [string, string] | null)[] = [
    ["Rows", countText(rows.length)],
    ["Accounts", accounts.length === 0 ? "not known" : input.cells === null ? countText(accounts.length) : named(accounts)],
    tasks.length === 0 ? null : ["Tasks", input.cells === null ? countText(tasks.length) : named(tasks)],
    days === null ? null : ["Days", days[0] === days[1] ? days[0] : `${days[0]} to ${days[1]}`],
    baseTexts === null ? null : ["Made from", countOf(baseTexts, "text")],
    marks === undefined || marks.length === 0 || input.cells === null ? null : ["Shared", listText(marks)],
    evidence === undefined ? null : ["Evidence", `${evidence.toFixed(1)}, on a scale where one more is ten times as rare`],
    ["Innocents to expect", expectedFalseAlarms === null ? "not known" : `about ${expectedFalseAlarms.toFixed(1)}`],
    ["Found by", listText(detectors)],
  ];
  const byRow = findingsByRow(input.result);
  return {
    kind: "details",
    id: `group-${k + 1}`,
    summary: `${capitalised(tell(input, sentence))}`,
    note: `${isWeak === true ? "Worth a look, and not flagged. " : ""}Group ${k + 1}: ${countOf(rows.length, "row")}${accounts.length === 0 ? "" : `, ${countOf(accounts.length, "account")}`}${days === null ? "" : `, ${days[0]} to ${days[1]}`}`,
    ...(k === 0 ? { isOpen: true as const } : {}),
    blocks: [
      facts(known.filter((fact) => fact !== null)),
      rowTable(input, {
        id: `group-${k + 1}-rows`,
        caption: `Rows of group ${k + 1}`,
        rows: rows.map((row) => byRow.get(row) ?? { row, flagged: false, score: NaN, reasons: [], scores: {} }),
        most: mostOfCampaign,
        room,
      }),
    ],
  };
}

const byRowOf = new WeakMap<ScanResult, ReadonlyMap<number, RowFinding>>();

function findingsByRow(result: ScanResult): ReadonlyMap<number, RowFinding> {
  const found = byRowOf.get(result);
  if (found !== undefined) return found;
  const wanted = new Set(result.campaigns.flatMap(({ rows }) => rows.slice(0, mostOfCampaign)));
  const made = new Map(result.rows.flatMap((finding) => (wanted.has(finding.row) ? [[finding.row, finding] as const] : [])));
  byRowOf.set(result, made);
  return made;
}

function rowsSection(input: ScanPageInput): Section | null {
  const { rows } = input.result;
  if (rows.length === 0) return null;
  const flagged = rows.filter((row) => row.flagged).length;
  return section(
    "rows",
    "Rows by suspicion",
    flagged === 0
      ? "None is flagged; the most suspicious come first."
      : `${countOf(flagged, "flagged row")} (${shareText(flagged / input.rows)}), the most suspicious first, then the next below the cut.`,
    rowTable(input, { id: "rows-table", caption: "The most suspicious rows", rows, most: mostRows, room: mostListed }),
  );
}

interface Listing {
  readonly id: string;
  readonly caption: string;
  readonly rows: readonly RowFinding[];
  readonly most: number;
  /** Characters. */
  readonly room: number;
}

function rowTable(input: ScanPageInput, { id, caption, rows, most, room }: Listing): Table {
  const { lines, cells } = input;
  const columns: Column[] = [
    { name: "Row", unit: "count" },
    ...(cells ?? []).map(({ name }) => ({ name })),
    { name: "Why" },
    { name: "Suspicion", decimals: 2 },
    { name: "Flagged", filter: true },
    ...(lines === null ? [] : [{ name: "Line", unit: "count" as const }]),
    { name: "All reasons", hidden: true },
    { name: "By detector", hidden: true },
  ];
  const told: Cell[][] = [];
  let length = 0;
  for (const { row, flagged, score, reasons, scores } of rows.slice(0, most)) {
    const cellsOfRow = (cells ?? []).map(({ cellOf }) => cut(cellOf(row)));
    const [first = "", ...rest] = reasons.map((reason) => tell(input, reason));
    const all = rest.length === 0 ? "" : [first, ...rest].join("; ");
    const byDetector = Object.entries(scores)
      .map(([detector, value]) => `${detector} ${value.toFixed(2)}`)
      .join(", ");
    length += 60 + first.length + all.length + byDetector.length + cellsOfRow.reduce((sum, cell) => sum + cell.length, 0);
    if (length > room && told.length > 0) break;
    told.push([
      row + 1,
      ...cellsOfRow,
      rest.length === 0 ? first : { text: first, note: `and ${countOf(rest.length, "more reason")}` },
      Number.isFinite(score) ? score : null,
      flagged ? "yes" : "no",
      ...(lines === null ? [] : [lines[row]]),
      all,
      byDetector,
    ]);
  }
  const left = rows.length - told.length;
  return {
    kind: "table",
    id,
    caption: `${caption}${left === 0 ? "" : `: the first ${countText(told.length)} of ${countText(rows.length)}`}`,
    columns,
    rows: told,
    shown: 10,
    ...(left === 0
      ? {}
      : {
          leftOut: `${countText(left)} more rows are left out here, so that the page stays small: findings.jsonl in the folder of the scan has them all.`,
        }),
  };
}

function cut(text: string): string {
  return text.length <= mostOfCell ? text : `${text.slice(0, mostOfCell)} … (${countText(text.length)} characters)`;
}

function groupsSection(input: ScanPageInput, id: "accounts" | "tasks", title: string, groups: readonly GroupFinding[]): Section | null {
  const isListed = id === "accounts" && input.result.judged !== undefined;
  const shown = isListed ? groups : groups.filter(({ flagged, flaggedRows }) => flagged || flaggedRows > 0);
  if (shown.length === 0) return null;
  const isNamed = input.cells !== null;
  const told = shown.slice(0, mostRows);
  return section(
    id,
    title,
    `${countText(shown.length)} ${isListed ? "are listed, the most suspicious first" : "with something flagged"}${isNamed ? "" : `; ${id === "tasks" ? "what they are called" : "who they are"}, the page keeps to itself`}.`,
    {
      kind: "table",
      id: `${id}-table`,
      caption: `${title} by suspicion`,
      columns: [
        { name: isNamed ? title.slice(0, -1) : "Place" },
        { name: "Rows", unit: "count" },
        { name: "Flagged rows", unit: "count" },
        { name: "Flagged itself", filter: true },
        { name: "Why" },
      ],
      rows: told.map(({ name, rows, flaggedRows, flagged, reasons }, k) => [
        isNamed ? name : k + 1,
        rows,
        flaggedRows,
        flagged ? "yes" : "no",
        cut(reasons.map((reason) => tell(input, reason)).join("; ")),
      ]),
      ...(told.length === shown.length
        ? {}
        : { leftOut: `${countText(shown.length - told.length)} more are left out here: manifest.json has them.` }),
    },
  );
}

function detectorsSection({ detectors }: ScanResult, notRun: readonly NotRun[]): Section {
  const byReason = new Map<string, string[]>();
  for (const { detector, why } of notRun) byReason.set(why, [...(byReason.get(why) ?? []), detector]);
  return section(
    "detectors",
    "Who looked, and who did not",
    `${countOf(detectors.length, "detector")} looked${notRun.length === 0 ? "" : `; ${countText(notRun.length)} did not`}.`,
    {
      kind: "table",
      id: "detectors-table",
      caption: "Detectors, and how many of what each flags to expect innocent",
      columns: [{ name: "Detector" }, { name: "Judges" }, { name: "Rows flagged" }, { name: "False alarms expected" }, { name: "Remark" }],
      rows: detectors.map(({ id, subject, flaggedRows, hasRule, silence, expectedFalseAlarms, error }) => [
        id,
        subject,
        flaggedRows ?? (error !== null ? null : silence !== null ? "silent" : hasRule ? null : "ranks only"),
        expectedFalseAlarms === null || silence !== null
          ? flaggedRows === null || flaggedRows === 0
            ? null
            : "not known"
          : Number(expectedFalseAlarms.toFixed(1)),
        error ?? silence ?? "",
      ]),
    },
    notRun.length === 0
      ? null
      : folded(
          "not-run",
          `Detectors that did not run (${notRun.length})`,
          listed(...Array.from(byReason, ([why, ids]) => `${listText(ids)}: ${why}`)),
        ),
  );
}
