const unspaced = "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)?/gu;
const asciiPattern = /[a-z0-9]+(?:'[a-z]+)?/g;
const runsPattern = new RegExp(`[${unspaced}]+|[^${unspaced}]+`, "gu");
const startsUnspaced = new RegExp(`^[${unspaced}]`, "u");
const longestStem = 7;

/** Which stems texts hold, whatever their number: those of text i are `stem[start[i] .. start[i + 1])`, each once, rising. Shapes: start [texts + 1], texts (per stem) [stems]. */
export interface StemRows {
  readonly start: Int32Array;
  readonly stem: Int32Array;
  /** In how many texts each stem is. */
  readonly texts: Int32Array;
  /** A word that each stem was met in. */
  readonly words: readonly string[];
}

/**
 * Words without their English endings (s, es, ies, ing, ed, ly), seven letters of them at most, and of scripts without blanks every two neighbouring characters: so that two
 * ways to say one thing share what they are about. Other languages lose their endings with what is longer than seven letters.
 */
export function stemRows(texts: readonly string[]): StemRows {
  const numbers = new Map<string, number>();
  const ofWord = new Map<string, number>();
  const words: string[] = [];
  let counts = new Int32Array(4096);
  let last = new Int32Array(4096).fill(-1);
  let stem = new Int32Array(Math.max(1024, 32 * texts.length));
  const start = new Int32Array(texts.length + 1);
  let end = 0;

  function numberOf(key: string, word: string): number {
    let number = numbers.get(key);
    if (number === undefined) {
      number = words.push(word) - 1;
      numbers.set(key, number);
      if (number >= counts.length) {
        const [more, moreLast] = [new Int32Array(2 * counts.length), new Int32Array(2 * counts.length).fill(-1)];
        more.set(counts);
        moreLast.set(last);
        [counts, last] = [more, moreLast];
      }
    }
    return number;
  }

  function push(number: number, text: number): void {
    if (last[number] === text) return;
    last[number] = text;
    counts[number]++;
    if (end === stem.length) {
      const more = new Int32Array(2 * stem.length);
      more.set(stem);
      stem = more;
    }
    stem[end++] = number;
  }

  function pushWord(word: string, text: number): void {
    let number = ofWord.get(word);
    if (number === undefined) {
      number = numberOf(stemOf(word), word);
      ofWord.set(word, number);
    }
    push(number, text);
  }

  texts.forEach((given, i) => {
    const text = given.toLowerCase();
    const isAscii = isAsciiText(text);
    for (const word of text.match(isAscii ? asciiPattern : wordPattern) ?? []) {
      if (isAscii || !hasUnspaced(word)) pushWord(word, i);
      else
        for (const run of word.match(runsPattern) ?? []) {
          if (!startsUnspaced.test(run)) pushWord(run, i);
          else if (run.length === 1) push(numberOf(run, run), i);
          else for (let k = 0; k + 1 < run.length; k++) push(numberOf(run.slice(k, k + 2), run.slice(k, k + 2)), i);
        }
    }
    stem.subarray(start[i], end).sort();
    start[i + 1] = end;
  });
  return { start, stem: stem.slice(0, end), texts: counts.slice(0, words.length), words };
}

/** A word in small letters without its English ending. */
export function stemOf(word: string): string {
  let stem = word.replace(/['’]s$/, "");
  if (stem.length > 4 && /(?:ies|ing|ed|ly|es)$/.test(stem)) {
    if (stem.endsWith("ies")) stem = `${stem.slice(0, -3)}y`;
    else if (!stem.endsWith("ing")) stem = stem.slice(0, -2);
    else if (stem.length > 5) stem = stem.slice(0, -3);
  } else if (stem.length > 3 && stem.endsWith("s") && !stem.endsWith("ss")) stem = stem.slice(0, -1);
  return stem.slice(0, longestStem);
}

const anyUnspaced = new RegExp(`[${unspaced}]`, "u");
const hasUnspaced = (word: string): boolean => anyUnspaced.test(word);

function isAsciiText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}
