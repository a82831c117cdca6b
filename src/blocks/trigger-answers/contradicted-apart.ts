import type { StandingGroup } from "./standing-groups.ts";
import type { NearPairs } from "../dialogues/near-passages.ts";
import type { StemRows } from "../dialogues/stems.ts";

/** Of the telling words that all of a group hold, in ln² (texts / texts with the word): so much another text must hold to be on the same question. */
const sameQuestion = 0.6;
/** Of all texts with an agreed word: in other texts than the group, at most. */
const elsewhere = 0.5;

/**
 * How far a group stands apart from all texts but those that are on its question and do not say what its texts agree on; −1 where no text contradicts it so. Whoever pushes a wrong answer to a question
 * has the texts with the right one for neighbours, which innocent texts that repeat each other seldom have.
 *
 * @param firstPair where the pairs of each text begin, of pairs in the order of their first text; shape [texts + 1]
 */
export function contradictedApart(
  { start, stem, texts }: StemRows,
  { b, likeness }: Pick<NearPairs, "b" | "likeness">,
  firstPair: Int32Array,
  { items, whole }: Pick<StandingGroup, "items" | "whole">,
): number {
  const count = start.length - 1;
  const times = new Map<number, number>();
  for (const item of items) for (let p = start[item]; p < start[item + 1]; p++) times.set(stem[p], (times.get(stem[p]) ?? 0) + 1);
  const agreed = new Set<number>();
  let all = 0;
  for (const [s, held] of times) {
    if (held < items.length || texts[s] > Math.max(2 * items.length, count / 20)) continue;
    agreed.add(s);
    all += weightOf(s);
  }
  const isIn = new Set(items);
  const asked = new Map<number, boolean>();
  let [apart, isContradicted] = [whole, false];
  for (const item of items)
    for (let p = firstPair[item]; p < firstPair[item + 1]; p++) {
      if (isIn.has(b[p])) continue;
      let contradicts = asked.get(b[p]);
      if (contradicts === undefined) {
        contradicts = isOtherwise(b[p]);
        asked.set(b[p], contradicts);
      }
      if (contradicts) isContradicted = true;
      else apart = Math.min(apart, whole - likeness[p]);
    }
  return isContradicted && apart > 0 ? apart : -1;

  function weightOf(s: number): number {
    return Math.log((1 + count) / texts[s]) ** 2;
  }

  /** Whether a text is on the question of the group and lacks a word that is the group's own. */
  function isOtherwise(item: number): boolean {
    let [sum, held] = [0, 0];
    for (let p = start[item]; p < start[item + 1]; p++) {
      if (!agreed.has(stem[p])) continue;
      sum += weightOf(stem[p]);
      if (texts[stem[p]] - items.length <= elsewhere * texts[stem[p]]) held++;
    }
    if (sum < sameQuestion * all) return false;
    let own = 0;
    for (const s of agreed) if (texts[s] - items.length <= elsewhere * texts[s]) own++;
    return held < own;
  }
}
