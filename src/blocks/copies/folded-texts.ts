import { isAscii, isMark } from "../../core/text/words.ts";
import { takeOutUnseen } from "../../core/text/invisible.ts";
import { withoutLookAlikes } from "../../core/text/odd-letters.ts";
import { makeWordNumbers } from "../../core/text/word-numbers.ts";

/** Texts as a reader sees them, with how much of each was written to look like something else. */
export interface FoldedTexts {
  /** Of each text its words in order, as indices into `words`. */
  readonly tokens: readonly Int32Array[];
  readonly words: readonly string[];
  /**
   * Words of each text that hold hidden characters inside, letters of full width or mathematical ones, or letters of several scripts; a word that is disguised in two ways
   * may count twice. Shape: [texts].
   */
  readonly disguised: Int32Array;
}

/**
 * Folds what is written to be read alike: the words of core/text/words.ts (where scripts without blanks are cut, and an emoji is one word), without the names of odd
 * letters, with the look-alikes of Armenian, and with whatever is left of look-alikes in words of several scripts as Latin letters. A word that is wholly in another
 * alphabet stays, unless all around it is Latin and each of its letters has a twin there: so Russian and Greek are innocent, as are letters of full width in East
 * Asian text, joiners that a script is written with, and what is hidden between words, and control characters, which are broken quotes. Time and memory grow with the letters.
 */
export function foldTexts(texts: readonly string[]): FoldedTexts {
  const { words: read, numbersOf } = makeWordNumbers();
  const words: string[] = [];
  const idOf = new Map<string, number>();
  /** Of each word that was read its index in `words`, −1 = the name of an odd letter; and 1 where its letters are of several scripts. */
  const folded: number[] = [];
  const isMixed: number[] = [];
  const disguised = new Int32Array(texts.length);

  function meet(word: string): void {
    const plain = mixedScripts.test(word)
      ? withoutLookAlikes(word.replace(/[ոսօհց]/g, (letter) => armenian[letter]))
      : withoutDotless(word);
    let id = isMark(word) ? -1 : idOf.get(plain);
    if (id === undefined) {
      id = words.push(plain) - 1;
      idOf.set(plain, id);
    }
    folded.push(id);
    isMixed.push(mixedScripts.test(word) ? 1 : 0);
  }

  const tokens = texts.map((text, t) => {
    const found = numbersOf(isAscii(text) ? text : takeOutHidden(text, t));
    while (folded.length < read.length) meet(read[folded.length]);
    const ids = new Int32Array(found.length);
    let count = 0;
    for (let p = 0; p < found.length; p++) {
      const id = folded[found[p]];
      if (id < 0) disguised[t]++;
      else ids[count++] = id;
      disguised[t] += isMixed[found[p]];
    }
    return count === ids.length ? ids : ids.slice(0, count);
  });
  return { tokens, words, disguised };

  function takeOutHidden(text: string, t: number): string {
    const { plain, hidden } = takeOutUnseen(text.normalize("NFC"));
    let before = -1;
    for (const { at, name } of hidden) {
      // Control characters are what is left of quotes in another encoding.
      if (isControl.test(name) || !isLetter.test(plain.slice(at - 1, at)) || !isLetter.test(plain.slice(at, at + 1))) continue;
      if (before < 0 || !isOneWord.test(plain.slice(before, at))) disguised[t]++;
      before = at;
    }
    return plain;
  }
}

const isControl = /^U\+00[0-9]/;
const isLetter = /[\p{L}\p{M}\p{N}\ud800-\udfff]/u;
const isOneWord = /^[\p{L}\p{M}\p{N}]*$/u;
const mixedScripts =
  /\p{sc=Latin}.*[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}]|[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}].*\p{sc=Latin}/u;
const armenian: Readonly<Record<string, string>> = { ո: "n", ս: "u", օ: "o", հ: "h", ց: "g" };

/** Turkish writes it innocently, so it is folded and no evidence. */
function withoutDotless(word: string): string {
  return word.includes("ı") ? word.replace(/ı/g, "i") : word;
}
