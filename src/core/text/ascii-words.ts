const [blank, ofWord, ofSentence, symbol] = [0, 1, 2, 3];

/** What each character of ASCII is in a text. */
const kindOf = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return blank;
  if (/\w/.test(character)) return ofWord;
  return /[.,;:!?'"()[\]/&-]/.test(character) ? ofSentence : symbol;
});

/** The words of a text of ASCII alone, as core/words.ts tells: in loops, since all that reads text waits for it. */
export function asciiWords(given: string): string[] {
  const text = given.toLowerCase();
  const words: string[] = [];
  for (let i = 0; i < text.length; i++) {
    if (kindOf[text.charCodeAt(i)] === blank) continue;
    const end = asciiWordEnd(text, i);
    if (end > 0) words.push(text.slice(i, end));
    i = Math.abs(end) - 1;
  }
  return words;
}

/** Whether this character of ASCII stands between words. */
export function isAsciiBlank(code: number): boolean {
  return kindOf[code] === blank;
}

/** Where what begins here ends; negative where that is the single mark of a sentence and no word. Not to be asked at a blank. */
export function asciiWordEnd(text: string, start: number): number {
  let end = start + 1;
  const kind = kindOf[text.charCodeAt(start)];
  if (kind !== ofWord) {
    while (end < text.length && kindOf[text.charCodeAt(end)] > ofWord) end++;
    return end === start + 1 && kind === ofSentence ? -end : end;
  }
  for (;;) {
    while (end < text.length && kindOf[text.charCodeAt(end)] === ofWord) end++;
    const code = end < text.length ? text.charCodeAt(end) : 0;
    if (code === 0x27) {
      const ending = endingAt(text, end + 1);
      if (ending === 0) return end;
      end += 1 + ending;
    } else if ((code === 0x2e || code === 0x2c) && isDigit(text, end - 1) && isDigit(text, end + 1)) end += 2;
    else return end;
  }
}

function isDigit(text: string, at: number): boolean {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  return code >= 0x30 && code <= 0x39;
}

/** Letters of an English ending (t, s, m, d, re, ve, ll) that stands here as the rest of a word; 0 = none. */
function endingAt(text: string, at: number): number {
  let end = at;
  while (end < at + 3 && end < text.length && kindOf[text.charCodeAt(end)] === ofWord) end++;
  const first = end > at ? text.charCodeAt(at) | 0x20 : 0;
  if (end === at + 1) return first === 0x74 || first === 0x73 || first === 0x6d || first === 0x64 ? 1 : 0;
  if (end !== at + 2) return 0;
  const second = text.charCodeAt(at + 1) | 0x20;
  return ((first === 0x72 || first === 0x76) && second === 0x65) || (first === 0x6c && second === 0x6c) ? 2 : 0;
}
