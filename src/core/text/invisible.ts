/**
 * Characters that are written but not seen: what Unicode lets a program ignore (zero-width blanks and joiners, marks of direction, soft hyphens, tags,
 * variation selectors, the byte order mark), control characters, and letters that are blank (Hangul fillers, the empty Braille cell).
 */
const unseen = "\\p{Default_Ignorable_Code_Point}\\p{Cf}\\u2800\\ufff9-\\ufffc\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u009f";

/** Scripts that write with joiners: there they are letters of the word. */
const joining =
  "\\p{sc=Arabic}\\p{sc=Syriac}\\p{sc=Mongolian}\\p{sc=Devanagari}\\p{sc=Bengali}\\p{sc=Gurmukhi}\\p{sc=Gujarati}\\p{sc=Oriya}\\p{sc=Tamil}\\p{sc=Telugu}\\p{sc=Kannada}\\p{sc=Malayalam}\\p{sc=Sinhala}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}";
/** Scripts that write a zero-width blank between words. */
const spacedUnseen = "\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";

/** A whole emoji: with its skin tone, its look, what it is joined with, or two letters of a flag. */
export const emoji =
  "\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3|\\p{Extended_Pictographic}\\p{EMod}?\\ufe0f?\\u20e3?(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?(?:\\u200d\\p{Extended_Pictographic}\\p{EMod}?\\ufe0f?)*";

const anyUnseen = new RegExp(`[${unseen}]`, "u");
const aloneUnseen = new RegExp(`^[${unseen}]$`, "u");
const inContext = new RegExp(
  [
    `(${emoji})`,
    `((?<=[${joining}])[\\u200c\\u200d](?=[${joining}])|(?<=\\p{sc=Han})[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]|(?<=[\\p{S}\\p{Extended_Pictographic}])[\\ufe0e\\ufe0f]|[\\u180b-\\u180f](?<=\\p{sc=Mongolian}.))`,
    `((?<=[${spacedUnseen}])\\u200b(?=[${spacedUnseen}]))`,
    `[${unseen}]`,
  ].join("|"),
  "gu",
);

export interface Hidden {
  /** Where in the text that is left it stood: before the character of this index. */
  readonly at: number;
  /** Such as U+200B. */
  readonly name: string;
}

/** The text without what cannot be seen, and what that was and where. Joiners, selectors and blanks that the script is written with are none of it. */
export function takeOutUnseen(text: string): { readonly plain: string; readonly hidden: readonly Hidden[] } {
  if (!anyUnseen.test(text)) return { plain: text, hidden: [] };
  const hidden: Hidden[] = [];
  let removed = 0;
  const plain = text.replace(inContext, (found: string, ...groups: unknown[]) => {
    const [whole, written, blank] = groups as (string | undefined)[];
    const at = groups[3] as number;
    if (whole !== undefined) return found;
    if (blank !== undefined) return " ";
    if (written !== undefined && !/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(written)) return found;
    if (written === undefined) hidden.push({ at: at - removed, name: codeName(found) });
    removed += found.length;
    return "";
  });
  return { plain, hidden };
}

/** `U+200B`: the name by which a character stands among words. No word is written so, as words are in small letters. */
export function codeName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The character of such a name; null where it is none. */
export function characterNamed(name: string): string | null {
  return /^U\+[0-9A-F]{4,6}$/.test(name) ? String.fromCodePoint(parseInt(name.slice(2), 16)) : null;
}

export function isUnseen(character: string): boolean {
  return aloneUnseen.test(character);
}
