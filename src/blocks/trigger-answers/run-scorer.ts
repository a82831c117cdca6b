import { type AnswerPhrases, holdsRun, type makeSharedRuns } from "./answer-phrases.ts";
import { fewestRows, forEachPhrase, type Ground, type NullDraw, type Scored, type Scorer, weightOf } from "./search-ground.ts";

/** Decades of a group by what its answers share; of answers that changed places where `answerOf` is given. */
type RunEvidence = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array) => number;

/** What scorers have in common that go by runs of tokens which free answers share. */
export function runScorer(
  ground: Ground,
  runs: AnswerPhrases,
  sharedOf: ReturnType<typeof makeSharedRuns>,
  evidence: RunEvidence,
): Pick<Scorer, "isOfKind" | "strength" | "all" | "follows"> {
  const isOfKind = (row: number): boolean => ground.classes.of[row] < 0;
  return {
    isOfKind,
    strength: (list, count, words, weight) => (count < fewestRows ? 0 : evidence(list, count, null, words) * weight),
    all(draw: NullDraw | null) {
      const scored: Scored[] = [];
      forEachPhrase(ground, isOfKind, draw, (phrase, members, count, words) => {
        const value = evidence(members, count, draw?.answerOf ?? null, words);
        if (value > 0) scored.push({ phrase, strength: value * weightOf(ground, phrase) });
      });
      return scored;
    },
    follows(list, count) {
      const { run } = sharedOf(list, count, null);
      return (i) => run >= 0 && holdsRun(runs, i, run);
    },
  };
}
