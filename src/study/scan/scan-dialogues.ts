import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import { type DialogueDetector, type DialogueGroup, type DialogueScores, type Dialogues } from "../../core/dialogues.ts";
import { NumericalError } from "../../core/errors.ts";
import type { FalseAlarms } from "../../core/false-alarms.ts";
import { exampleOf, turnsOf } from "./dialogue-examples.ts";
import { type MergedGroup, mergeGroups } from "./merge-groups.ts";
import type { CampaignExample, CampaignFinding, DetectorOutcome, GroupFinding, RowFinding, ScanResult } from "./scan-result.ts";

export interface ChosenDialogueDetector {
  readonly method: DialogueDetector;
  readonly params: unknown;
}

export interface DialogueScanOptions extends RunContext {
  readonly onDetector?: (done: number, total: number, id: string) => void;
  /** Hears all detectors on several threads; absent = one after another, here. */
  readonly hear?: ((units: readonly DialogueUnit[], onStart: (unit: DialogueUnit) => void) => Promise<readonly DialogueSaid[]>) | undefined;
}

/** A detector, by its place among those that are asked. */
export interface DialogueUnit {
  readonly detector: number;
}

/** What it said, which is plain data, or why its numbers gave out. */
export type DialogueSaid = { readonly scores: DialogueScores } | { readonly error: string };

/** Hears one detector. */
export async function hearDialogues(
  dialogues: Dialogues,
  { method, params }: ChosenDialogueDetector,
  options: RunContext,
): Promise<DialogueSaid> {
  stopIfCancelled(options.signal);
  try {
    const scores = await method.score(dialogues, { ...options, rng: options.rng.fork("detector").fork(method.id), params });
    checkScores(method.id, scores, dialogues.records);
    return { scores };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    return { error: error.message };
  }
}

/** What a detector said of every record. */
interface Voice {
  readonly id: string;
  readonly scores: DialogueScores;
}

/** Examples that a finding quotes. */
const quoted = 3;

/**
 * Judges records of fine-tuning data by all detectors together. They speak on one scale, so a record scores as high as the detector says that says most; what
 * belongs together is told as findings, the strongest first, and records of those that are not weak are flagged. Records of which nobody says anything are not listed.
 *
 * A detector whose numbers give out says so and is left out.
 */
export async function scanDialogues(
  dialogues: Dialogues,
  detectors: readonly ChosenDialogueDetector[],
  options: DialogueScanOptions,
): Promise<ScanResult> {
  const voices: Voice[] = [];
  const failed = new Map<string, string>();
  let started = 0;
  const onStart = ({ detector }: DialogueUnit): void => options.onDetector?.(started++, detectors.length, detectors[detector].method.id);
  const hearHere = async (units: readonly DialogueUnit[]): Promise<readonly DialogueSaid[]> => {
    const out: DialogueSaid[] = [];
    for (const unit of units) {
      onStart(unit);
      out.push(await hearDialogues(dialogues, detectors[unit.detector], options));
    }
    return out;
  };
  const said = await (options.hear ?? hearHere)(
    detectors.map((_, detector) => ({ detector })),
    onStart,
  );
  detectors.forEach(({ method: { id } }, i) => {
    const one = said[i];
    if ("scores" in one) voices.push({ id, scores: one.scores });
    else failed.set(id, one.error);
  });
  const findings = mergeGroups(voices.flatMap(({ id, scores }) => scores.groups.map((group) => ({ id, group }))));
  const flaggedBy = innocence(findings, dialogues.records);
  const shares = innocentShares(findings);
  const rows = listRows(dialogues, voices, findings, flaggedBy);
  const falseAlarms = falseAlarmsIn(flaggedBy);
  const alarmsOf = ({ groups }: DialogueScores): FalseAlarms =>
    falseAlarmsIn(innocence(mergeGroups(groups.map((group) => ({ id: "", group }))), dialogues.records));
  return {
    rows,
    judgedRecords: dialogues.records,
    sources: listSources(dialogues, rows),
    campaigns: findings.map((finding) => findingOf(finding, shares.get(finding) ?? null, dialogues)),
    tasks: [],
    expectedFalseAlarms: falseAlarms.unknownRows > 0 ? null : falseAlarms.expected,
    falseAlarms,
    detectors: detectors.map(({ method: { id } }): DetectorOutcome => {
      const voice = voices.find((one) => one.id === id);
      const common = { id, subject: "row", silence: null } as const;
      if (voice === undefined)
        return { ...common, flaggedRows: null, hasRule: false, expectedFalseAlarms: null, error: failed.get(id) ?? null };
      const alarms = alarmsOf(voice.scores);
      const { notes = [] } = voice.scores;
      return {
        ...common,
        flaggedRows: alarms.statedRows + alarms.unknownRows,
        hasRule: true,
        expectedFalseAlarms: alarms.unknownRows > 0 ? null : alarms.expected,
        ...(notes.length === 0 ? {} : { findings: notes }),
        error: null,
      };
    }),
  };
}

/** @throws Error where a detector breaks its contract */
function checkScores(id: string, { values, groups }: DialogueScores, records: number): void {
  if (values.length !== records) throw new Error(`${id} scored ${values.length} of ${records} records`);
  if (!values.every((value) => Number.isFinite(value))) throw new Error(`${id} gave a score that is no number`);
  for (const { records: own, evidence } of groups) {
    if (!Number.isFinite(evidence)) throw new Error(`${id} found a group whose evidence is no number`);
    own.forEach((record, i) => {
      if (record < 0 || record >= records || (i > 0 && record <= own[i - 1])) throw new Error(`${id} found a group of no such records`);
    });
  }
}

/** How sure it is of a flagged record that it belongs to a finding that innocent data would show too, and which detectors flag it. */
interface Flag {
  /** See `innocentShares`; null = not known. */
  innocent: number | null;
  readonly by: Set<string>;
}

/** Of findings that are not weak, the share that is expected to be innocent: expected ones at least as strong, among so many found; null = not known. */
function innocentShares(findings: readonly MergedGroup[]): ReadonlyMap<MergedGroup, number | null> {
  const found = new Map<string, number>();
  const rankOf = (finding: MergedGroup): number => Math.max(...finding.ids.map((id) => found.get(id) ?? 1));
  const shares = new Map<MergedGroup, number | null>();
  const known = findings.filter(({ group }) => group.isWeak !== true && group.expectedFindings !== null);
  for (const finding of known.sort((a, b) => a.group.expectedFindings! - b.group.expectedFindings!)) {
    for (const id of finding.ids) found.set(id, (found.get(id) ?? 0) + 1);
    shares.set(finding, Math.min(1, finding.group.expectedFindings! / rankOf(finding)));
  }
  return shares;
}

/** Of each flagged record, by the finding that speaks against it most clearly. */
function innocence(findings: readonly MergedGroup[], records: number): ReadonlyMap<number, Flag> {
  const out = new Map<number, Flag>();
  const shares = innocentShares(findings);
  for (const finding of findings) {
    const { group, ids } = finding;
    if (group.isWeak === true) continue;
    const own = shares.get(finding) ?? null;
    for (const record of group.records) {
      if (record >= records) continue;
      const flag = out.get(record);
      if (flag === undefined) out.set(record, { innocent: own, by: new Set(ids) });
      else {
        if (own !== null && (flag.innocent === null || own < flag.innocent)) flag.innocent = own;
        ids.forEach((id) => flag.by.add(id));
      }
    }
  }
  return out;
}

function falseAlarmsIn(flags: ReadonlyMap<number, Flag>): FalseAlarms {
  let [statedRows, expected, unknownRows] = [0, 0, 0];
  const unknownBy = new Set<string>();
  for (const { innocent, by } of flags.values()) {
    if (innocent === null) {
      unknownRows++;
      by.forEach((id) => unknownBy.add(id));
    } else {
      statedRows++;
      expected += innocent;
    }
  }
  return { statedRows, expected, unknownRows, unknownBy: [...unknownBy] };
}

/** Records of which somebody says something, by falling score. */
function listRows(
  dialogues: Dialogues,
  voices: readonly Voice[],
  findings: readonly MergedGroup[],
  flags: ReadonlyMap<number, Flag>,
): RowFinding[] {
  const { records } = dialogues;
  const score = new Float64Array(records);
  for (const { scores } of voices) scores.values.forEach((value, i) => (score[i] = Math.max(score[i], value)));
  // A record that is flagged is listed, even by a detector that forgot to score it.
  for (const { group } of findings) if (group.isWeak !== true) for (const i of group.records) score[i] = Math.max(score[i], group.evidence);
  const reasons = new Map<number, string[]>();
  for (const { group } of findings)
    if (group.isWeak !== true)
      for (const i of group.records) {
        const own = reasons.get(i);
        if (own === undefined) reasons.set(i, [group.sentence]);
        else own.push(group.sentence);
      }
  const listed: number[] = [];
  for (let i = 0; i < records; i++) if (score[i] > 0 || flags.has(i)) listed.push(i);
  listed.sort((a, b) => Number(flags.has(b)) - Number(flags.has(a)) || score[b] - score[a] || a - b);
  return listed.map((row) => ({
    row,
    flagged: flags.has(row),
    score: score[row],
    reasons: reasons.get(row) ?? [],
    scores: Object.fromEntries(voices.filter(({ scores }) => scores.values[row] !== 0).map(({ id, scores }) => [id, scores.values[row]])),
  }));
}

/** Contributors of flagged records, by how many these are. */
function listSources({ records, source, sources }: Dialogues, rows: readonly RowFinding[]): GroupFinding[] {
  const counts = new Int32Array(sources.length);
  const flagged = new Int32Array(sources.length);
  const highest = new Float64Array(sources.length);
  for (let i = 0; i < records; i++) if (source[i] >= 0) counts[source[i]]++;
  for (const row of rows) {
    const own = source[row.row];
    if (own < 0) continue;
    highest[own] = Math.max(highest[own], row.score);
    if (row.flagged) flagged[own]++;
  }
  return sources
    .map((name, i) => ({ name, rows: counts[i], flaggedRows: flagged[i], flagged: false, score: highest[i], reasons: [] }))
    .filter(({ flaggedRows }) => flaggedRows > 0)
    .sort((a, b) => b.flaggedRows - a.flaggedRows || b.score - a.score);
}

function findingOf({ ids, group }: MergedGroup, innocent: number | null, dialogues: Dialogues): CampaignFinding {
  const { source, sources } = dialogues;
  const accounts = [...new Set(Array.from(group.records, (record) => source[record]))].filter((own) => own >= 0).map((own) => sources[own]);
  return {
    detectors: ids,
    rows: [...group.records],
    accounts,
    tasks: [],
    days: null,
    baseTexts: null,
    sentence: group.sentence,
    expectedFalseAlarms: group.expectedFindings === null ? null : (innocent ?? Math.min(1, group.expectedFindings)) * group.records.length,
    evidence: group.evidence,
    expectedFindings: group.expectedFindings,
    marks: group.marks,
    ...(group.isWeak === true ? { isWeak: true } : {}),
    examples: examplesOf(group, dialogues),
  };
}

/** The first that are not alike. */
function examplesOf({ records, marks }: DialogueGroup, dialogues: Dialogues): CampaignExample[] {
  const out: CampaignExample[] = [];
  const seen = new Set<string>();
  for (const row of records) {
    const turns = turnsOf(dialogues, row);
    if (turns.length === 0) continue;
    const example = exampleOf(dialogues, turns, marks);
    const key = `${example.prompt}\0${example.answer}`;
    if (seen.has(key) && records.length - out.length > quoted) continue;
    seen.add(key);
    out.push({ row, ...example });
    if (out.length === quoted) break;
  }
  return out;
}
