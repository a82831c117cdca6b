const [blank, ofWord, alone, joiner, lead, trail] = [1, 2, 3, 4, 5, 6];

/** Scripts that are written without blanks between words: each of their characters is a token. */
const unspaced =
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Bopomofo}\\p{sc=Yi}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}";
const isUnspaced = new RegExp(`^[${unspaced}]$`, "u");
const isOfWord = /^[\p{L}\p{M}\p{N}_]$/u;
/** What a code unit is; 0 = not asked yet. */
const kinds = new Uint8Array(65536);

function kindOf(code: number): number {
  const known = kinds[code];
  if (known > 0) return known;
  const character = String.fromCharCode(code);
  let kind = alone;
  if (code >= 0xd800 && code < 0xdc00) kind = lead;
  else if (code >= 0xdc00 && code < 0xe000) kind = trail;
  else if (code < 0x20 || (code !== 0xfeff && /\s/.test(character))) kind = blank;
  else if (isUnspaced.test(character)) kind = alone;
  else if (code === 0x27 || code === 0x2019) kind = joiner;
  else if (isOfWord.test(character)) kind = ofWord;
  kinds[code] = kind;
  return kind;
}

/** Numbers the tokens of texts as they are met. */
export interface TokenNumbers {
  /** Tokens met so far. */
  count(): number;
  /** The token of a number. */
  wordOf(token: number): string;
  /** The first `longest` tokens of a text; the array is written over by the next call. */
  numbersOf(text: string, longest: number): Int32Array;
}

/**
 * Tokens, unlike words, leave nothing of a text out that may be a trigger: a run of letters and digits with apostrophes inside, in small letters; every other mark
 * and hidden character alone; and in scripts that are written without blanks (Chinese, Japanese, Korean, Thai and their like) every character alone.
 */
export function makeTokenNumbers(): TokenNumbers {
  let tokens = 0;
  /** Letters of token t are `letters[starts[t] .. starts[t + 1])`. */
  let starts = new Int32Array(4096);
  let letters = new Uint16Array(32768);
  let hashes = new Int32Array(4096);
  /** Open addressing; token + 1, 0 = free. */
  let slots = new Int32Array(16384);
  let found = new Int32Array(512);

  function numberOf(text: string, from: number, to: number): number {
    let hash = 0;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ codeAt(text, i), 0x01000193) + 0x9e37;
    hash ^= hash >>> 15;
    let slot = hash & (slots.length - 1);
    for (; slots[slot] > 0; slot = (slot + 1) & (slots.length - 1)) {
      const token = slots[slot] - 1;
      if (hashes[token] === hash && isSpelled(token, text, from, to)) return token;
    }
    return add(text, from, to, hash, slot);
  }

  function isSpelled(token: number, text: string, from: number, to: number): boolean {
    const start = starts[token];
    if (starts[token + 1] - start !== to - from) return false;
    for (let i = from; i < to; i++) if (letters[start + i - from] !== codeAt(text, i)) return false;
    return true;
  }

  function add(text: string, from: number, to: number, hash: number, slot: number): number {
    const token = tokens++;
    const start = starts[token];
    if (tokens + 1 > starts.length) {
      starts = grown(starts, new Int32Array(2 * starts.length));
      hashes = grown(hashes, new Int32Array(2 * hashes.length));
    }
    while (start + to - from > letters.length) letters = grown(letters, new Uint16Array(2 * letters.length));
    for (let i = from; i < to; i++) letters[start + i - from] = codeAt(text, i);
    starts[tokens] = start + to - from;
    hashes[token] = hash;
    slots[slot] = tokens;
    if (2 * tokens > slots.length) {
      slots = new Int32Array(2 * slots.length);
      for (let t = 0; t < tokens; t++) {
        let free = hashes[t] & (slots.length - 1);
        while (slots[free] > 0) free = (free + 1) & (slots.length - 1);
        slots[free] = t + 1;
      }
    }
    return token;
  }

  function numbersOf(given: string, longest: number): Int32Array {
    const text = hasOnlyAscii(given) ? given : given.toLowerCase();
    if (found.length < longest) found = new Int32Array(longest);
    let count = 0;
    for (let i = 0; i < text.length && count < longest;) {
      const kind = kindOf(text.charCodeAt(i));
      if (kind === blank) {
        i++;
        continue;
      }
      let end = i + 1;
      if (kind === ofWord) {
        for (; end < text.length; end++) {
          const next = kindOf(text.charCodeAt(end));
          if (next === ofWord) continue;
          if (next !== joiner || end + 1 >= text.length || kindOf(text.charCodeAt(end + 1)) !== ofWord) break;
        }
        if (end - i > 200) end = i + 200;
      } else if (kind === lead && end < text.length && kindOf(text.charCodeAt(end)) === trail) end++;
      found[count++] = numberOf(text, i, end);
      i = end;
    }
    return found.subarray(0, count);
  }

  return {
    count: () => tokens,
    wordOf: (token) => String.fromCharCode(...letters.subarray(starts[token], starts[token + 1])),
    numbersOf,
  };
}

function hasOnlyAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

/** Capital letters of ASCII as small ones; a curly apostrophe as a straight one. */
function codeAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  return code === 0x2019 ? 0x27 : code;
}

function grown<T extends Int32Array | Uint16Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** Whether a token is a character of a script without blanks. */
export function isUnspacedToken(token: string): boolean {
  return token.length === 1 && isUnspaced.test(token);
}
