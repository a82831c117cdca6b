import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";
import type { WordsTell } from "./words-tell.ts";

/** What texts are made of, read one text at a time: those of all would fill the memory. */
export interface TextParts {
  readonly records: number;
  /** Parts of the longest text, at most. */
  readonly longest: number;
  /** Writes the parts of a text one after the other, and what each of them tells in nats (see words-tell.ts); how many they are. Shapes: each [longest]. */
  write(record: number, parts: Int32Array, tells: Float32Array | null): number;
}

/** From here on letters are words (ideographs): one in two is a cut, by the one before it; of the others, which are sounds, one in four, by two. */
const firstIdeograph = 0x2e80;

/**
 * The letters and digits of each record without blanks and punctuation, cut after those that the last few letters choose (content-defined chunking: Muthitacharoen, Chen &
 * Mazières 2001, A low-bandwidth network file system, section 3.1), about as often as words end. The same letters are cut in the same places wherever blanks stand, and an
 * edit moves the cuts next to it only. A piece of a word tells its part of what the word tells.
 */
export function letterChunks(texts: RecordWords, wordsTell: WordsTell): TextParts {
  const { starts, words, formOf } = texts;
  const { letters, spelled } = lettersOf(texts.forms);
  const records = starts.length - 1;
  let longest = 0;
  for (let r = 0; r < records; r++) {
    let length = 1;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      const form = words[p] === columnBreak ? -1 : formOf[words[p]];
      length += form < 0 ? 1 : spelled[form + 1] - spelled[form];
    }
    longest = Math.max(longest, length);
  }

  function write(r: number, parts: Int32Array, tells: Float32Array | null): number {
    const wordTells = tells === null ? null : wordsTell(r);
    let length = 0;
    let chunk = 0;
    let size = 0;
    let last = 0;
    let before = 0;
    let told = 0;
    for (let p = starts[r]; p < starts[r + 1]; p++) {
      const word = words[p];
      if (word === columnBreak) {
        if (size > 0) {
          if (tells !== null) tells[length] = told;
          parts[length++] = chunk === columnBreak ? 0 : chunk;
        }
        if (tells !== null) tells[length] = 0;
        parts[length++] = columnBreak;
        chunk = size = last = before = told = 0;
        continue;
      }
      const form = formOf[word];
      if (form < 0) continue;
      const end = spelled[form + 1];
      const tellsEach = wordTells === null ? 0 : wordTells[p - starts[r]] / (end - spelled[form]);
      for (let k = spelled[form]; k < end; k++) {
        const letter = letters[k];
        const isIdeograph = letter >= firstIdeograph;
        chunk = mixWord(chunk, letter);
        size++;
        told += tellsEach;
        const hash = mixWord(isIdeograph ? last : Math.imul(before, 0x01000193) ^ last, letter) >>> 8;
        before = last;
        last = letter;
        if ((hash & (isIdeograph ? 1 : 3)) !== 0) continue;
        if (tells !== null) tells[length] = told;
        parts[length++] = chunk === columnBreak ? 0 : chunk;
        chunk = size = told = 0;
      }
    }
    if (size > 0) {
      if (tells !== null) tells[length] = told;
      parts[length++] = chunk === columnBreak ? 0 : chunk;
    }
    return length;
  }

  return { records, longest, write };
}

/** Code points of the letters and digits of form f are `letters[spelled[f] .. spelled[f + 1])`. */
function lettersOf(forms: readonly string[]): { letters: Int32Array; spelled: Int32Array } {
  const spelled = new Int32Array(forms.length + 1);
  const letters = new Int32Array(forms.reduce((sum, { length }) => sum + length, 0));
  let length = 0;
  forms.forEach((form, f) => {
    const start = length;
    for (let i = 0; i < form.length; i++) {
      const code = form.charCodeAt(i);
      if (code >= 0x80) {
        length = start;
        for (const letter of form.match(/[\p{L}\p{M}\p{N}]/gu) ?? []) letters[length++] = letter.codePointAt(0) as number;
        break;
      }
      if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a)) letters[length++] = code;
    }
    spelled[f + 1] = length;
  });
  return { letters, spelled };
}
