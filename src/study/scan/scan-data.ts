import { type Voice, combineVoices, expectedFalseAlarms, reasonsOf, voiceOf } from "../../blocks/combined-ranking.ts";
import { orderBy } from "../../numeric/ranks.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { DetectorContext } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { type ChosenDetector, type Learning, type SuspectRows, runDetector } from "../run-detector.ts";
import { findGroups } from "./find-groups.ts";
import type { DetectorOutcome, RowFinding, ScanResult } from "./scan-result.ts";

export interface ScanOptions extends RunContext, Pick<DetectorContext, "trusted"> {
  readonly onDetector?: (done: number, total: number, id: string) => void;
}

/**
 * Ranks the rows by all detectors together, as `combineVoices` does.
 *
 * A detector whose numbers give out says so and is left out.
 */
export async function scanData(
  encoded: SuspectRows,
  learning: Learning,
  detectors: readonly ChosenDetector[],
  options: ScanOptions,
): Promise<ScanResult> {
  const { data } = encoded;
  const heard: Voice[] = [];
  const outcomes: DetectorOutcome[] = [];
  for (const [done, detector] of detectors.entries()) {
    stopIfCancelled(options.signal);
    const { id, subject } = detector.method;
    options.onDetector?.(done, detectors.length, id);
    try {
      const scores = await runDetector(detector, encoded, learning, options);
      const said = voiceOf({ method: detector.method, scores }, data);
      heard.push(said);
      const flaggedRows = said.flagged === null ? null : said.flagged.reduce((sum, is) => sum + is, 0);
      const told = scores.findings === undefined ? {} : { findings: scores.findings };
      outcomes.push({ id, subject, flaggedRows, expectedFalseAlarms: scores.expectedFalseAlarms ?? null, ...told, error: null });
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      outcomes.push({ id, subject, flaggedRows: null, expectedFalseAlarms: null, error: error.message });
    }
  }
  const rows = findRows(data, heard);
  return {
    rows,
    ...findGroups(data, rows, heard),
    expectedFalseAlarms: expectedFalseAlarms(heard),
    detectors: outcomes,
  };
}

function findRows(data: Dataset, voices: readonly Voice[]): RowFinding[] {
  const { score, flagged } = combineVoices(voices, data.y.length);
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
