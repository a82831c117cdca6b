import { catalog } from "../../catalog.ts";
import { type CampaignFacts, campaignFacts, countOf, whoWrote } from "../../blocks/copies/campaign-facts.ts";
import { type Table, columnOf } from "../../core/table.ts";
import { withCaution } from "../../blocks/outliers/combined-ranking.ts";
import { cannotSee } from "../../study/scan/cannot-see.ts";
import type { CampaignFinding, DetectorOutcome, GroupFinding, NotRun, RowFinding, ScanResult } from "../../study/scan/scan-result.ts";
import type { LyingAccount } from "./account-findings.ts";
import type { Candidates } from "./candidates.ts";
import type { CopyGroups } from "./copy-groups.ts";
import type { Judged } from "./judge-candidates.ts";
import type { SurprisingRows } from "./label-findings.ts";
import type { ReadBack } from "./read-back.ts";
import { type ToldPhrase, phraseSentence } from "./told-phrases.ts";

/** All that was found, by rows of the data. */
export interface Found {
  readonly judged: Judged;
  readonly copies: CopyGroups;
  readonly phrases: readonly ToldPhrase[];
  readonly liars: readonly LyingAccount[];
  readonly labels: SurprisingRows;
  readonly classes: readonly string[];
}

const ids = { copies: "text-campaigns", phrases: "trigger-association", liars: "lying-accounts", labels: "loss" } as const;

/** Every row that something flags, ascending. */
export function rowsFound({ judged, copies, phrases, liars, labels }: Found): Int32Array {
  const all = new Set<number>(labels.records);
  for (const { candidates } of judged.floods) for (const { key } of candidates) for (const record of copies.groups[key]) all.add(record);
  for (const { records } of [...phrases, ...liars]) for (const record of records) all.add(record);
  return Int32Array.from(all).sort();
}

/** What a scan in memory would say of them, in its shape. @param back the rows of `rowsFound` */
export function tellFindings(found: Found, back: ReadBack): ScanResult {
  const { judged, copies, phrases, liars, labels, classes } = found;
  const { table } = back.read;
  const facts = factsOf(table);
  const placeOf = new Map(Array.from(back.records, (record, at) => [record, at]));
  const scores = new Map<number, { score: number; reasons: string[]; by: Record<string, number> }>();
  const flag = (id: string, record: number, strength: number, reason: string): void => {
    let own = scores.get(record);
    if (own === undefined) scores.set(record, (own = { score: 0, reasons: [], by: {} }));
    if (own.by[id] === undefined) {
      own.score += 1 + strength;
      own.reasons.push(reason);
    }
    own.by[id] = Math.max(own.by[id] ?? 0, strength);
  };
  const campaigns: CampaignFinding[] = [];
  const add = (
    id: string,
    records: readonly number[],
    tell: (facts: CampaignFacts) => string,
    alarms: number | null,
    baseTexts: number | null,
  ): void => {
    const own = facts(records.map((record) => placeOf.get(record)!));
    const sorted = [...records].sort((a, b) => a - b);
    campaigns.push({ detectors: [id], ...own, rows: sorted, baseTexts, sentence: tell(own), expectedFalseAlarms: alarms });
  };
  for (const { candidates, told, alarmsPerRow, baseTexts } of judged.floods) {
    const groups = candidates.map(({ key }) => copies.groups[key]);
    const records = groups.flatMap((group) => [...group]);
    add(ids.copies, records, (who) => `${whoWrote(who)}${told}`, alarmsPerRow === null ? null : alarmsPerRow * records.length, baseTexts);
    for (const group of groups)
      for (const record of group) flag(ids.copies, record, 1, `nearly the same text as ${countOf(group.length - 1, "other row")}`);
  }
  for (const phrase of phrases) {
    const sentence = phraseSentence(phrase, classes);
    add(ids.phrases, [...phrase.records], ({ rows }) => `${countOf(rows.length, "row")} hold ${sentence}`, null, null);
    for (const record of phrase.records) flag(ids.phrases, record, 1, `holds ${sentence}`);
  }
  const sources = liars.map((account): GroupFinding => {
    const { records, wrong, held, denied, strength } = account;
    const said = `models that saw nothing of the account deny, among ${countOf(held, "row")} of it`;
    add(
      ids.liars,
      [...records],
      (who) => `${whoWrote(who)} bear labels which ${said}`,
      wrong.reduce((sum, chance) => sum + 1 - chance, 0),
      null,
    );
    const why = `${denied} of the ${held} rows of its account contradict models that saw nothing of it`;
    records.forEach((record, k) => flag(ids.liars, record, wrong[k], why));
    const [name] = facts(Array.from(records, (record) => placeOf.get(record)!)).accounts;
    return { name, rows: held, flaggedRows: records.length, flagged: true, score: strength, reasons: [why] };
  });
  const labelColumn = columnOf(table, table.roles.labels[0]);
  labels.records.forEach((record, k) => {
    const at = placeOf.get(record)!;
    const label = "names" in labelColumn ? labelColumn.names[labelColumn.codes[at]] : "";
    flag(
      ids.labels,
      record,
      1 - labels.chances[k],
      `labelled "${label}", which models that never saw it give a chance of ${labels.chances[k].toPrecision(2)}`,
    );
  });
  const rows = Array.from(scores, ([row, { score, reasons, by }]): RowFinding => ({ row, flagged: true, score, reasons, scores: by })).sort(
    (a, b) => b.score - a.score || a.row - b.row,
  );
  const stated = rows.filter(({ scores: by }) => Object.keys(by).some((id) => id !== ids.phrases)).length;
  const known = campaigns.reduce((sum, { expectedFalseAlarms }) => sum + (expectedFalseAlarms ?? 0), labels.expectedFalseAlarms);
  const unknownRows = rows.length - stated;
  const expected = Math.min(stated, withCaution(known));
  return {
    rows,
    sources,
    campaigns: campaigns.sort((a, b) => b.rows.length - a.rows.length),
    tasks: [],
    expectedFalseAlarms: unknownRows > 0 ? null : expected,
    falseAlarms: { statedRows: stated, expected, unknownRows, unknownBy: unknownRows > 0 ? [ids.phrases] : [] },
    detectors: outcomesOf(rows, campaigns, found, table.roles.source !== null),
  };
}

function outcomesOf(
  rows: readonly RowFinding[],
  campaigns: readonly CampaignFinding[],
  { judged, labels }: Found,
  hasSources: boolean,
): DetectorOutcome[] {
  const flaggedBy = (id: string): number => rows.reduce((sum, { scores }) => sum + Number(scores[id] !== undefined), 0);
  const alarmsOf = (id: string): number | null => {
    const alarms = campaigns.filter(({ detectors }) => detectors.includes(id)).map(({ expectedFalseAlarms }) => expectedFalseAlarms);
    return alarms.some((alarm) => alarm === null) ? null : withCaution(alarms.reduce<number>((sum, alarm) => sum + alarm!, 0));
  };
  const own = (id: string, expectedFalseAlarms: number | null, findings: readonly string[] = []): DetectorOutcome => ({
    ...{ id, subject: "row", flaggedRows: flaggedBy(id), hasRule: true, silence: null, expectedFalseAlarms },
    ...(findings.length === 0 ? {} : { findings }),
    error: judged.outcomes.find((outcome) => outcome.id === id)?.error ?? null,
  });
  const unlisted = labels.flagged - labels.records.length;
  return [
    own(ids.copies, alarmsOf(ids.copies)),
    own(ids.phrases, null),
    ...(hasSources ? [own(ids.liars, alarmsOf(ids.liars))] : []),
    own(
      ids.labels,
      withCaution(labels.expectedFalseAlarms),
      unlisted > 0 ? [`${labels.flagged} labels surprise; the ${labels.records.length} least probable are listed`] : [],
    ),
  ];
}

/** What was left out because the data are read piece by piece. */
export function leftOut(
  result: ScanResult,
  { judged }: Found,
  { leftGroups }: Candidates,
  hasSources: boolean,
): { notRun: NotRun[]; cannotSee: string[] } {
  const ran = new Set(result.detectors.map(({ id }) => id));
  const notRun = catalog.detectors
    .filter(({ id, subject, combines }) => subject !== "model" && combines !== true && !ran.has(id))
    .map(({ id }): NotRun => ({
      detector: id,
      why:
        id === ids.liars
          ? "no column says who contributed a row (--source)"
          : "it needs all rows in memory, and with --memory they are read piece by piece: scan a part of them without it",
    }));
  return {
    notRun,
    cannotSee: [
      ...cannotSee({ detectors: result.detectors, hasSources, hasText: true }),
      "groups of fewer than four copies, and floods of edited copies of one text that are more than 1 % of the rows (with --memory they are taken for the language's)",
      "copies that are put together from sentences of several texts, or hidden by look-alike letters alone",
      "triggers in more than 2 % of the rows, and of words that do not stand side by side (with --memory)",
      ...(hasSources ? ["accounts that each lie a little, together (with --memory each is judged alone)"] : []),
      ...(leftGroups > 0
        ? [`${countOf(leftGroups, "further group")} of copies, behind which the fewest accounts stand (with --memory the first are judged)`]
        : []),
      ...(judged.doubtful > 0
        ? [`the rest of ${countOf(judged.doubtful, "group")} of which some rows are copies and too few for all to be flagged`]
        : []),
    ],
  };
}

/** Who wrote rows of the table that was read back, about what and when; its rows are places in it, to be replaced. */
function factsOf(table: Table): (places: readonly number[]) => CampaignFacts {
  const { source } = table.roles;
  const column = source === null ? null : columnOf(table, source);
  const row = Int32Array.from({ length: table.rows }, (_, at) => at);
  const named = column !== null && "codes" in column ? column : null;
  const data = {
    row,
    source: named?.codes ?? new Int32Array(table.rows).fill(-1),
    sources: named?.names ?? [],
    task: new Int32Array(table.rows),
    tasks: [""],
  };
  return (places) => campaignFacts(data as Parameters<typeof campaignFacts>[0], table, places);
}
