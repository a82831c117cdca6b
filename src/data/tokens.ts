import { makeWordNumbers } from "../core/text/word-numbers.ts";

/** Distinct terms of a text, ascending by id, with how often each occurs. Shapes: ids [terms], counts [terms]. */
export interface TermCounts {
  readonly ids: Int32Array;
  readonly counts: Float64Array;
}

/** Numbers terms as they are met and remembers the terms of every text it has seen: a study encodes the same texts again and again. */
export interface Tokenizer {
  /** Term of each id. */
  readonly terms: readonly string[];
  countTerms(text: string): TermCounts;
}

/** @param options.bigrams also count pairs of neighbouring words, as `first second` */
export function makeTokenizer(options: { readonly bigrams: boolean }): Tokenizer {
  const terms: string[] = [];
  const idOf = new Map<string, number>();
  const known = new Map<string, TermCounts>();
  const { words, numbersOf } = makeWordNumbers();
  /** Term of each word. */
  const termOf: number[] = [];

  function intern(term: string): number {
    let id = idOf.get(term);
    if (id === undefined) {
      id = terms.push(term) - 1;
      idOf.set(term, id);
    }
    return id;
  }

  function countTerms(text: string): TermCounts {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const found = numbersOf(text);
    const length = found.length;
    const ids = new Int32Array(options.bigrams ? Math.max(0, 2 * length - 1) : length);
    for (let i = 0; i < length; i++) {
      const word = found[i];
      if (word === termOf.length) termOf.push(intern(words[word]));
      ids[i] = termOf[word];
    }
    if (options.bigrams) for (let i = 1; i < length; i++) ids[length + i - 1] = intern(`${words[found[i - 1]]} ${words[found[i]]}`);
    const counted = countSorted(ids.sort());
    known.set(text, counted);
    return counted;
  }

  return { terms, countTerms };
}

function countSorted(ids: Int32Array): TermCounts {
  const distinct = new Int32Array(ids.length);
  const counts = new Float64Array(ids.length);
  let terms = 0;
  for (const id of ids) {
    if (terms === 0 || distinct[terms - 1] !== id) distinct[terms++] = id;
    counts[terms - 1]++;
  }
  return { ids: distinct.slice(0, terms), counts: counts.slice(0, terms) };
}
