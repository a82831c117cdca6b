import { medianOf } from "../../numeric/statistics/robust-spread.ts";
import { mixWord } from "./record-words.ts";
import { textsOfWords } from "./spelling-fold.ts";

/** Texts again, cut by their letters alone. */
export interface RecutTexts {
  /** Which texts they are, ascending. */
  readonly texts: readonly number[];
  readonly tokens: readonly Int32Array[];
  /** Tokens are below it. */
  readonly pieces: number;
}

/** Words of fewer texts than this are rare. */
const known = 5;
/** Texts of which so much are rare words, and so many times as much as usual; or whose words are this much shorter than usual. */
const odd = { share: 0.15, times: 3, length: 0.75 };
/** Letters that say where a cut is, and how many cuts there are: one after every so many letters, about. */
const [context, spacing] = [3, 4];

/**
 * The texts that consist of rare or short words as others do not, as those do whose blanks somebody has moved: cut after letters that the letters before them choose (content-defined
 * chunks), so that blanks change nothing, and a changed letter only what is about it.
 */
export function recutTexts(tokens: readonly Int32Array[], words: readonly string[]): RecutTexts {
  const holders = textsOfWords(tokens, words.length);
  const shares = Float64Array.from(tokens, (ids) => ids.reduce((sum, w) => sum + Number(holders[w] < known), 0) / Math.max(1, ids.length));
  const least = Math.max(odd.share, odd.times * medianOf(shares.slice()));
  const lengths = Float64Array.from(tokens, (ids) => ids.reduce((sum, w) => sum + words[w].length, 0) / Math.max(1, ids.length));
  const short = odd.length * medianOf(lengths.slice());
  const texts = Array.from(shares.keys()).filter((t) => shares[t] >= least || lengths[t] <= short);
  const idOf = new Map<string, number>();
  const recut = texts.map((t) => {
    const letters = Array.from(tokens[t], (w) => words[w]).join("");
    const ids: number[] = [];
    for (let p = 0, start = 0; p < letters.length; p++) {
      let hash = 0;
      for (let q = Math.max(0, p - context + 1); q <= p; q++) hash = mixWord(hash, letters.charCodeAt(q));
      if ((hash >>> 0) % spacing !== 0 && p + 1 < letters.length) continue;
      const piece = letters.slice(start, p + 1);
      start = p + 1;
      const id = idOf.get(piece) ?? idOf.size;
      idOf.set(piece, id);
      ids.push(id);
    }
    return Int32Array.from(ids);
  });
  return { texts, tokens: recut, pieces: idOf.size };
}
