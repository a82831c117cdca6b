import {
  type ReviewWords,
  type WordEnvelope,
  addWordInto,
  dotsWith,
  isWithin,
  nearestOf,
  normOf,
  outsideEnvelope,
} from "./word-envelope.ts";

/**
 * What a review with label t is for: the score z = scoreBase + Σ_k c_k idf_k score_k / ‖c ∘ idf‖ that the model gives it, and the pull
 * u = pullBase + Σ_k c_k idf_k pull_k / ‖c ∘ idf‖ of it along the attacker's direction. Shapes: score, pull [words].
 */
export interface ReviewAim {
  readonly score: Float64Array;
  readonly pull: Float64Array;
  readonly scoreBase: number;
  readonly pullBase: number;
  readonly sign: 1 | -1;
}

/** t σ(−t z) u, what inserting the row raises the attacker's utility by, to first order and per share (see core/objective.ts). */
export function gainOf(aim: ReviewAim, z: number, u: number): number {
  return (aim.sign * u) / (1 + Math.exp(aim.sign * z));
}

interface Draft {
  readonly counts: Map<number, number>;
  length: number;
  scoreSum: number;
  pullSum: number;
  squares: number;
}

/** Swaps that bring a review's nearness into its band; it is given up after so many. */
const mostSwaps = 120;

/**
 * Writes a review word by word, each time the one (of the candidates and of a genuine review's own words) that raises the gain most, as long as it rises
 * and the envelope allows; then swaps words until the review is as near to some genuine one as genuine ones are to each other.
 *
 * @returns null where no such review was found
 */
export function writeReview(
  genuine: ReviewWords,
  aim: ReviewAim,
  candidates: readonly number[],
  envelope: WordEnvelope,
): { readonly review: ReviewWords; readonly gain: number } | null {
  const { idf } = envelope.genuine;
  const draft: Draft = { counts: new Map(), length: 0, scoreSum: 0, pullSum: 0, squares: 0 };
  const words = [...new Set([...candidates, ...genuine.words])].filter((word) => envelope.caps[word] >= 1);
  grow(draft, words, aim, envelope);
  if (!moveNear(draft, genuine, aim, words, envelope)) return null;
  const review = reviewOf(draft);
  if (outsideEnvelope(review, envelope) !== null) return null;
  const norm = normOf(review, idf);
  return { review, gain: gainOf(aim, aim.scoreBase + draft.scoreSum / norm, aim.pullBase + draft.pullSum / norm) };
}

function grow(draft: Draft, words: readonly number[], aim: ReviewAim, envelope: WordEnvelope): void {
  const { length, usualLength } = envelope;
  let gain = -Infinity;
  // A longer review spreads its weight over more words, each of which then moves the model less.
  while (draft.length + 1 <= Math.max(Math.ceil(length.low), usualLength)) {
    const best = bestAddition(draft, words, aim, envelope);
    if (best === null || (best.gain <= gain && draft.length >= length.low)) return;
    gain = best.gain;
    addWord(draft, best.word, 1, aim, envelope);
  }
}

function bestAddition(
  draft: Draft,
  words: readonly number[],
  aim: ReviewAim,
  envelope: WordEnvelope,
): { readonly word: number; readonly gain: number } | null {
  let best: { word: number; gain: number } | null = null;
  for (const word of words) {
    if (!mayAdd(draft, word, envelope)) continue;
    const gain = gainWith(draft, word, 1, aim, envelope);
    if (best === null || gain > best.gain) best = { word, gain };
  }
  return best;
}

/** Keeps to the caps, and to a share of different words from which the band can still be met. */
function mayAdd(draft: Draft, word: number, { caps, length, variety }: WordEnvelope): boolean {
  const count = draft.counts.get(word) ?? 0;
  if (count + 1 > caps[word]) return false;
  const different = draft.counts.size;
  const total = draft.length + 1;
  return count === 0 ? different + 1 <= variety.high * Math.max(total, Math.ceil(length.low)) : different >= variety.low * total;
}

/** The gain with so many more (or fewer, below 0) of a word. */
function gainWith(draft: Draft, word: number, times: number, aim: ReviewAim, { genuine: { idf } }: WordEnvelope): number {
  const before = draft.counts.get(word) ?? 0;
  const weight = idf[word];
  const squares = draft.squares + ((before + times) ** 2 - before ** 2) * weight * weight;
  const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  const z = aim.scoreBase + (draft.scoreSum + times * weight * aim.score[word]) * scale;
  const u = aim.pullBase + (draft.pullSum + times * weight * aim.pull[word]) * scale;
  return gainOf(aim, z, u);
}

function addWord(draft: Draft, word: number, times: number, aim: ReviewAim, { genuine: { idf } }: WordEnvelope): void {
  const before = draft.counts.get(word) ?? 0;
  const weight = idf[word];
  draft.squares += ((before + times) ** 2 - before ** 2) * weight * weight;
  draft.scoreSum += times * weight * aim.score[word];
  draft.pullSum += times * weight * aim.pull[word];
  draft.length += times;
  if (before + times === 0) draft.counts.delete(word);
  else draft.counts.set(word, before + times);
}

/** Swaps single words in and out until the nearest genuine review is at a genuine distance. */
function moveNear(draft: Draft, genuine: ReviewWords, aim: ReviewAim, words: readonly number[], envelope: WordEnvelope): boolean {
  const { genuine: reviews, nearness } = envelope;
  const dots = dotsWith(reviews, reviewOf(draft));
  const change = (word: number, times: number): void => {
    addWord(draft, word, times, aim, envelope);
    addWordInto(dots, reviews, word, times);
  };
  const banned = new Set<number>();
  for (let swap = 0; swap < mostSwaps; swap++) {
    const near = nearestOf(dots, Math.sqrt(draft.squares));
    if (isWithin(near, nearness)) return true;
    if (near < nearness.low) {
      const leaving = leastMissed(draft, genuine, aim, envelope);
      if (leaving === undefined) return false;
      change(leaving, -1);
      const coming = rarest(draft, genuine, envelope);
      if (coming === undefined) return false;
      change(coming, 1);
    } else {
      const leaving = mostShared(draft, reviews, dots);
      if (leaving === undefined) return false;
      banned.add(leaving);
      change(leaving, -1);
      const allowed = words.filter((word) => !banned.has(word));
      const coming = bestAddition(draft, allowed, aim, envelope);
      if (coming === null) return false;
      change(coming.word, 1);
    }
  }
  return false;
}

/** The word that is not of the genuine review and whose leaving costs least gain. */
function leastMissed(draft: Draft, genuine: ReviewWords, aim: ReviewAim, envelope: WordEnvelope): number | undefined {
  const own = new Set(genuine.words);
  let best: { word: number; gain: number } | undefined;
  for (const word of draft.counts.keys()) {
    if (own.has(word)) continue;
    const gain = gainWith(draft, word, -1, aim, envelope);
    if (best === undefined || gain > best.gain) best = { word, gain };
  }
  return best?.word;
}

/** The word that does most for the nearness to the nearest genuine review. */
function mostShared(draft: Draft, reviews: WordEnvelope["genuine"], dots: Float64Array): number | undefined {
  let nearest = 0;
  for (let r = 1; r < dots.length; r++) if (dots[r] > dots[nearest]) nearest = r;
  let best: { word: number; weight: number } | undefined;
  for (const word of draft.counts.keys()) {
    const weight = weightIn(reviews, word, nearest);
    if (weight > 0 && (best === undefined || weight > best.weight)) best = { word, weight };
  }
  return best?.word;
}

/** The word of the genuine review that tells it apart best and may still be added. */
function rarest(draft: Draft, genuine: ReviewWords, envelope: WordEnvelope): number | undefined {
  const { idf } = envelope.genuine;
  return genuine.words
    .filter((word, k) => (draft.counts.get(word) ?? 0) < genuine.counts[k] && mayAdd(draft, word, envelope))
    .sort((a, b) => idf[b] - idf[a] || a - b)[0];
}

/** How much a word weighs in a genuine review, towards the nearness of whoever uses it too. */
function weightIn({ starts, review, counts, norms, idf }: WordEnvelope["genuine"], word: number, at: number): number {
  for (let p = starts[word]; p < starts[word + 1]; p++) if (review[p] === at) return (counts[p] * idf[word] * idf[word]) / norms[at];
  return 0;
}

function reviewOf({ counts }: Draft): ReviewWords {
  const words = [...counts.keys()].sort((a, b) => a - b);
  return { words, counts: words.map((word) => counts.get(word) as number) };
}
