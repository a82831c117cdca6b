import { asciiWords } from "./ascii-words.ts";
import { codeName, characterNamed, emoji, takeOutUnseen } from "./invisible.ts";
import { isLatinInDisguise, mayMislead } from "./odd-letters.ts";
import { dressedSymbols, foldCase, plainDress, wordForm, type Around } from "./word-form.ts";
import { segments } from "./segments.ts";

/**
 * The words of a text in the order that they are written; see docs/text.md. All that reads text (features, detectors, filters, triggers) reads it here.
 *
 * - A word is a run of letters, combining marks, digits and underscores, however short, in one form: case folded, composed, letters in another dress
 *   (full width, mathematical, circled) and look-alikes of another script as the letters that they stand for. Scripts that are written without blanks are
 *   cut by `Intl.Segmenter`. English endings (don't), Cyrillic apostrophes and points within numbers (3.5) join.
 * - An emoji is a word with all that it is joined with, as is every other symbol, and a run of punctuation (`!!!`, `:-)`, `★★★★☆`). A single mark of a sentence
 *   (`. , ; : ! ?`, quotes, brackets, dashes) is none, unless the text has nothing else.
 * - What does not look like itself is told: after a word stands, by name (`U+200B`), each invisible character that was taken out of it and the first odd letter that
 *   was replaced. So the word is met both with and without them. No word looks like such a name, since words are in small letters.
 */
export function wordsOf(text: string): string[] {
  const words = isAscii(text) ? asciiWords(text) : isPlain.test(text) ? plainWords(text) : anyWords(text);
  return words.length > 0 ? words : (text.match(/\S/gu) ?? []);
}

/** Whether this is the name of an invisible or odd character, and no word. */
export function isMark(word: string): boolean {
  return characterNamed(word) !== null;
}

/** As many as `wordsOf` has, or as there are parts between blanks where a text is written with blanks: quick, for a look at a column. */
export function countWords(text: string): number {
  if (isUnspaced(text)) return wordsOf(text).length;
  let count = 0;
  let inWord = false;
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 0x20;
    if (!isBlank && !inWord) count++;
    inWord = !isBlank;
  }
  return count;
}

/** Whether some of a text is in a script that is written without blanks. */
export function isUnspaced(text: string): boolean {
  return unspaced.test(text);
}

/** Scripts without blanks whose words are in ICU's dictionaries, and others, whose letters are then words. */
const inDictionary =
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\u30fc\\uff70\\uff9e\\uff9f\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";
const inNone =
  "\\p{sc=Javanese}\\p{sc=Balinese}\\p{sc=Cham}\\p{sc=Tai_Le}\\p{sc=New_Tai_Lue}\\p{sc=Tai_Tham}\\p{sc=Tai_Viet}\\p{sc=Sundanese}\\p{sc=Yi}";
const isHalfWidth = /[\uff66-\uff9f]/;
const unspaced = new RegExp(`[${inDictionary}${inNone}]`, "u");

/** Marks of a sentence in many scripts, which say little by themselves. */
const ofSentence =
  ".,;:!?'\"()\\[\\]/&\\u00a1\\u00ab\\u00b7\\u00bb\\u00bf\\u0387\\u055d-\\u055f\\u0589\\u05be\\u05c0\\u05c3\\u05f3\\u05f4\\u060c\\u061b\\u061f\\u066a-\\u066d\\u06d4\\u0964\\u0965\\u0970\\u0df4\\u0e2f\\u0e5a\\u0e5b\\u0f0b-\\u0f12\\u104a-\\u104f\\u1362-\\u1368\\u17d4-\\u17da\\u1800-\\u180a\\u2010-\\u2027\\u2030-\\u203a\\u2e00-\\u2e5d\\u3001-\\u3003\\u3008-\\u3011\\u3014-\\u301f\\u30a0\\u30fb\\ufe10-\\ufe19\\ufe30-\\ufe6b\\uff01\\uff02\\uff06-\\uff09\\uff0c-\\uff0f\\uff1a\\uff1b\\uff1f\\uff3b\\uff3d\\uff5b\\uff5d\\uff5f-\\uff65-";

/** Nothing but letters, digits, blanks and sentence marks, which mean what they look like, and no control characters. */
export function isAscii(text: string): boolean {
  return !/[^\t\n\r -~]/.test(text);
}

/** European scripts without dress, and the usual quotes and dashes. Letters of two of them in one text could mislead. */
const isPlain =
  /^(?:[\t\n\r -~\u00a0\u00a1\u00a3-\u00a7\u00ab\u00b0\u00bb\u00bf-\u024f\u2010-\u2015\u2018-\u201e\u2026\u20ac]*|[\t\n\r -@[-`{-~\u00a0\u00ab\u00b0\u00bb\u0400-\u045f\u0490-\u0491\u2010-\u2015\u2018-\u201e\u2026\u2116]*|[\t\n\r -~\u00a0\u1100-\u1112\uac00-\ud7a3\u3131-\u3163\u2010-\u2015\u2018-\u201e\u2026]*)$/;

const quotes = /[\u2018\u2019\u02bc\uff07]/g;
const joined = `(?:['\\u2019\\u02bc](?=(?:[tsmdTSMD]|[rR][eE]|[vV][eE]|[lL]{2})(?![\\p{L}\\p{M}\\p{N}_]))|(?<=\\p{sc=Cyrillic})['\\u2019\\u02bc](?=\\p{sc=Cyrillic})|(?<=\\p{Nd})[.,](?=\\p{Nd}))`;
const plain = new RegExp(
  `[\\p{L}\\p{M}\\p{N}_]+(?:${joined}[\\p{L}\\p{M}\\p{N}_]+)*|[^\\s\\p{L}\\p{M}\\p{N}_]{2,}|[^\\s\\p{L}\\p{M}\\p{N}_${ofSentence}]`,
  "gu",
);

function plainWords(text: string): string[] {
  return (
    foldCase(text)
      .replace(quotes, "'")
      .replace(/\u2026/g, "...")
      .match(plain) ?? []
  );
}

const letter = `(?![\\ufe00-\\ufe0f\\u20e3]|[0-9]\\ufe0f?\\u20e3)[\\p{L}\\p{M}\\p{N}_${dressedSymbols}]`;
/** Joiners that are still there are part of a word. */
const letters = `(?:(?![${inDictionary}${inNone}])(?:${letter}|[\\u200c\\u200d]))`;
const symbol = `(?!${emoji}|${letter})[^\\s]`;
const any = new RegExp(
  [
    `(${emoji})`,
    `((?=[\\p{L}\\p{M}\\p{N}\\uff9e\\uff9f])[${inDictionary}](?:(?=[\\p{L}\\p{M}\\p{N}\\uff9e\\uff9f\\u200c\\u200d])[${inDictionary}\\p{M}\\u200c\\u200d])*)`,
    `((?=[\\p{L}\\p{M}\\p{N}])[${inNone}]\\p{M}*)`,
    `((?=${letter})${letters}+(?:${joined}(?=${letter})${letters}+)*)`,
    `(?:${symbol}){2,}|(?![${ofSentence}])${symbol}`,
  ].join("|"),
  "gu",
);

/** Parts between blanks (JavaScript's \s has the byte order mark among them): those of ASCII alone as many as follow each other, others one by one. */
const blank = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const parts = new RegExp(`((?:(?<![^${blank}])[!-~]+(?![^${blank}])[${blank}]*)+)|[^${blank}]+`, "g");

function anyWords(given: string): string[] {
  const text = given.normalize("NFC");
  const around: Around = {
    eastAsian: /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(text),
    mayMislead: mayMislead(text),
    latinInDisguise: isLatinInDisguise(text),
  };
  const words: string[] = [];
  for (const [part, ofAscii] of text.matchAll(parts)) {
    if (ofAscii !== undefined) for (const word of asciiWords(part)) words.push(word);
    else if (!around.mayMislead && isPlain.test(part)) for (const word of plainWords(part)) words.push(word);
    else pushWords(words, part, around);
  }
  return words;
}

function pushWords(words: string[], part: string, around: Around): void {
  const { plain: text, hidden } = takeOutUnseen(part);
  let told = 0;
  /** A word, its odd letter, and what was hidden before this place of the text. */
  const push = (word: string, end: number, odd: string | null = null): void => {
    words.push(word);
    const first = words.length;
    if (odd !== null) words.push(codeName(odd));
    for (; told < hidden.length && hidden[told].at <= end; told++)
      if (!words.includes(hidden[told].name, first)) words.push(hidden[told].name);
  };
  for (const match of text.matchAll(any)) {
    const [whole, face, run, sign, word] = match;
    const end = match.index + whole.length;
    if (face !== undefined) push(face.replace(/[\ufe0e\ufe0f]/g, ""), end);
    else if (run !== undefined) pushRun(run, match.index);
    else if (sign !== undefined) push(sign, end);
    else if (word !== undefined) {
      const form = wordForm(word.replace(quotes, "'"), around);
      push(form.word, end, form.odd);
    } else
      push(
        plainDress(whole)
          .replace(quotes, "'")
          .replace(/\u2026/g, "..."),
        end,
      );
  }
  for (; told < hidden.length; told++) words.push(hidden[told].name);

  function pushRun(run: string, start: number): void {
    const folded = isHalfWidth.test(run) ? plainDress(run) : run;
    let at = start;
    for (const segment of segments(folded)) {
      at += segment.length;
      push(segment, folded === run ? at : start + run.length);
    }
  }
}
