import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";

/** What texts are made of, one after the other. */
export interface TextParts {
  /** Parts of record r are `words[starts[r] .. starts[r + 1])`. Shape: [records + 1]. */
  readonly starts: Int32Array;
  readonly words: Int32Array;
  /** What each of them tells, in nats (see words-tell.ts); a piece of a word its part of that. Shape: [words]. */
  readonly tells: Float32Array;
}

/** From here on letters are words (ideographs): one in two is a cut, by the one before it; of the others, which are sounds, one in four, by two. */
const firstIdeograph = 0x2e80;
const none = new Int32Array();

/**
 * The letters and digits of each record without blanks and punctuation, cut after those that the last few letters choose (content-defined chunking: Muthitacharoen, Chen &
 * Mazières 2001, A low-bandwidth network file system, section 3.1), about as often as words end. The same letters are cut in the same places wherever blanks stand, and an
 * edit moves the cuts next to it only.
 *
 * @param wordTells what each word tells. Shape: [words]
 */
export function letterChunks(texts: RecordWords, wordTells: Float32Array): TextParts {
  const lettersOf = texts.forms.map((form) =>
    Int32Array.from(form.match(/[\p{L}\p{M}\p{N}]/gu) ?? [], (letter) => letter.codePointAt(0) as number),
  );
  const records = texts.starts.length - 1;
  const starts = new Int32Array(records + 1);
  let letters = 0;
  for (const word of texts.words) letters += word === columnBreak || texts.formOf[word] < 0 ? 1 : lettersOf[texts.formOf[word]].length;
  const words = new Int32Array(letters + records);
  const tells = new Float32Array(words.length);
  let length = 0;
  for (let r = 0; r < records; r++) {
    let [chunk, size, last, before, tellsSoFar] = [0, 0, 0, 0, 0];
    for (let p = texts.starts[r]; p < texts.starts[r + 1]; p++) {
      const word = texts.words[p];
      const isBreak = word === columnBreak;
      if (!isBreak && texts.formOf[word] < 0) continue;
      const spelled = isBreak ? none : lettersOf[texts.formOf[word]];
      const tellsEach = wordTells[p] / spelled.length;
      for (let k = 0; k < spelled.length; k++) {
        const letter = spelled[k];
        const isIdeograph = letter >= firstIdeograph;
        chunk = mixWord(chunk, letter);
        size++;
        tellsSoFar += tellsEach;
        const hash = mixWord(isIdeograph ? last : Math.imul(before, 0x01000193) ^ last, letter) >>> 8;
        before = last;
        last = letter;
        if (hash % (isIdeograph ? 2 : 4) !== 0) continue;
        tells[length] = tellsSoFar;
        words[length++] = chunk === columnBreak ? 0 : chunk;
        chunk = size = tellsSoFar = 0;
      }
      if (!isBreak) continue;
      if (size > 0) {
        tells[length] = tellsSoFar;
        words[length++] = chunk === columnBreak ? 0 : chunk;
      }
      words[length++] = columnBreak;
      chunk = size = last = before = tellsSoFar = 0;
    }
    if (size > 0) {
      tells[length] = tellsSoFar;
      words[length++] = chunk === columnBreak ? 0 : chunk;
    }
    starts[r + 1] = length;
  }
  return { starts, words: words.subarray(0, length), tells: tells.subarray(0, length) };
}
