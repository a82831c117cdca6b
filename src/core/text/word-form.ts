import { inOneScript } from "./odd-letters.ts";

/**
 * Letters and digits in another dress: full and half width, mathematical, circled, raised, presentation forms and ligatures. Not all that NFKC folds: it takes
 * Thai and Lao vowels and Korean letters apart, and makes blanks of accents.
 */
const dressed =
  "\\uff01-\\uff9f\\u{1d400}-\\u{1d7ff}\\u2460-\\u2473\\u24b6-\\u24ea\\u{1f130}-\\u{1f149}\\u{1f150}-\\u{1f169}\\u{1f172}-\\u{1f17d}\\u{1f180}-\\u{1f189}\\ufb00-\\ufc5d\\ufc64-\\ufdf9\\ufe80-\\ufefc\\u00aa\\u00b2\\u00b3\\u00b9\\u00ba\\u02b0-\\u02b8\\u1d2c-\\u1d6a\\u2070-\\u209c\\u2102\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2128\\u212c-\\u2138\\u2145-\\u2149\\u2160-\\u217f";
/** Those of them that are symbols and no letters to Unicode. */
export const dressedSymbols = "\\u24b6-\\u24e9\\u{1f130}-\\u{1f149}\\u{1f150}-\\u{1f169}\\u{1f172}-\\u{1f17d}\\u{1f180}-\\u{1f189}";
const runOfDressed = new RegExp(`[${dressed}]+`, "gu");
const anyDressed = new RegExp(`[${dressed}]`, "u");
/** Dress that hides a Latin word rather than being usual in print. */
const disguise =
  /[\uff21-\uff5a\u{1d400}-\u{1d7cb}\u24b6-\u24e9\u{1f130}-\u{1f149}\u{1f150}-\u{1f169}\u{1f172}-\u{1f17d}\u{1f180}-\u{1f189}\u02b0-\u02b8\u1d2c-\u1d6a]/u;

/** Black circled and squared letters have no plain form in Unicode's tables. */
const blackLetters = /[\u{1f150}-\u{1f169}\u{1f172}-\u{1f17d}\u{1f180}-\u{1f189}]/gu;

export interface WordForm {
  readonly word: string;
  /** The first letter that was in a dress or of another script; null = all are as one would write them. */
  readonly odd: string | null;
}

export interface Around {
  /** Whether the text is East Asian, where letters of full width are usual. */
  readonly eastAsian: boolean;
  /** Whether words may hide behind look-alike letters. */
  readonly mayMislead: boolean;
  readonly latinInDisguise: boolean;
}

/** The one form of a word: in plain letters of one script, case folded (ß as ss, final sigma as any), composed (NFC). */
export function wordForm(raw: string, around: Around): WordForm {
  // Before letters are looked up: in small letters it is an i with a point.
  let word = raw.replace(/İ/g, "I");
  let odd: string | null = null;
  if (anyDressed.test(word)) {
    const found = disguise.exec(word)?.[0];
    if (found !== undefined && !(around.eastAsian && /[\uff21-\uff5a]/.test(found))) odd = found;
    word = plainDress(word);
  }
  if (around.mayMislead && odd === null) ({ word, odd } = inOneScript(word.normalize("NFC"), around.latinInDisguise));
  return { word: foldCase(word), odd };
}

export function isDressed(letter: string): boolean {
  return anyDressed.test(letter);
}

export function plainDress(text: string): string {
  return text
    .replace(runOfDressed, (run) => run.normalize("NFKC"))
    .replace(blackLetters, (letter) => String.fromCharCode(97 + (((letter.codePointAt(0) as number) - 0x1f150) % 32)));
}

export function foldCase(text: string): string {
  return text.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").replace(/i̇/g, "i").normalize("NFC");
}
