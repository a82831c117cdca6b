import { withoutLookAlikes } from "./odd-letters.ts";
import { isMark } from "./words.ts";

/** Accents, vowel points and lengthening strokes that a reader does without; vowels of Indian and other scripts are none of them. */
const dispensable = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]/g;

/**
 * A word as those see it who look for copies: look-alike letters of all scripts as Latin ones, without accents, and nothing for marks. Two words may become one here,
 * so it is for comparing only.
 */
export function comparedForm(word: string): string {
  if (isMark(word)) return "";
  if (!/[^\x20-\x7e]/.test(word)) return word;
  return withoutLookAlikes(word.normalize("NFD").replace(dispensable, "")).toLowerCase().normalize("NFC");
}
