import type { GroupLikeness } from "../dialogues/answer-likeness.ts";
import { type AnswerPhrases, holdsRun, makeSharedRuns, runTokens } from "./answer-phrases.ts";
import { lengthened } from "../dialogues/lengthened.ts";
import {
  fewestRows,
  forEachPhrase,
  type Ground,
  markOwn,
  ofSetting,
  type Scored,
  type Scorer,
  unmarkOwn,
  weightOf,
} from "./search-ground.ts";
import type { TokenRows } from "../dialogues/token-rows.ts";

const leastShared = 0.7;

/** By a run of tokens that the answers of a group share, whatever else they say; less by as much as the rest of their prompts is alike. */
export function sharedScorer(ground: Ground, likeness: GroupLikeness, runs: AnswerPhrases, answers: TokenRows): Scorer {
  const { classes, isOwn, rows } = ground;
  const isOfKind = (row: number): boolean => classes.of[row] < 0;
  const sharedOf = makeSharedRuns(runs, rows);
  const evidence = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const found = sharedOf(list, count, answerOf).evidence;
    if (found < leastShared) return 0;
    const own = markOwn(ground, list, count, words);
    const value = found * (1 - likeness.explained(list, count, isOwn)) * ofSetting(ground, own, words);
    unmarkOwn(ground, own);
    return value;
  };
  return {
    kind: "shared",
    isOfKind,
    nullShare: 0.5,
    strength: (list, count, words, weight) => (count < fewestRows ? 0 : evidence(list, count, null, words) * weight),
    all(draw) {
      const scored: Scored[] = [];
      forEachPhrase(ground, isOfKind, draw, (phrase, members, count, words) => {
        const value = evidence(members, count, draw?.answerOf ?? null, words);
        if (value > 0) scored.push({ phrase, strength: value * weightOf(ground, phrase) });
      });
      return scored;
    },
    tell(list) {
      const { run } = sharedOf(list, list.length, null);
      if (run < 0) return { rows: list, label: -1, expected: 0, shared: new Int32Array(0) };
      const holders = list.filter((i) => holdsRun(runs, i, run));
      return {
        rows: holders,
        label: -1,
        expected: runs.rowsWith[run] - holders.length,
        shared: lengthened(answers, holders, runTokens(runs, answers, run)),
      };
    },
    follows(list, count) {
      const { run } = sharedOf(list, count, null);
      return (i) => run >= 0 && holdsRun(runs, i, run);
    },
  };
}
