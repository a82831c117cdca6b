import { isMark, wordsOf } from "../../core/text/words.ts";
import type { WordColumn } from "../../core/text/word-column.ts";
import { quantileOfSorted } from "../feasible/box.ts";
import type { Band } from "./word-envelope.ts";

/** How people write the texts of one column, measured on words of its vocabulary. */
export interface TextStyle {
  /** Most often that a word stands in a text; 0 for what is not written by itself: pairs of words, names of odd characters. Shape: [features of the column]. */
  readonly caps: Float64Array;
  /** Words of a text, repeated ones each time. */
  readonly length: Band;
  /** Most different words of a text. */
  readonly different: number;
  /** Least share of different words among all of a text. */
  readonly variety: number;
}

/**
 * The style of these texts: no word more often than in all but `tail` of those that hold it, and length, different words and variety of all but `tail` on
 * each side. Texts without a word are left out.
 *
 * @param terms of the features of the column
 * @param tail in [0, 0.5)
 */
export function textStyle({ counts }: WordColumn, terms: readonly string[], tail: number): TextStyle {
  const isWritable = terms.map((term) => !isMark(term) && isWord(term));
  const standing = terms.map((): number[] => []);
  const [lengths, sizes, varieties] = [[], [], []] as [number[], number[], number[]];
  for (let i = 0; i < counts.rows; i++) {
    let length = 0;
    let different = 0;
    for (let p = counts.indptr[i]; p < counts.indptr[i + 1]; p++) {
      const word = counts.indices[p];
      if (!isWritable[word]) continue;
      standing[word].push(counts.values[p]);
      length += counts.values[p];
      different++;
    }
    if (length === 0) continue;
    lengths.push(length);
    sizes.push(different);
    varieties.push(different / length);
  }
  const quantile = (values: readonly number[], share: number): number => quantileOfSorted(Float64Array.from(values).sort(), share);
  if (lengths.length === 0) return { caps: new Float64Array(terms.length), length: { low: 0, high: 0 }, different: 0, variety: 0 };
  return {
    caps: Float64Array.from(standing, (values) => (values.length === 0 ? 0 : Math.floor(quantile(values, 1 - tail)))),
    length: { low: quantile(lengths, tail), high: quantile(lengths, 1 - tail) },
    different: Math.max(1, Math.floor(quantile(sizes, 1 - tail))),
    variety: quantile(varieties, tail),
  };
}

function isWord(term: string): boolean {
  const words = wordsOf(term);
  return words.length === 1 && words[0] === term;
}
