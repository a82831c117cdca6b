import type { GroupLikeness } from "../dialogues/answer-likeness.ts";
import { type AnswerPhrases, holdsRun, makeSharedRuns, runTokens } from "./answer-phrases.ts";
import { lengthened } from "../dialogues/lengthened.ts";
import { type Ground, markOwn, ofSetting, type Scorer, unmarkOwn } from "./search-ground.ts";
import { runScorer } from "./run-scorer.ts";
import type { TokenRows } from "../dialogues/token-rows.ts";

const leastShared = 0.7;

/** By a run of tokens that the answers of a group share, whatever else they say; less by as much as the rest of their prompts is alike. */
export function sharedScorer(ground: Ground, likeness: GroupLikeness, runs: AnswerPhrases, answers: TokenRows): Scorer {
  const { isOwn, rows } = ground;
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
    ...runScorer(ground, runs, sharedOf, evidence),
    nullShare: 0.5,
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
  };
}
