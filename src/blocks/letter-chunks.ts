import { type RecordWords, columnBreak, mixWord } from "./record-words.ts";

/** What texts are made of, one after the other. */
export interface TextParts {
  /** Parts of record r are `words[starts[r] .. starts[r + 1])`. Shape: [records + 1]. */
  readonly starts: Int32Array;
  readonly words: Int32Array;
  /** What each of them tells, in nats (see words-tell.ts); a piece of a word its part of that. Shape: [words]. */
  readonly tells: Float32Array;
}

/** Letters by which a cut is decided, and one in how many is a cut, for letters that are sounds and for those that are words. */
const sounds = { window: 3, oneIn: 4 };
const ideographs = { window: 2, oneIn: 2 };
const firstIdeograph = 0x2e80;

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
    let [chunk, size, last, before] = [0, 0, 0, 0];
    let tellsSoFar = 0;
    const end = (): void => {
      if (size === 0) return;
      tells[length] = tellsSoFar;
      words[length++] = chunk === columnBreak ? 0 : chunk;
      chunk = size = tellsSoFar = 0;
    };
    for (let p = texts.starts[r]; p < texts.starts[r + 1]; p++) {
      const word = texts.words[p];
      if (word === columnBreak) {
        end();
        words[length++] = columnBreak;
        last = before = 0;
        continue;
      }
      if (texts.formOf[word] < 0) continue;
      const spelled = lettersOf[texts.formOf[word]];
      const tellsEach = wordTells[p] / spelled.length;
      for (let k = 0; k < spelled.length; k++) {
        const letter = spelled[k];
        const { window, oneIn } = letter >= firstIdeograph ? ideographs : sounds;
        chunk = mixWord(chunk, letter);
        size++;
        tellsSoFar += tellsEach;
        const hash = mixWord(mixWord(window > 2 ? before : 0, last), letter);
        if ((hash >>> 8) % oneIn === 0) end();
        before = last;
        last = letter;
      }
    }
    end();
    starts[r + 1] = length;
  }
  return { starts, words: words.subarray(0, length), tells: tells.subarray(0, length) };
}
