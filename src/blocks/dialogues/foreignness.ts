import type { TokenCounts } from "./phrases.ts";
import { gap, type TokenRows } from "./token-rows.ts";

const mostLooked = 60;
const lengthenShare = 0.9;
const longestName = 16;
const backOff = 2;
const bound = 2;

/** A phrase in its rows: what stands around it always, and how it fits there. */
export interface PhraseFit {
  /** The tokens of the phrase, lengthened by what stands beside it nearly always. */
  readonly tokens: Int32Array;
  /** How much better its surroundings read without it than it fits between them, in decades, within ±2. */
  readonly foreignness: number;
}

/**
 * Looks at up to 60 of the rows. With P(b | a) = (c(a, b) + 2 P(b)) / (c(a) + 2), the pair's own occurrence left out, a side says how much its neighbour makes the token beside
 * it likelier, log10 P(b | a) / P(b); foreignness is that of the neighbours with the phrase taken out, minus the greater of that of its two sides. An end of the text,
 * of a sentence (`isStop`, by token) or a gap is no neighbour. A phrase between two ends is a segment of its own and counts as 1, and as −2 where it is all that the texts are.
 * What mostly begins or ends a sentence is not foreign: it counts as 0 at most.
 */
export function phraseFit(
  { start, token }: TokenRows,
  counts: TokenCounts,
  phrase: { readonly at: number; readonly length: number },
  rows: Int32Array,
  isStop: Uint8Array | null = null,
): PhraseFit {
  const count = rows.length;
  let words: Int32Array = token.slice(phrase.at, phrase.at + phrase.length);
  const places: number[] = [];
  const ends: number[] = [];
  const step = Math.max(1, count / mostLooked);
  for (let s = 0; s < count; s += step) {
    const i = rows[Math.floor(s)];
    const at = placeOf(token, start[i], start[i + 1], words);
    if (at < 0) continue;
    places.push(at);
    ends.push(i);
  }
  for (let side = -1; side <= 1 && words.length < longestName && places.length > 0;) {
    const seen = new Map<number, number>();
    let most = 0;
    let best = gap;
    places.forEach((at, n) => {
      const p = side < 0 ? at - 1 : at + words.length;
      if (p < start[ends[n]] || p >= start[ends[n] + 1] || token[p] === gap) return;
      const times = (seen.get(token[p]) ?? 0) + 1;
      seen.set(token[p], times);
      if (times > most) [most, best] = [times, token[p]];
    });
    // What ends the sentence before it is no part of a phrase.
    if (most < lengthenShare * places.length || (side < 0 && isStop?.[best] === 1)) {
      side += 2;
      continue;
    }
    for (let n = places.length - 1; n >= 0; n--) {
      const p = side < 0 ? places[n] - 1 : places[n] + words.length;
      if (p >= start[ends[n]] && p < start[ends[n] + 1] && token[p] === best) {
        if (side < 0) places[n]--;
      } else {
        places.splice(n, 1);
        ends.splice(n, 1);
      }
    }
    words = side < 0 ? Int32Array.of(best, ...words) : Int32Array.of(...words, best);
  }
  const isStopAt = (p: number, row: number): boolean =>
    p >= start[row] && p < start[row + 1] && token[p] !== gap && isStop?.[token[p]] === 1;
  const neighbourAt = (p: number, row: number): number => (p < start[row] || p >= start[row + 1] || isStopAt(p, row) ? gap : token[p]);
  let [removed, left, right] = [0, 0, 0];
  let [ofRemoved, ofLeft, ofRight, whole, sentences] = [0, 0, 0, 0, 0];
  const [first, last] = [words[0], words[words.length - 1]];
  places.forEach((at, n) => {
    if (isStopAt(at - 1, ends[n]) || isStopAt(at + words.length, ends[n])) sentences++;
    const before = neighbourAt(at - 1, ends[n]);
    const after = neighbourAt(at + words.length, ends[n]);
    if (before !== gap) {
      left += lift(counts, before, first, 1);
      ofLeft++;
    }
    if (after !== gap) {
      right += lift(counts, last, after, 1);
      ofRight++;
    }
    if (before !== gap && after !== gap) {
      removed += lift(counts, before, after, 0);
      ofRemoved++;
    } else if (before === gap && after === gap && start[ends[n] + 1] - start[ends[n]] - words.length < 2) whole++;
  });
  const least = 0.3 * places.length;
  const hasLeft = ofLeft >= least;
  const hasRight = ofRight >= least;
  let foreignness: number;
  if (!hasLeft && !hasRight) foreignness = whole > 0.5 * places.length ? -bound : 1;
  else {
    const sides = Math.max(hasLeft ? left / ofLeft : -Infinity, hasRight ? right / ofRight : -Infinity);
    foreignness = (hasLeft && hasRight && ofRemoved > 0 ? removed / ofRemoved : 0) - sides;
  }
  // Where a sentence begins or ends, words stand that one cannot do without.
  const highest = 2 * sentences > places.length ? 0 : bound;
  return { tokens: words, foreignness: Math.max(-bound, Math.min(highest, foreignness)) };
}

/** Where the words stand between two places; −1 = nowhere. */
export function placeOf(token: Int32Array, from: number, to: number, words: Int32Array): number {
  for (let p = from; p + words.length <= to; p++) {
    let k = 0;
    while (k < words.length && token[p + k] === words[k]) k++;
    if (k === words.length) return p;
  }
  return -1;
}

function lift({ times, total, timesOfPair }: TokenCounts, a: number, b: number, own: number): number {
  const share = Math.max(1, times[b] - own) / total;
  const pair = Math.max(0, timesOfPair(a, b) - own);
  const before = Math.max(0, times[a] - own);
  return Math.log10((pair + backOff * share) / ((before + backOff) * share));
}
