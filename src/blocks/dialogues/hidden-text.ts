import { emoji, isUnseen, takeOutUnseen } from "../../core/text/invisible.ts";
import { inOneScript, isLatinInDisguise, mayMislead } from "../../core/text/odd-letters.ts";

export const hiddenKinds = ["tags", "selectors", "override", "inside", "lookalike", "beside"] as const;
/**
 * What a reader does not see: text in tags or in runs of variation selectors; marks that turn the order of writing where nothing is written from the right; invisible
 * characters inside a word; letters of another script in a word; and invisible characters beside words, which pages are full of.
 */
export type HiddenKind = (typeof hiddenKinds)[number];

export interface HiddenText {
  readonly kind: HiddenKind;
  /** The text that is hidden, the word that holds something, or the name of the character, visible throughout. */
  readonly shown: string;
  /** Of look-alikes: the word as it is read, in small letters. */
  readonly read?: string;
}

const maybe =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}\u{1d173}-\u{1d17a}]/u;
const wholeEmoji = new RegExp(emoji, "gu");
const tags = /[\u{e0000}-\u{e007f}]+/gu;
const selectorRuns = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,}/gu;
const turning = /[\u202a-\u202e\u2066-\u2069]/u;
const overriding = /[\u202d\u202e]/u;
const fromTheRight = /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u;
/** Usual in pages: where a word may be cut, and marks of direction. */
const usual = /[\u00ad\u034f\u200e\u200f\u061c\p{Cc}]/u;
const insideWord =
  /(?<=[\p{L}\p{N}])[\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufeff\u180e\u115f\u1160\u3164\uffa0\u17b4\u17b5\ufff9-\ufffb\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+(?=[\p{L}\p{N}])/gu;
/** Scripts whose words are written with joiners, also at their end. */
const joining =
  /[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gurmukhi}\p{sc=Gujarati}\p{sc=Oriya}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Sinhala}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Tibetan}]/u;
const wordAround = /[\p{L}\p{M}\p{N}]*$/u;
const wordAfter = /^[\p{L}\p{M}\p{N}]*/u;
const mixedWord = /[\p{L}\p{M}]+/gu;
const longestShown = 120;

/** What is hidden in a text, each once; scripts, emoji and flags that are written with invisible characters, and a byte order mark at the start, hide nothing. */
export function hiddenIn(given: string): HiddenText[] {
  const found = new Map<string, HiddenText>();
  const add = (hidden: HiddenText): void => {
    found.set(`${hidden.kind} ${hidden.shown}`, hidden);
  };
  if (maybe.test(given)) {
    const text = (given.startsWith("\ufeff") ? given.slice(1) : given).replace(wholeEmoji, "\u25a1");
    for (const [run] of text.matchAll(tags)) {
      const told = [...run]
        .map((tag) => (tag.codePointAt(0) as number) & 0x7f || 0x20)
        .map((code) => (code < 0x20 ? " " : String.fromCharCode(code)));
      add({ kind: "tags", shown: told.join("").trim().slice(0, longestShown) });
    }
    for (const [run] of text.matchAll(selectorRuns)) add({ kind: "selectors", shown: fromSelectors(run) });
    if (turning.test(text) && (overriding.test(text) || !fromTheRight.test(text)) && !(fromTheRight.test(text) && isBalanced(text)))
      add({ kind: "override", shown: nameOf(turning.exec(text)?.[0] as string) });
    const { hidden } = takeOutUnseen(text);
    const left = new Set(hidden.map(({ name }) => name));
    for (const match of text.matchAll(insideWord)) {
      const [run] = match;
      if (![...run].some((character) => left.has(nameOf(character)) || /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(character))) continue;
      if (isSpelling(text, match.index, run)) continue;
      const before = wordAround.exec(text.slice(Math.max(0, match.index - 30), match.index))?.[0] ?? "";
      const after = wordAfter.exec(text.slice(match.index + run.length, match.index + run.length + 30))?.[0] ?? "";
      add({ kind: "inside", shown: `${before}[${[...run].slice(0, 4).map(nameOf).join(" ")}]${after}` });
    }
    const others = (joining.test(text) ? hidden.filter(({ name }) => name !== "U+200C" && name !== "U+200D") : hidden).filter(
      ({ name }) =>
        !/^U\+(?:E00[0-7].|FE0.|E01..|202[A-E]|206[6-9])$/.test(name) && !usual.test(String.fromCodePoint(parseInt(name.slice(2), 16))),
    );
    if (found.size === 0 && others.length > 0) add({ kind: "beside", shown: others[0].name });
  }
  if (mayMislead(given)) {
    const inDisguise = isLatinInDisguise(given);
    for (const [word] of given.matchAll(mixedWord)) {
      if (word.length < 3 || !/[\u0370-\u052f]/.test(word)) continue;
      const { word: read, odd } = inOneScript(word.normalize("NFC"), inDisguise);
      if (odd === null) continue;
      const latin = word.match(/\p{sc=Latin}/gu)?.length ?? 0;
      // Formulas join Greek letters with Latin ones.
      if (/\p{sc=Greek}/u.test(word) && (word.length < 5 || latin < 3)) continue;
      add({ kind: "lookalike", shown: `${word} (${nameOf(odd)})`, read: latin === 0 ? read.toLowerCase() : undefined } as HiddenText);
    }
  }
  return [...found.values()];
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Bytes in variation selectors, as text where they are that. */
function fromSelectors(run: string): string {
  const bytes = [...run].map((selector) => {
    const code = selector.codePointAt(0) as number;
    return code < 0xfe10 ? code - 0xfe00 : code - 0xe0100 + 16;
  });
  const text = bytes.map((byte) => String.fromCharCode(byte)).join("");
  return /^[\x20-\x7e]+$/.test(text) ? text.slice(0, longestShown) : `${bytes.length} bytes`;
}

/** Whether every turn of direction is closed again in its line, as programs write that set names from the right among others. */
function isBalanced(text: string): boolean {
  if (overriding.test(text)) return false;
  return text.split("\n").every((line) => {
    const [opened, closed] = [line.match(/[\u202a\u202b\u2066-\u2068]/gu)?.length ?? 0, line.match(/[\u202c\u2069]/gu)?.length ?? 0];
    return opened === closed;
  });
}

/** Joiners that the script is written with, and selectors of a Chinese character. */
function isSpelling(text: string, at: number, run: string): boolean {
  const around = `${text.slice(Math.max(0, at - 2), at)}${text.slice(at + run.length, at + run.length + 2)}`;
  return (
    [...run].every((character) => !isUnseen(character)) ||
    (/^[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u.test(run) && /\p{sc=Han}|\p{sc=Mongolian}/u.test(around))
  );
}
