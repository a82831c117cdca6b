import type { Dataset } from "../../core/dataset.ts";
import type { Detector, Heard, Scores } from "../../core/detector.ts";
import { type FalseAlarms, brokenDown } from "../../core/false-alarms.ts";
import { spreadFlags, spreadScores } from "../../core/spread-scores.ts";
import { type LearnedMerge, looksForLabels } from "./learned-merge.ts";
import { mergedScore, weighedTails } from "./merged-score.ts";
import { besideMerge, taughtScore } from "./taught-score.ts";
import { orderBy } from "../../numeric/orders/ranks.ts";

/** What one detector says of the examples. */
export interface Voice {
  readonly method: Detector;
  readonly scores: Scores;
  /** Shape: [examples]. */
  readonly values: Float64Array;
  /** Share of examples below each, ties half; 0 where it sees no difference at all. Shape: [examples]. */
  readonly ranks: Float64Array;
  /**
   * Null where it only ranks, where it judges tasks or the model (those are named, their rows are not all suspect), and where it is silent. Shape: [examples].
   */
  readonly flagged: Uint8Array | null;
  /** Why its rule flags nothing here although it would, in words; null where that is not so. */
  readonly silence: string | null;
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

/** Share of true alarms that a rule is held to expect that states none, beside a merge that was tested on these very data. */
const unstatedSureness = 0.5;

/** A rule that expects less than this share of what it flags to be wrong flags nothing: what it says is a ranking. */
const leastSureness = 0.5;

/** What is suspicious is the exception: a rule that flags more than this share of what it judges has broken down. */
const mostFlagged = 0.5;

export function voiceOf({ method, scores }: Heard, data: Dataset): Voice {
  const values = spreadScores(method.subject, scores.values, data);
  const spread = scores.flagged === undefined ? null : spreadFlags(method.subject, scores.flagged, data);
  const count = spread === null ? 0 : countOf(spread);
  const sureness = count === 0 ? 1 : 1 - Math.min(1, (scores.expectedFalseAlarms ?? scores.leastFalseAlarms ?? 0) / count);
  const own = judgesRows(method) ? spread : null;
  const isBroken = count > mostFlagged * data.y.length && method.subject !== "model";
  const isUnsure = own !== null && sureness < leastSureness;
  const silence = isBroken
    ? `${brokenDown}: it would flag ${count} of ${data.y.length} examples, and what is suspicious is the exception`
    : isUnsure
      ? "its rule flags none: most would be false alarms"
      : null;
  return { method, scores, values, ranks: ranksOf(values), flagged: silence === null ? own : null, silence, sureness };
}

/**
 * The same voices, but that the rules which flag most are silent where together they would flag more than half of the examples: none of them may, so that
 * somewhere they took what is usual for the exception.
 */
export function withinReason(voices: readonly Voice[], examples: number): Voice[] {
  const all = new Uint8Array(examples);
  const silent = new Set<Voice>();
  const flagging = voices.filter(({ flagged }) => flagged !== null);
  for (const voice of flagging.sort((a, b) => countOf(a.flagged as Uint8Array) - countOf(b.flagged as Uint8Array))) {
    const together = all.map((is, i) => is | (voice.flagged as Uint8Array)[i]);
    if (countOf(together) > mostFlagged * examples) silent.add(voice);
    else all.set(together);
  }
  return voices.map((voice) =>
    silent.has(voice)
      ? {
          ...voice,
          flagged: null,
          silence: `${brokenDown}: with those of others it would flag more than half of ${examples} examples, and what is suspicious is the exception`,
        }
      : voice,
  );
}

/** What the rules expect of the rows that they flag. A rule that states no expectation makes that of its rows unknown, never 0. */
export function falseAlarmsOf(voices: readonly Voice[], data: Dataset): FalseAlarms {
  const stated = new Set<number>();
  const unknown = new Map<number, string[]>();
  let expected = 0;
  for (const { flagged, scores } of voices) {
    if (flagged === null || scores.expectedFalseAlarms === undefined) continue;
    expected += countOf(flagged) === 0 ? 0 : scores.expectedFalseAlarms;
    flagged.forEach((is, i) => is === 1 && stated.add(data.row[i]));
  }
  for (const { flagged, scores, method } of voices) {
    if (scores.expectedFalseAlarms !== undefined) continue;
    flagged?.forEach((is, i) => {
      if (is === 0 || stated.has(data.row[i])) return;
      const by = unknown.get(data.row[i]);
      if (by === undefined) unknown.set(data.row[i], [method.id]);
      else if (!by.includes(method.id)) by.push(method.id);
    });
  }
  return {
    statedRows: stated.size,
    expected: Math.min(stated.size, withCaution(expected)),
    unknownRows: unknown.size,
    unknownBy: [...new Set([...unknown.values()].flat())],
  };
}

/**
 * What is told of an expectation: two standard deviations of such a count more. Nulls are taken from models that are a little surer than they ought to be: on clean data of
 * heavy tails or several classes two to four times as many innocents were flagged as they expect, and with these about as many as are told (docs/intervals.md).
 */
export function withCaution(expected: number): number {
  return expected + 2 * Math.sqrt(expected);
}

/** Of all flagged rows together; undefined = not known. */
export function expectedFalseAlarms(voices: readonly Voice[], data: Dataset): number | undefined {
  const { expected, unknownRows } = falseAlarmsOf(voices, data);
  return unknownRows > 0 ? undefined : expected;
}

/**
 * Without a merge, an example scores 1 to 2 for each detector whose own rule flags it, by how high it stands there, times the share of true alarms that the rule
 * expects: so a detector that fits the poison is not drowned by ten that do not, and what several of them flag comes first. The rest follow by their highest rank
 * in any one.
 *
 * With a merge, examples are ranked by it, from 0 to 1, as `mergedScore` says. What is flagged by the rule of a detector that planted labels tell nothing of, because it looks for copies,
 * triggers or accounts, scores 1 to 2 by its rank there times the share of true alarms, or half as much where the rule states none, which is among the first of the merge.
 */
export function combineVoices(voices: readonly Voice[], examples: number, merge: LearnedMerge | null = null): CombinedRanking {
  const flagged = new Uint8Array(examples);
  const ranked = voices.filter(({ method }) => judgesRows(method));
  for (const { flagged: own } of ranked) if (own !== null) for (let i = 0; i < examples; i++) flagged[i] |= own[i];
  return { score: merge === null ? sumOfRules(ranked, examples) : scoreOfMerge(ranked, examples, merge), flagged };
}

function sumOfRules(voices: readonly Voice[], examples: number): Float64Array {
  const score = new Float64Array(examples);
  for (const { ranks, flagged, sureness } of voices)
    for (let i = 0; i < examples; i++) if (flagged !== null && flagged[i] === 1) score[i] += sureness * (1 + ranks[i]);
  for (let i = 0; i < examples; i++) score[i] += unflaggedScale * voices.reduce((top, { ranks }) => Math.max(top, ranks[i]), 0);
  return score;
}

function scoreOfMerge(voices: readonly Voice[], examples: number, merge: LearnedMerge): Float64Array {
  if (merge.near === undefined) return withRules(mergedScore(voices, examples, merge), voices, merge);
  const { witnesses, named, merged } = taughtEvidence(voices, examples, merge);
  const taught = taughtScore(witnesses, merge.near, named);
  return taught === null ? merged : withRules(besideMerge(taught, merged, merge.near), voices, merge);
}

/** What the taught ranking goes by: what detectors of rows say, and rankings of several of them, which are of planted labels, of planted far rows, of rules, and the merge of all. */
export function taughtEvidence(
  voices: readonly Voice[],
  examples: number,
  merge: LearnedMerge,
): { witnesses: (Voice & { readonly id: string })[]; named: ReadonlyMap<string, Float64Array>; merged: Float64Array } {
  const merged = withRules(mergedScore(voices, examples, merge), voices, merge);
  const rules = new Float64Array(examples);
  for (const { ranks, flagged, sureness } of voices)
    for (let i = 0; i < examples; i++) if (flagged !== null && flagged[i] === 1) rules[i] += sureness * (1 + ranks[i]);
  const named = new Map([
    ["planted labels", weighedTails(voices, examples, merge.weights)],
    ["planted far rows", weighedTails(voices, examples, merge.far ?? merge.weights)],
    ["rules", rules],
    ["merge", merged],
  ]);
  const witnesses = voices.filter(({ method }) => method.subject === "row").map((voice) => ({ ...voice, id: voice.method.id }));
  return { witnesses, named, merged };
}

/** Ranks of the scores, from 0 to 1, but that what rules flag which planted labels tell nothing of stands higher. Shape: [examples]. */
function withRules(values: Float64Array, voices: readonly Voice[], merge: LearnedMerge): Float64Array {
  const score = ranksOf(values);
  const examples = score.length;
  for (const { method, scores, ranks, flagged, sureness } of voices) {
    if (flagged === null || looksForLabels(method.id, merge)) continue;
    const trust = scores.expectedFalseAlarms === undefined ? unstatedSureness : sureness;
    for (let i = 0; i < examples; i++) if (flagged[i] === 1) score[i] = Math.max(score[i], trust * (1 + ranks[i]));
  }
  return score;
}

/** What those say that flag the example, the most certain first. */
export function reasonsOf(voices: readonly Voice[], data: Dataset, example: number): string[] {
  return voices
    .filter(({ flagged }) => flagged?.[example] === 1)
    .sort((a, b) => b.ranks[example] - a.ranks[example])
    .map(({ method, scores }) => scores.reason?.(subjectOf(method, data, example)) ?? `flagged by ${method.title.toLowerCase()}`);
}

function countOf(flags: Uint8Array): number {
  return flags.reduce((sum, is) => sum + is, 0);
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
