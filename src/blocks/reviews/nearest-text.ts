import type { ReviewWords } from "./word-envelope.ts";
import type { TextStyle } from "./text-style.ts";

/** Weights that a text should have, the largest first, all above 0. Shapes: words, weights [different words]. */
export interface WantedWords {
  readonly words: Int32Array;
  readonly weights: Float64Array;
}

/** Counts are tried at so many scales, each so much larger than the one before; at the first the heaviest word stands once. */
const [scales, growth] = [14, 1.45];
/** A cosine so far below the best is not made good at a larger scale. */
const lostFor = 0.02;

/** The text within the style whose TF-IDF has the largest cosine to these weights; null where none was found. */
export function nearestText({ words, weights }: WantedWords, idf: Float64Array, style: TextStyle): ReviewWords | null {
  let most = 0;
  for (let k = 0; k < words.length; k++) most = Math.max(most, weights[k] / idf[words[k]]);
  let best: { scale: number; cosine: number } | null = null;
  for (let step = 0, scale = 0.7 / most; step < scales && most > 0; step++, scale *= growth) {
    let dot = 0;
    let squares = 0;
    let length = 0;
    let different = 0;
    for (let k = 0; k < words.length && different < style.different; k++) {
      const count = countAt(words[k], weights[k], scale, idf, style);
      if (count === 0) continue;
      dot += count * idf[words[k]] * weights[k];
      squares += (count * idf[words[k]]) ** 2;
      length += count;
      different++;
    }
    if (length > style.length.high) break;
    if (length < style.length.low || different < style.variety * length) continue;
    const cosine = dot / Math.sqrt(squares);
    if (best === null || cosine > best.cosine) best = { scale, cosine };
    else if (cosine < best.cosine - lostFor) break;
  }
  if (best === null) return null;
  const { scale } = best;
  const written = Array.from(words, (word, k) => ({ word, count: countAt(word, weights[k], scale, idf, style) }))
    .filter(({ count }) => count > 0)
    .slice(0, style.different)
    .sort((a, b) => a.word - b.word);
  return { words: written.map(({ word }) => word), counts: written.map(({ count }) => count) };
}

function countAt(word: number, weight: number, scale: number, idf: Float64Array, { caps }: TextStyle): number {
  return Math.min(caps[word], Math.floor((scale * weight) / idf[word] + 0.5));
}
