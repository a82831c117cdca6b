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
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { DetectorContext, Heard } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { type ChosenDetector, type Learning, type SuspectRows, runDetector } from "../table/run-detector.ts";
import type { OwnModel } from "./own-model.ts";
import { findCampaigns } from "./find-campaigns.ts";
import { addedCampaigns, ofAddition } from "./of-addition.ts";
import { findGroups } from "./find-groups.ts";
import type { DetectorOutcome, RowFinding, ScanResult } from "./scan-result.ts";

export interface ScanOptions extends RunContext, Pick<DetectorContext, "trusted"> {
  /** True: what each detector counts is learned from wrong labels planted into a copy, for which those that judge rows run once more. */
  readonly learnsMerge?: boolean;
  /** What the user's own model says of the rows; absent = nothing was given. */
  readonly own?: OwnModel | undefined;
  /** 1 for each row of the table that is judged; the others are the reference that these are held against. Absent = all are judged. Shape: [rows of the table]. */
  readonly judged?: Uint8Array | undefined;
  readonly onDetector?: (done: number, total: number, id: string) => void;
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
  const hear = async (rows: SuspectRows, asked: readonly ChosenDetector[], context: ScanOptions): Promise<Heard[]> => {
    const heard: Heard[] = [];
    for (const [done, detector] of asked.entries()) {
      stopIfCancelled(options.signal);
      const { id } = detector.method;
      context.onDetector?.(done, asked.length, id);
      try {
        heard.push({ method: detector.method, scores: await runDetector(detector, rows, learning, context) });
      } catch (error) {
        if (!(error instanceof NumericalError)) throw error;
        if (rows === encoded) failed.set(id, error.message);
      }
    }
    return heard;
  };
  const said = (await hear(encoded, detectors, options)).map((own) => voiceOf(own, data));
  const all = withinReason(said, data.y.length);
  const { judged } = options;
  const heard = judged === undefined ? all : ofAddition(all, data, judged);
  const ofRows = detectors.filter(({ method }) => method.subject === "row");
  const ask = (rows: Dataset): Promise<Heard[]> =>
    hear({ ...encoded, data: rows }, ofRows, {
      ...options,
      rng: options.rng.fork("planted"),
      onDetector: (_done, _total, id) => options.onDetector?.(detectors.length - 1, detectors.length, `${id} on planted labels`),
    });
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
