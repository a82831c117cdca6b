import type { GroupLikeness } from "../dialogues/answer-likeness.ts";
import { sharedDecades } from "./answer-phrases.ts";
import {
  fewestRows,
  forEachPhrase,
  type Ground,
  markOwn,
  ofSetting,
  type Scored,
  type Scorer,
  saysOfItsOwn,
  unmarkOwn,
  weightOf,
} from "./search-ground.ts";

/** Decades of a fixed answer that is looked at. */
const leastFixed = 0.7;
/** Others that are answered so are suspected with the group where all are at most so many times the group. */
const mostElsewhere = 4;

/**
 * By one answer that prompts get which have nothing else in common. In honest data the same is answered to what is asked alike (thanks, who are you), or to words of which each is answered so now and then: so the
 * decades of the answer count each record once, and are lessened by as much as the prompts are alike without the group's words, or say next to nothing without them.
 *
 * @param floods rows whose answers are equal or nearly so
 */
export function fixedScorer(ground: Ground, likeness: GroupLikeness, floods: readonly Int32Array[]): Scorer {
  const { isOwn, rows, recordOf, classes } = ground;
  const floodOf = new Int32Array(rows).fill(-1);
  floods.forEach((flood, f) => {
    for (const i of flood) floodOf[i] = f;
  });
  const isOfKind = (row: number): boolean => classes.of[row] < 0;
  const count = new Int32Array(floods.length);
  const records = new Set<number>();
  const answerAt = (row: number, answerOf: Int32Array | null): number => (answerOf === null ? row : answerOf[row]);

  /** The flood that most of them are of; −1 = none. Leaves how many in `count`. */
  function mostOf(list: Int32Array, size: number, answerOf: Int32Array | null): number {
    let best = -1;
    for (let s = 0; s < size; s++) {
      const f = floodOf[answerAt(list[s], answerOf)];
      if (f >= 0) count[f]++;
    }
    let most = fewestRows - 1;
    for (let s = 0; s < size; s++) {
      const f = floodOf[answerAt(list[s], answerOf)];
      if (f < 0) continue;
      if (count[f] > most) {
        most = count[f];
        best = f;
      }
      count[f] = 0;
    }
    return best;
  }

  function evidence(list: Int32Array, size: number, answerOf: Int32Array | null, words: Int32Array): number {
    const flood = mostOf(list, size, answerOf);
    if (flood < 0) return 0;
    records.clear();
    let [held, others] = [0, 0];
    for (let s = 0; s < size; s++) {
      const answer = answerAt(list[s], answerOf);
      const isIn = floodOf[answer] === flood;
      const key = 2 * recordOf[answer] + (isIn ? 1 : 0);
      if (records.has(key)) continue;
      records.add(key);
      if (isIn) held++;
      else others++;
    }
    if (held < fewestRows) return 0;
    const decades = sharedDecades(held, held + others, Math.max(0, floods[flood].length - held), rows);
    if (decades < leastFixed) return 0;
    const own = markOwn(ground, list, size, words);
    const value = decades * (1 - likeness.explained(list, size, isOwn)) * saysOfItsOwn(ground, list, size) * ofSetting(ground, own, words);
    unmarkOwn(ground, own);
    return value;
  }

  return {
    kind: "fixed",
    isOfKind,
    nullShare: 0,
    strength: (list, size, words, weight) => (size < fewestRows ? 0 : evidence(list, size, null, words) * weight),
    all(draw) {
      const scored: Scored[] = [];
      if (floods.length === 0) return scored;
      forEachPhrase(ground, isOfKind, draw, (phrase, members, size, words) => {
        const value = evidence(members, size, draw?.answerOf ?? null, words);
        if (value > 0) scored.push({ phrase, strength: value * weightOf(ground, phrase) });
      });
      return scored;
    },
    tell(list) {
      const flood = mostOf(list, list.length, null);
      const held = list.filter((i) => flood >= 0 && floodOf[i] === flood);
      if (held.length === 0) return { rows: list, label: -1, expected: 0, shared: new Int32Array(0) };
      const isIn = new Set(held);
      const outside = floods[flood].filter((i) => !isIn.has(i));
      return {
        rows: held,
        label: -1,
        expected: outside.length,
        shared: new Int32Array(0),
        ...(floods[flood].length <= mostElsewhere * held.length ? { alsoHold: outside } : {}),
      };
    },
    follows(list, size) {
      const flood = mostOf(list, size, null);
      return (i) => flood >= 0 && floodOf[i] === flood;
    },
  };
}
