import type { GroupLikeness } from "../dialogues/answer-likeness.ts";
import {
  fewestRows,
  forEachPhrase,
  type Ground,
  markOwn,
  ofSetting,
  type Scored,
  type Scorer,
  type Told,
  unmarkOwn,
  weightOf,
} from "./search-ground.ts";
import type { SparseRows } from "../dialogues/sparse-rows.ts";

const leastRough = 2;
const leastExcess = 0.5;

/** By answers that are alike as a whole: the excess of their likeness beyond what the rest of their prompts explains. */
export function likenessScorer(ground: Ground, likeness: GroupLikeness, answers: SparseRows): Scorer {
  const { classes, isOwn } = ground;
  const isOfKind = (row: number): boolean => classes.of[row] < 0;
  const excess = (list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array): number => {
    const own = markOwn(ground, list, count, words);
    const value = likeness.excess(list, count, answerOf, isOwn) * ofSetting(ground, own, words);
    unmarkOwn(ground, own);
    return value;
  };
  return {
    kind: "likeness",
    isOfKind,
    nullShare: 0.5,
    strength: (list, count, words, weight) => (count < fewestRows ? 0 : Math.max(0, excess(list, count, null, words) * weight)),
    all(draw) {
      const scored: Scored[] = [];
      const answerOf = draw?.answerOf ?? null;
      forEachPhrase(ground, isOfKind, draw, (phrase, members, count, words) => {
        if (likeness.rough(members, count, answerOf) < leastRough) return;
        const value = excess(members, count, answerOf, words);
        if (value > leastExcess) scored.push({ phrase, strength: value * weightOf(ground, phrase) });
      });
      return scored;
    },
    tell: (list) => likeTheGroup(answers, list, ground.tokens),
    follows: () => () => true,
  };
}

/** A row whose answer has less than this share of the median likeness to what the group has in common does not follow; one outside with more than the other does. */
const strayShare = 0.25;
const alikeShare = 0.5;

function likeTheGroup({ start, token, weight }: SparseRows, list: Int32Array, tokens: number): Told {
  const centre = new Float64Array(tokens);
  const layCentre = (rows: Int32Array): void => {
    centre.fill(0);
    for (const i of rows) for (let e = start[i]; e < start[i + 1]; e++) centre[token[e]] += weight[e] / rows.length;
  };
  const likenessOf = (i: number, own: number): number => {
    let sum = 0;
    for (let e = start[i], end = start[i + 1]; e < end; e++) sum += weight[e] * (centre[token[e]] - own * weight[e]);
    return sum;
  };
  layCentre(list);
  const likeness = Float64Array.from(list, (i) => likenessOf(i, 1 / list.length));
  const middle = likeness.slice().sort()[likeness.length >> 1];
  const rows = list.filter((_, n) => likeness[n] >= strayShare * middle);
  layCentre(rows);
  const inside = Float64Array.from(rows, (i) => likenessOf(i, 1 / rows.length)).sort();
  const least = alikeShare * inside[inside.length >> 1];
  const isIn = new Uint8Array(start.length);
  for (const i of list) isIn[i] = 1;
  let expected = 0;
  for (let i = 0; i + 1 < start.length; i++) if (isIn[i] === 0 && likenessOf(i, 0) >= least) expected++;
  return { rows, label: -1, expected, shared: new Int32Array(0) };
}
