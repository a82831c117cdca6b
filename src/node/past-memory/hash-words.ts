import { asciiWordEnd, isAsciiBlank } from "../../core/text/ascii-words.ts";
import { isAscii, wordsOf } from "../../core/text/words.ts";

/** The words of core/text/words.ts, each as a hash of 32 bits: no vocabulary grows with the data. */
export interface WordHasher {
  /** In the order of the text; written over by the next call. Shape: [words]. */
  hashesOf(text: string): Int32Array;
}

export function makeWordHasher(): WordHasher {
  let found = new Int32Array(1024);

  function hashesOf(text: string): Int32Array {
    if (found.length < text.length) found = new Int32Array(2 * text.length);
    let count = 0;
    if (isAscii(text)) {
      for (let i = 0; i < text.length; i++) {
        if (isAsciiBlank(text.charCodeAt(i))) continue;
        const end = asciiWordEnd(text, i);
        if (end > 0) found[count++] = hashOf(text, i, end);
        i = Math.abs(end) - 1;
      }
      if (count > 0) return found.subarray(0, count);
    }
    const all = wordsOf(text);
    if (found.length < all.length) found = new Int32Array(2 * all.length);
    for (const word of all) found[count++] = hashOf(word, 0, word.length);
    return found.subarray(0, count);
  }

  return { hashesOf };
}

/** FNV-1a over the letters, small ones where they are of ASCII, and the last rounds of MurmurHash3. */
function hashOf(text: string, from: number, to: number): number {
  let h = 0x811c9dc5 | 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    h = Math.imul(h ^ (code >= 0x41 && code <= 0x5a ? code + 0x20 : code), 0x01000193);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
