import { asciiWordEnd, isAsciiBlank } from "./ascii-words.ts";
import { isAscii, wordsOf } from "./words.ts";

/** Numbers words as they are met. */
export interface WordNumbers {
  /** Word of each number. */
  readonly words: readonly string[];
  /** The numbers of the words of a text; the array is written over by the next call. */
  numbersOf(text: string): Int32Array;
}

/** The same words as `wordsOf` finds. A word of ASCII that is known already is found by its letters: no string is made of it. */
export function makeWordNumbers(): WordNumbers {
  const words: string[] = [];
  /** Letters of word w are `letters[starts[w] .. starts[w + 1])`. */
  let starts = new Int32Array(1024);
  let letters = new Uint16Array(8192);
  let hashes = new Int32Array(1024);
  /** Open addressing; word + 1, 0 = free. */
  let slots = new Int32Array(4096);
  let found = new Int32Array(1024);

  function numberOf(text: string, from: number, to: number, lower: boolean): number {
    let hash = 0;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ codeAt(text, i, lower), 0x01000193) + 0x9e37;
    hash ^= hash >>> 15;
    let slot = hash & (slots.length - 1);
    for (; slots[slot] > 0; slot = (slot + 1) & (slots.length - 1)) {
      const word = slots[slot] - 1;
      if (hashes[word] === hash && isSpelled(word, text, from, to, lower)) return word;
    }
    const added = text.slice(from, to);
    return add(lower ? added.toLowerCase() : added, hash, slot);
  }

  function isSpelled(word: number, text: string, from: number, to: number, lower: boolean): boolean {
    const start = starts[word];
    if (starts[word + 1] - start !== to - from) return false;
    for (let i = from; i < to; i++) if (letters[start + i - from] !== codeAt(text, i, lower)) return false;
    return true;
  }

  function add(word: string, hash: number, slot: number): number {
    const number = words.push(word) - 1;
    const start = starts[number];
    if (number + 2 > starts.length) starts = grown(starts, new Int32Array(2 * starts.length));
    if (number >= hashes.length) hashes = grown(hashes, new Int32Array(2 * hashes.length));
    if (start + word.length > letters.length) letters = grown(letters, new Uint16Array(2 * (start + word.length)));
    for (let i = 0; i < word.length; i++) letters[start + i] = word.charCodeAt(i);
    starts[number + 1] = start + word.length;
    hashes[number] = hash;
    slots[slot] = number + 1;
    if (2 * words.length > slots.length) {
      slots = new Int32Array(2 * slots.length);
      for (let w = 0; w < words.length; w++) {
        let free = hashes[w] & (slots.length - 1);
        while (slots[free] > 0) free = (free + 1) & (slots.length - 1);
        slots[free] = w + 1;
      }
    }
    return number;
  }

  function numbersOf(text: string): Int32Array {
    if (found.length < text.length) found = new Int32Array(2 * text.length);
    let count = 0;
    if (isAscii(text)) {
      for (let i = 0; i < text.length; i++) {
        if (isAsciiBlank(text.charCodeAt(i))) continue;
        const end = asciiWordEnd(text, i);
        if (end > 0) found[count++] = numberOf(text, i, end, true);
        i = Math.abs(end) - 1;
      }
    }
    if (count > 0) return found.subarray(0, count);
    const all = wordsOf(text);
    if (found.length < all.length) found = new Int32Array(2 * all.length);
    for (const word of all) found[count++] = numberOf(word, 0, word.length, false);
    return found.subarray(0, count);
  }

  return { words, numbersOf };
}

function codeAt(text: string, at: number, lower: boolean): number {
  const code = text.charCodeAt(at);
  return lower && code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function grown<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
