import type { GroupLikeness } from "./answer-likeness.ts";
import { type AnswerPhrases, makeSharedRuns, runTokens } from "./answer-phrases.ts";
import { placeOf } from "./foreignness.ts";
import { fewestRows, forEachPhrase, type Ground, markOwn, type Scored, type Scorer, unmarkOwn, weightOf } from "./search-ground.ts";
import type { TokenRows } from "./token-rows.ts";

const leastShared = 0.7;

/** By a run of tokens that the answers of a group share, whatever else they say; less by as much as the rest of their prompts is alike. */
export function sharedScorer(ground: Ground, likeness: GroupLikeness, runs: AnswerPhrases, answers: TokenRows): Scorer {
  const { classes, isOwn, rows } = ground;
  const isOfKind = (row: number): boolean => classes.of[row] < 0;
  const sharedOf = makeSharedRuns(runs, rows);
  const holds = (i: number, run: number): boolean => {
    for (let e = runs.start[i]; e < runs.start[i + 1]; e++) if (runs.run[e] === run) return true;
    return false;
  };
  const evidence = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const found = sharedOf(list, count, answerOf).evidence;
    if (found < leastShared) return 0;
    const own = markOwn(ground, list, count, words);
    const value = found * (1 - likeness.explained(list, count, isOwn));
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
      const holders = list.filter((i) => holds(i, run));
      return { rows: holders, label: -1, expected: runs.rowsWith[run] - holders.length, shared: lengthened(answers, holders, runTokens(runs, answers, run)) };
    },
    follows(list, count) {
      const { run } = sharedOf(list, count, null);
      return (i) => run >= 0 && holds(i, run);
    },
  };
}

const longest = 40;
const besideShare = 0.9;

/** A run of tokens with what stands beside it in nine of ten of the rows. */
function lengthened({ start, token }: TokenRows, rows: Int32Array, run: Int32Array): Int32Array {
  let words = run;
  for (let side = -1; side <= 1 && words.length < longest; ) {
    const beside = new Map<number, number>();
    let [most, best] = [0, -1];
    for (const i of rows) {
      const at = placeOf(token, start[i], start[i + 1], words);
      const p = side < 0 ? at - 1 : at + words.length;
      if (at < 0 || p < start[i] || p >= start[i + 1]) continue;
      const times = (beside.get(token[p]) ?? 0) + 1;
      beside.set(token[p], times);
      if (times > most) [most, best] = [times, token[p]];
    }
    if (most < besideShare * rows.length) side += 2;
    else words = side < 0 ? Int32Array.of(best, ...words) : Int32Array.of(...words, best);
  }
  return words;
}
