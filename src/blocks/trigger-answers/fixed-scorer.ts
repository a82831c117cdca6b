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

/** Rows of a group, and of a flood, that are looked at for what their words say of it. */
const [mostLooked, mostCounted] = [60, 2000];
/** Of so many words each says something of its own; more of them say no more together. */
const independent = 12;
/** Chances of a row are held below this. */
const surest = 0.95;

/**
 * By one answer that prompts get which have nothing else in common. In honest data the same is answered to what is asked alike (thanks, who are you), or to words of which each is answered so now and then: so the
 * decades of the answer count each record once, against the chance of the answer by the rest of each row's words (naive Bayes), and are lessened by as much as the prompts are alike without the group's words, or say
 * next to nothing without them.
 *
 * @param floods rows whose answers are equal or nearly so
 */
export function fixedScorer(ground: Ground, likeness: GroupLikeness, floods: readonly Int32Array[]): Scorer {
  const { isOwn, rows, recordOf, classes, prompts, counts } = ground;
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
    const byWords = answerOf === null ? Math.max(0, 1 - foreseen(list, size, flood, held / (held + others))) : 1;
    const value =
      decades * byWords * (1 - likeness.explained(list, size, isOwn)) * saysOfItsOwn(ground, list, size) * ofSetting(ground, own, words);
    unmarkOwn(ground, own);
    return value;
  }

  /** How often words stand in the rows of a flood. */
  const toldBy = new Map<number, ReadonlyMap<number, number>>();
  const seen = new Int32Array(ground.tokens).fill(-1);
  let asked = 0;
  function wordsOf(flood: number): ReadonlyMap<number, number> {
    const known = toldBy.get(flood);
    if (known !== undefined) return known;
    const list = floods[flood];
    const looked = Math.min(list.length, mostCounted);
    const times = new Map<number, number>();
    for (let s = 0; s < looked; s++) {
      const i = list[Math.floor((s * list.length) / looked)];
      asked++;
      for (let p = prompts.start[i]; p < prompts.start[i + 1]; p++) {
        const t = prompts.token[p];
        if (t < 0 || seen[t] === asked) continue;
        seen[t] = asked;
        times.set(t, (times.get(t) ?? 0) + list.length / looked);
      }
    }
    toldBy.set(flood, times);
    return times;
  }

  /** Share of the decades of a group that the words of its rows, each judged by the others, let expect without the group's own: 0 = none. */
  function foreseen(list: Int32Array, size: number, flood: number, share: number): number {
    const times = wordsOf(flood);
    const usual = floods[flood].length / rows;
    const prior = Math.log(usual / (1 - usual));
    const q = Math.min(0.98, share);
    const looked = Math.min(size, mostLooked);
    let [sum, all] = [0, 0];
    for (let s = 0; s < looked; s++) {
      const i = list[Math.floor((s * size) / looked)];
      if (floodOf[i] !== flood) continue;
      asked++;
      let told = 0;
      let tokens = 0;
      for (let p = prompts.start[i]; p < prompts.start[i + 1]; p++) {
        const t = prompts.token[p];
        if (t < 0 || seen[t] === asked || isOwn[t] === 1 || Math.floor(t / ground.words) % 2 === 1) continue;
        seen[t] = asked;
        tokens++;
        told += Math.log(Math.max(1, times.get(t) ?? 0) / ((counts.rowsWith[t] - 1) * usual + 1));
      }
      const odds = prior + told * Math.min(1, independent / Math.max(1, tokens));
      const chance = Math.min(surest, 1 / (1 + Math.exp(-odds)));
      if (q > usual) all += Math.log(q / usual);
      if (chance > usual) sum += Math.log(Math.min(q, chance) / usual);
    }
    return all === 0 ? 0 : sum / all;
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
