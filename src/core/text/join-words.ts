import { characterNamed, isUnseen } from "./invisible.ts";
import { withOddLetter } from "./odd-letters.ts";
import { isMark, isUnspaced, wordsOf } from "./words.ts";

/**
 * A text of these words that reads as its script does and has the same words: with blanks, and without them between words of scripts that have none, unless the
 * words would then be cut elsewhere. Marks become the characters that they name, within the word before them.
 */
export function joinWords(words: readonly string[]): string {
  let text = "";
  /** Words since the last blank. */
  let [piece, inPiece] = ["", [] as string[]];
  for (const word of words) {
    if (isMark(word)) {
      const marked = withMark(piece, inPiece[inPiece.length - 1] ?? "", word);
      if (isEqual(wordsOf(marked), [...inPiece, word])) {
        text = text.slice(0, text.length - piece.length) + marked;
        [piece, inPiece] = [marked, [...inPiece, word]];
      } else {
        [piece, inPiece] = [characterNamed(word) as string, [word]];
        text += text === "" ? piece : ` ${piece}`;
      }
    } else if (isSeamless(piece, word) && isEqual(wordsOf(piece + word), [...inPiece, word])) {
      text += word;
      [piece, inPiece] = [piece + word, [...inPiece, word]];
    } else {
      text += text === "" ? word : ` ${word}`;
      [piece, inPiece] = [word, [word]];
    }
  }
  return text;
}

/** A text with others at its end, set apart as its script does it; the words of both are as they were, where that can be had. */
export function appendText(text: string, end: string): string {
  const start = text.trimEnd();
  if (start === "") return end;
  const isWhole = isSeamless(start, end) && isEqual(wordsOf(start + end), [...wordsOf(start), ...wordsOf(end)]);
  return isWhole ? start + end : `${start} ${end}`;
}

/** Words as they are shown to a reader: joined, and marks by name. */
export function showWords(words: readonly string[]): string {
  return words.map((word, i) => (i > 0 && !isSeamless(words[i - 1], word) ? ` ${word}` : word)).join("");
}

/** Whether no blank stands between two texts in their script. */
function isSeamless(before: string, after: string): boolean {
  return endsUnspaced.test(before) && isUnspaced(/^./u.exec(after)?.[0] ?? "");
}

const endsUnspaced =
  /(?:[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]|[。、！？，；：）」』】》”…～])$/u;

function withMark(piece: string, last: string, mark: string): string {
  const character = characterNamed(mark) as string;
  if (isUnseen(character) || last === "" || isMark(last) || !piece.endsWith(last)) return piece + character;
  const marked = withOddLetter(last, character);
  if (marked !== null) return piece.slice(0, piece.length - last.length) + marked;
  // A letter in another dress.
  const [plain] = wordsOf(character);
  const at = last.indexOf(plain);
  return at < 0
    ? piece + character
    : piece.slice(0, piece.length - last.length) + last.slice(0, at) + character + last.slice(at + plain.length);
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
