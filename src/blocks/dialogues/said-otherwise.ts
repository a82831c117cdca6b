import type { NearPairs } from "./near-passages.ts";
import type { StemRows } from "./stems.ts";

/** Texts on one question that say different things. Shapes: places of texts, ascending. */
export interface SaidOtherwise {
  readonly texts: Int32Array;
  /** A word that these hold, and no other. */
  readonly word: string;
  readonly others: Int32Array;
  /** A word that the others hold in its place; null where they share none, or there is one alone. */
  readonly otherWord: string | null;
}

/** Of the telling words that a group shares, in ln² (texts / texts with the word): so much another text must hold to be on the same question. */
const sameQuestion = 0.6;
/** Texts that agree, at least, and the share of the group that they are. */
const [fewestAgreeing, leastShare] = [3, 0.5];
/** Of all texts with a word: on other questions, at most. */
const elsewhere = 0.5;

/**
 * Parts a group of texts that repeat each other, with its neighbours on the same question, by what they say: the rarest word that three or more of the group and half of it hold, and others on the question do not.
 * Null where all say the same, or nobody else is on the question.
 */
export function saidOtherwise(
  { start, stem, texts, words }: StemRows,
  { b }: Pick<NearPairs, "b">,
  firstPair: Int32Array,
  group: Int32Array,
): SaidOtherwise | null {
  const count = start.length - 1;
  const isIn = new Set(group);
  const weightOf = (s: number): number => Math.log((1 + count) / texts[s]) ** 2;
  const held = heldBy(group);
  const shared = [...held].filter(([s, times]) => times >= 0.8 * group.length && texts[s] <= Math.max(2 * group.length, count / 20));
  const all = shared.reduce((sum, [s]) => sum + weightOf(s), 0);
  if (all === 0) return null;
  const neighbours = new Set<number>();
  for (const item of group) for (let p = firstPair[item]; p < firstPair[item + 1]; p++) if (!isIn.has(b[p])) neighbours.add(b[p]);
  const isShared = new Set(shared.map(([s]) => s));
  const outside = [...neighbours].filter((item) => {
    let sum = 0;
    for (let p = start[item]; p < start[item + 1]; p++) if (isShared.has(stem[p])) sum += weightOf(stem[p]);
    return sum >= sameQuestion * all;
  });
  const asked = [...group, ...outside];
  const among = heldBy(asked);
  const candidates = [...held]
    .filter(([s, times]) => {
      const inAll = among.get(s)!;
      return (
        times >= fewestAgreeing && times >= leastShare * group.length && inAll < asked.length && texts[s] - inAll <= elsewhere * texts[s]
      );
    })
    .sort(([s, m], [t, n]) => n - m || texts[s] - texts[t] || s - t);
  let best: SaidOtherwise | null = null;
  for (const [s] of candidates) {
    const holds = (item: number): boolean => {
      for (let p = start[item]; p < start[item + 1]; p++) if (stem[p] === s) return true;
      return false;
    };
    const own = asked.filter(holds);
    const others = asked.filter((item) => !holds(item));
    const ofOwn = heldBy(own);
    const [other] = [...heldBy(others)]
      .filter(([t, times]) => times >= 2 && times >= 0.5 * others.length && !ofOwn.has(t) && texts[t] - times <= elsewhere * texts[t])
      .sort(([t, m], [u, n]) => n - m || texts[t] - texts[u] || t - u);
    if (best !== null && (other === undefined || best.otherWord !== null)) continue;
    best = {
      texts: Int32Array.from(own).sort(),
      word: words[s],
      others: Int32Array.from(others).sort(),
      otherWord: other === undefined ? null : words[other[0]],
    };
  }
  return best;

  function heldBy(items: Iterable<number>): Map<number, number> {
    const out = new Map<number, number>();
    for (const item of items) for (let p = start[item]; p < start[item + 1]; p++) out.set(stem[p], (out.get(stem[p]) ?? 0) + 1);
    return out;
  }
}

/** Where the pairs of each text begin, of pairs in the order of their first text. Shape: [texts + 1]. */
export function firstPairs({ a }: Pick<NearPairs, "a">, texts: number): Int32Array {
  const first = new Int32Array(texts + 1);
  for (const item of a) first[item + 1]++;
  for (let i = 0; i < texts; i++) first[i + 1] += first[i];
  return first;
}
