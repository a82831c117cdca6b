import { type ClassOdds, mostAdded } from "./class-answers.ts";
import {
  fewestRows,
  forEachPhrase,
  type Ground,
  ofSetting,
  ownTokens,
  saysOfItsOwn,
  type Scored,
  type Scorer,
  unmarkOwn,
  weightOf,
} from "./search-ground.ts";

const mostLooked = 4000;
/** Log odds of a row are held within these bounds. */
const surest = 3;
/** A trigger decides about the class in this share of its rows at least, and at most. */
const [leastShare, mostShare] = [0.75, 0.98];
const leastRough = 0.5;
/** Of larger groups so many rows are looked at first; where these are so many standard errors below 0 the others change nothing. */
const [firstLooked, surelyBelow] = [64, 4];

/**
 * By classes. With p_i the chance of the class by the rest of a row's words and q the share of the group that bears it, within [.75, .98], the evidence is
 * the likelihood ratio Σ log10 q / p_i over the rows that bear it and log10 (1 − q) / (1 − p_i) over the others. An honest word is found among others of its class, a
 * trigger is not: so there is added the likelihood ratio of the rest being drawn like all rows' against like that of rows of the class (normal laws of one
 * deviation, the mean held between theirs).
 */
export function classScorer(ground: Ground, oddsOf: (answerOf: Int32Array | null) => ClassOdds): Scorer {
  const { classes } = ground;
  const counts = new Float64Array(classes.names.length);
  const isOfKind = (row: number): boolean => classes.of[row] >= 0;
  const real = oddsOf(null);

  /** The class that stands out the most. */
  function labelOf(list: Int32Array, count: number, answerOf: Int32Array | null): number {
    counts.fill(0);
    for (let s = 0; s < count; s++) counts[classes.of[answerOf === null ? list[s] : answerOf[list[s]]]]++;
    let best = 0;
    let most = -Infinity;
    for (let k = 0; k < counts.length; k++) {
      const share = real.shares[k];
      const beyond = (counts[k] - count * share) / Math.sqrt(Math.max(1e-9, count * share * (1 - share)));
      if (beyond <= most) continue;
      best = k;
      most = beyond;
    }
    return best;
  }

  /** Whether the likelihood ratio of a large group is below 0 by a part of its rows. */
  function isSurelyBelow(
    list: Int32Array,
    count: number,
    k: number,
    q: number,
    answerOf: Int32Array | null,
    odds: ClassOdds,
    own: Int32Array,
  ): boolean {
    let sum = 0;
    let square = 0;
    for (let s = 0; s < firstLooked; s++) {
      const i = list[Math.floor((s * count) / firstLooked)];
      const p = chanceOf(odds.prior[k] + odds.added(i, k, own));
      const ratio = classes.of[answerOf === null ? i : answerOf[i]] === k ? Math.log10(q / p) : Math.log10((1 - q) / (1 - p));
      sum += ratio;
      square += ratio * ratio;
    }
    return sum + surelyBelow * Math.sqrt(square) < 0;
  }

  function evidence(list: Int32Array, count: number, answerOf: Int32Array | null, words: Int32Array, odds: ClassOdds): number {
    const k = labelOf(list, count, answerOf);
    const seen = counts[k] / count;
    if (seen <= odds.shares[k] || count * divergence(seen, odds.shares[k]) < leastRough) return 0;
    const q = Math.min(mostShare, Math.max(leastShare, seen));
    const own = ownTokens(ground, list, count, words);
    const without = sortedOnce(own);
    const looked = Math.min(count, mostLooked);
    if (looked > 4 * firstLooked && isSurelyBelow(list, count, k, q, answerOf, odds, without)) return 0;
    let ratio = 0;
    let added = 0;
    let bearers = 0;
    for (let s = 0; s < looked; s++) {
      const i = list[Math.floor((s * count) / looked)];
      const rest = odds.added(i, k, without);
      const p = chanceOf(odds.prior[k] + rest);
      if (classes.of[answerOf === null ? i : answerOf[i]] === k) {
        ratio += Math.log10(q / p);
        added += Math.max(-mostAdded, Math.min(mostAdded, rest));
        bearers++;
      } else ratio += Math.log10((1 - q) / (1 - p));
    }
    for (const t of own) ground.isOwn[t] = 1;
    const setting = ofSetting(ground, own, words) * saysOfItsOwn(ground, list, looked);
    unmarkOwn(ground, own);
    const { own: ofClass, all, deviation } = odds.usual[k];
    if (ratio > 0 && ofClass > all) {
      const mean = Math.max(all, Math.min(ofClass, added / bearers));
      ratio += (bearers * (ofClass - all) * (ofClass + all - 2 * mean)) / (2 * deviation * deviation) / Math.LN10;
    }
    return Math.max(0, ratio) * setting * (count / looked);
  }

  return {
    kind: "class",
    isOfKind,
    nullShare: 0.15,
    strength: (list, count, words, weight) => (count < fewestRows ? 0 : evidence(list, count, null, words, real) * weight),
    all(draw) {
      const answerOf = draw?.answerOf ?? null;
      const odds = answerOf === null ? real : oddsOf(answerOf);
      const scored: Scored[] = [];
      forEachPhrase(ground, isOfKind, draw, (phrase, members, count, words) => {
        const value = evidence(members, count, answerOf, words, odds);
        if (value > 0) scored.push({ phrase, strength: value * weightOf(ground, phrase) });
      });
      return scored;
    },
    tell(list, words) {
      const k = labelOf(list, list.length, null);
      const own = sortedOnce(ownTokens(ground, list, list.length, words));
      let expected = 0;
      for (const i of list) expected += 1 / (1 + Math.exp(-real.prior[k] - real.added(i, k, own)));
      return { rows: list.filter((i) => classes.of[i] === k), label: k, expected, shared: new Int32Array(0) };
    },
    follows(list, count) {
      const k = labelOf(list, count, null);
      return (i) => classes.of[i] === k;
    },
  };
}

/** Ascending, each once. */
function sortedOnce(tokens: Int32Array): Int32Array {
  const sorted = tokens.slice().sort();
  let count = 0;
  for (const t of sorted) if (count === 0 || sorted[count - 1] !== t) sorted[count++] = t;
  return sorted.subarray(0, count);
}

function chanceOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-Math.max(-surest, Math.min(surest, logOdds))));
}

/** KL(o ‖ p) of two shares, in decades. */
function divergence(o: number, p: number): number {
  const part = (a: number, b: number): number => (a <= 0 ? 0 : a * Math.log10(a / Math.max(1e-12, b)));
  return part(o, p) + part(1 - o, 1 - p);
}
