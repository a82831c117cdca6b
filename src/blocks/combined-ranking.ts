import type { Dataset } from "../core/dataset.ts";
import type { Detector, Heard, Scores } from "../core/detector.ts";
import { spreadFlags, spreadScores } from "../core/spread-scores.ts";
import { orderBy } from "../numeric/ranks.ts";

/** What one detector says of the examples. */
export interface Voice {
  readonly method: Detector;
  readonly scores: Scores;
  /** Shape: [examples]. */
  readonly values: Float64Array;
  /** Share of examples below each, ties half; 0 where it sees no difference at all. Shape: [examples]. */
  readonly ranks: Float64Array;
  /**
   * Null where it only ranks, where it judges tasks or the model (those are named, their rows are not all suspect), and where it expects most of what it flags to
   * be innocent. Shape: [examples].
   */
  readonly flagged: Uint8Array | null;
  /** Share of what it flags that its rule does not expect to be innocent; 1 where it cannot say. */
  readonly sureness: number;
}

/** All of them together. */
export interface CombinedRanking {
  /** Shape: [examples]. */
  readonly score: Float64Array;
  /** 1 where the rule of any of them flags. Shape: [examples]. */
  readonly flagged: Uint8Array;
}

/** What an unflagged row can score by standing high in some ranking. */
const unflaggedScale = 0.1;

/** A rule that expects less than this share of what it flags to be wrong flags nothing: what it says is a ranking. */
const leastSureness = 0.5;

/** How many of the flagged examples are expected to be innocent; rules that cannot say are left out. */
export function expectedFalseAlarms(voices: readonly Voice[]): number {
  return voices.reduce((sum, { flagged, scores }) => sum + (flagged === null ? 0 : (scores.expectedFalseAlarms ?? 0)), 0);
}

export function voiceOf({ method, scores }: Heard, data: Dataset): Voice {
  const values = spreadScores(method.subject, scores.values, data);
  const own = scores.flagged === undefined || !judgesRows(method) ? null : spreadFlags(method.subject, scores.flagged, data);
  const count = own?.reduce((sum, is) => sum + is, 0) ?? 0;
  const sureness = count === 0 ? 1 : 1 - Math.min(1, (scores.expectedFalseAlarms ?? 0) / count);
  return { method, scores, values, ranks: ranksOf(values), flagged: sureness < leastSureness ? null : own, sureness };
}

/**
 * An example scores 1 to 2 for each detector whose own rule flags it, by how high it stands there, times the share of true alarms that the rule expects: so a
 * detector that fits the poison is not drowned by ten that do not, and what several of them flag comes first. The rest follow by their highest rank in any one.
 */
export function combineVoices(voices: readonly Voice[], examples: number): CombinedRanking {
  const score = new Float64Array(examples);
  const flagged = new Uint8Array(examples);
  const ranked = voices.filter(({ method }) => judgesRows(method));
  for (const { ranks, flagged: own, sureness } of ranked)
    for (let i = 0; i < examples; i++) {
      if (own !== null && own[i] === 1) {
        score[i] += sureness * (1 + ranks[i]);
        flagged[i] = 1;
      }
    }
  for (let i = 0; i < examples; i++) score[i] += unflaggedScale * ranked.reduce((top, { ranks }) => Math.max(top, ranks[i]), 0);
  return { score, flagged };
}

/** What those say that flag the example, the most certain first. */
export function reasonsOf(voices: readonly Voice[], data: Dataset, example: number): string[] {
  return voices
    .filter(({ flagged }) => flagged?.[example] === 1)
    .sort((a, b) => b.ranks[example] - a.ranks[example])
    .map(({ method, scores }) => scores.reason?.(subjectOf(method, data, example)) ?? `flagged by ${method.title.toLowerCase()}`);
}

function judgesRows({ subject }: Detector): boolean {
  return subject === "row" || subject === "source";
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
