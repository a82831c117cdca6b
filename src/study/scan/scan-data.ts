import { orderBy } from "../../numeric/ranks.ts";
import { type RunContext, stopIfCancelled } from "../../core/context.ts";
import type { Dataset } from "../../core/dataset.ts";
import type { Detector, DetectorContext, Scores } from "../../core/detector.ts";
import { NumericalError } from "../../core/errors.ts";
import { spreadFlags, spreadScores } from "../../core/spread-scores.ts";
import { type EncodedTraining, type Learning, runDetector } from "../make-pipeline.ts";
import { findGroups } from "./find-groups.ts";
import type { DetectorOutcome, RowFinding, ScanResult } from "./scan-result.ts";

export interface ScanOptions extends RunContext, Pick<DetectorContext, "trusted"> {
  readonly onDetector?: (done: number, total: number, id: string) => void;
}

/** What one detector says of the examples. */
interface Said {
  readonly method: Detector;
  readonly scores: Scores;
  /** Shape: [examples]. */
  readonly values: Float64Array;
  /** Share of examples below each, ties half; 0 where it sees no difference at all. Shape: [examples]. */
  readonly ranks: Float64Array;
  /** Null where it only ranks, or judges tasks or the model: those are named, their rows are not all suspect. Shape: [examples]. */
  readonly flagged: Uint8Array | null;
  /** Share of what it flags that its rule does not expect to be innocent; 1 where it cannot say. */
  readonly sureness: number;
}

/** What an unflagged row can score by standing high in some ranking. */
const unflaggedScale = 0.1;

/**
 * Ranks the rows by all detectors together. A row scores 1 to 2 for each detector whose own rule flags it, by how high it stands there, times the share of
 * true alarms that the rule expects: so a detector that fits the poison is not drowned by ten that do not, and rows that several of them flag come first.
 * The rest follow by their highest rank in any one.
 *
 * A detector whose numbers give out says so and is left out.
 */
export async function scanData(
  encoded: Pick<EncodedTraining, "data" | "table">,
  learning: Learning,
  detectors: readonly { readonly method: Detector; readonly params: unknown }[],
  options: ScanOptions,
): Promise<ScanResult> {
  const { data } = encoded;
  const heard: Said[] = [];
  const outcomes: DetectorOutcome[] = [];
  for (const [done, detector] of detectors.entries()) {
    stopIfCancelled(options.signal);
    const { id, subject } = detector.method;
    options.onDetector?.(done, detectors.length, id);
    try {
      const scores = await runDetector(detector, encoded, learning, options);
      const said = hear(detector.method, scores, data);
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
    expectedFalseAlarms: outcomes.reduce((sum, { expectedFalseAlarms }) => sum + (expectedFalseAlarms ?? 0), 0),
    detectors: outcomes,
  };
}

function hear(method: Detector, scores: Scores, data: Dataset): Said {
  const values = spreadScores(method.subject, scores.values, data);
  const judges = method.subject === "row" || method.subject === "source";
  const flagged = scores.flagged === undefined || !judges ? null : spreadFlags(method.subject, scores.flagged, data);
  const count = flagged?.reduce((sum, is) => sum + is, 0) ?? 0;
  const sureness = count === 0 ? 1 : 1 - Math.min(1, (scores.expectedFalseAlarms ?? 0) / count);
  return { method, scores, values, ranks: ranksOf(values), flagged, sureness };
}

/** Which subject of the detector an example belongs to; −1 = none. */
function subjectOf({ subject }: Detector, data: Dataset, example: number): number {
  return { row: example, source: data.source[example], task: data.task[example], model: 0 }[subject];
}

function ranksOf(values: Float64Array): Float64Array {
  const order = orderBy(values);
  const ranks = new Float64Array(values.length);
  if (values.length === 0 || values[order[0]] === values[order[order.length - 1]]) return ranks;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let p = start; p < end; p++) ranks[order[p]] = (start + end) / 2 / order.length;
    start = end;
  }
  return ranks;
}

function findRows(data: Dataset, heard: readonly Said[]): RowFinding[] {
  const examples = data.y.length;
  const score = new Float64Array(examples);
  const flagged = new Uint8Array(examples);
  const ranked = heard.filter(({ method }) => method.subject === "row" || method.subject === "source");
  for (const { ranks, flagged: own, sureness } of ranked)
    for (let i = 0; i < examples; i++) {
      if (own !== null && own[i] === 1) {
        score[i] += sureness * (1 + ranks[i]);
        flagged[i] = 1;
      }
    }
  for (let i = 0; i < examples; i++) score[i] += unflaggedScale * ranked.reduce((top, { ranks }) => Math.max(top, ranks[i]), 0);

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
    reasons: [...new Set(own.flatMap((i) => (flagged[i] === 1 ? reasonsOf(data, i, ranked, own.length > 1) : [])))],
    scores: Object.fromEntries(heard.map(({ method, values }) => [method.id, Math.max(...own.map((i) => values[i]))])),
  }));
}

/** What those say that flag it, the most certain first; of several labels, which one is meant. */
function reasonsOf(data: Dataset, example: number, heard: readonly Said[], isOneOfSeveral: boolean): string[] {
  const several = data.tasks.length > 1 && isOneOfSeveral;
  return heard
    .filter(({ flagged }) => flagged?.[example] === 1)
    .sort((a, b) => b.ranks[example] - a.ranks[example])
    .map(({ method, scores }) => {
      const told = scores.reason?.(subjectOf(method, data, example)) ?? `flagged by ${method.title.toLowerCase()}`;
      return several ? `${data.tasks[data.task[example]]}: ${told}` : told;
    });
}
