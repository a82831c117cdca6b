import {
  type Voice,
  combineVoices,
  falseAlarmsOf,
  reasonsOf,
  voiceOf,
  withCaution,
  withinReason,
} from "../../blocks/outliers/combined-ranking.ts";
import { learnFromPlanted } from "../../blocks/outliers/learn-from-planted.ts";
import { type LearnedMerge, reversalOf } from "../../blocks/outliers/learned-merge.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Heard } from "../../core/detector.ts";
import type { ChosenDetector, Learning, SuspectRows } from "../table/run-detector.ts";
import { type HearAll, type HearOptions, type Said, type ScanUnit, hearing } from "./hear.ts";
import { findCampaigns } from "./find-campaigns.ts";
import { addedCampaigns, ofAddition } from "./of-addition.ts";
import { findGroups } from "./find-groups.ts";
import type { DetectorOutcome, RowFinding, ScanResult } from "./scan-result.ts";

export interface ScanOptions extends HearOptions {
  /** True: what each detector counts is learned from wrong labels planted into a copy, for which those that judge rows run once more. */
  readonly learnsMerge?: boolean;
  /** 1 for each row of the table that is judged; the others are the reference that these are held against. Absent = all are judged. Shape: [rows of the table]. */
  readonly judged?: Uint8Array | undefined;
  readonly onDetector?: (done: number, total: number, id: string) => void;
  /** Hears detectors on several threads; absent = one after another, here. */
  readonly hear?: HearAll | undefined;
}

/**
 * Ranks the rows by all detectors together, as `combineVoices` does.
 *
 * A detector whose numbers give out says so and is left out. Where a merge is learned, detectors of rows run twice, and one that ranks planted labels below others
 * says so and has no part in the ranking.
 */
export async function scanRows(
  encoded: SuspectRows,
  learning: Learning,
  detectors: readonly ChosenDetector[],
  options: ScanOptions,
): Promise<ScanResult> {
  const { data } = encoded;
  const failed = new Map<string, string>();
  const here = hearing(encoded, learning, detectors, options);
  const hearAll: HearAll =
    options.hear ??
    (async (units, onStart) => {
      const out: Said[] = [];
      for (const unit of units) {
        onStart(unit);
        out.push(await here(unit));
      }
      return out;
    });
  const hear = async (asked: readonly ChosenDetector[], suspected: Uint8Array | null, onStart: (id: string) => void): Promise<Heard[]> => {
    const units = asked.map((detector): ScanUnit => ({ detector: detectors.indexOf(detector), suspected }));
    const said = await hearAll(units, ({ detector }) => onStart(detectors[detector].method.id));
    return asked.flatMap(({ method }, i): Heard[] => {
      const one = said[i];
      if ("scores" in one) return [{ method, scores: one.scores }];
      if (suspected === null) failed.set(method.id, one.error);
      return [];
    });
  };
  let started = 0;
  const onStart = (id: string): void => options.onDetector?.(started++, detectors.length, id);
  const said = (await hear(detectors, null, onStart)).map((own) => voiceOf(own, data));
  const all = withinReason(said, data.y.length);
  const { judged } = options;
  const heard = judged === undefined ? all : ofAddition(all, data, judged);
  const ofRows = detectors.filter(({ method }) => method.subject === "row");
  const ask = (_: Dataset, suspected: Uint8Array): Promise<Heard[]> =>
    hear(ofRows, suspected, (id) => options.onDetector?.(detectors.length - 1, detectors.length, `${id} on planted labels`));
  const merge = options.learnsMerge === true && ofRows.length > 1 ? await learnFromPlanted(data, all, ask, options.rng) : null;
  const rows = findRows(data, heard, merge).filter(({ row }) => judged === undefined || judged[row] === 1);
  const falseAlarms = falseAlarmsOf(heard, data);
  const outcomeOf = ({ method: { id, subject } }: ChosenDetector): DetectorOutcome => {
    const voice = heard.find(({ method }) => method.id === id);
    return voice === undefined
      ? { id, subject, flaggedRows: null, hasRule: false, silence: null, expectedFalseAlarms: null, error: failed.get(id) ?? null }
      : toldBy(voice, data, merge);
  };
  const groups = findGroups(data, rows, heard);
  const campaigns = findCampaigns(encoded, heard);
  return {
    rows,
    ...groups,
    sources: judged === undefined ? groups.sources : groups.sources.filter((group) => group.rows > 0),
    campaigns: judged === undefined ? campaigns : addedCampaigns(campaigns, judged),
    expectedFalseAlarms: falseAlarms.unknownRows > 0 ? null : falseAlarms.expected,
    falseAlarms,
    detectors: detectors.map(outcomeOf),
  };
}

function toldBy({ method, scores, flagged, silence }: Voice, data: Dataset, merge: LearnedMerge | null): DetectorOutcome {
  const reversal = merge === null ? null : reversalOf(method.id, merge);
  const findings = [...(scores.findings ?? []), ...(reversal === null ? [] : [reversal])];
  return {
    id: method.id,
    subject: method.subject,
    flaggedRows: flagged === null ? null : new Set(data.row.filter((_, i) => flagged[i] === 1)).size,
    hasRule: scores.flagged !== undefined,
    silence,
    expectedFalseAlarms: scores.expectedFalseAlarms === undefined ? null : withCaution(scores.expectedFalseAlarms),
    ...(findings.length === 0 ? {} : { findings }),
    error: null,
  };
}

function findRows(data: Dataset, voices: readonly Voice[], merge: LearnedMerge | null): RowFinding[] {
  const { score, flagged } = combineVoices(voices, data.y.length, merge);
  const byRow = new Map<number, number[]>();
  for (const i of orderBy(score).reverse()) {
    const known = byRow.get(data.row[i]);
    if (known === undefined) byRow.set(data.row[i], [i]);
    else known.push(i);
  }
  return Array.from(byRow, ([row, own]) => ({
    row,
    flagged: own.some((i) => flagged[i] === 1),
    score: score[own[0]],
    reasons: [...new Set(own.flatMap((i) => (flagged[i] === 1 ? namedReasons(data, i, voices, own.length > 1) : [])))],
    scores: Object.fromEntries(voices.map(({ method, values }) => [method.id, Math.max(...own.map((i) => values[i]))])),
  }));
}

/** Why it is flagged; of several labels, which one is meant. */
function namedReasons(data: Dataset, example: number, voices: readonly Voice[], isOneOfSeveral: boolean): string[] {
  const reasons = reasonsOf(voices, data, example);
  return data.tasks.length > 1 && isOneOfSeveral ? reasons.map((told) => `${data.tasks[data.task[example]]}: ${told}`) : reasons;
}
