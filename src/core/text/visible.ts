/**
 * Control characters, line separators, marks that turn the writing direction, tags, other characters without a glyph, and halves of surrogate pairs: whatever
 * moves a cursor, forges a line, or makes two names look alike. Signs that stand before Arabic and Syriac numbers are formally of the same class but are seen.
 */
const hidden =
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** A joiner is part of the spelling between letters of scripts that join, and between the parts of an emoji. */
const joins =
  /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}\p{Mn}\p{Mc}]|[\p{scx=Arab}\p{scx=Deva}\p{scx=Beng}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}])$/u;
/** A selector of a glyph has something to select from after these. */
const selects = /(?:\p{Emoji}|\p{Script=Han})$/u;

const hiddenInLines = new RegExp(`(?!\\n)${hidden.source}`, "gu");

/** Line breaks and tabs by the names that people know, others by number: JSON of the same value inside a JSON string. */
const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/**
 * Text that is no instruction to whatever shows it and takes one line: characters that act, or cannot be seen, as `\u001b`. What every outside string (a name,
 * a cell, a path, a message of a library) goes through on its way to a person. Text that is visible already comes back as it is.
 */
export function visible(text: string): string {
  return shown(text, hidden);
}

/** The same of text whose line breaks are our own: they stay. */
export function visibleLines(text: string): string {
  return shown(text, hiddenInLines);
}

function shown(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found, at: number) => (isSpelling(found, text.slice(Math.max(0, at - 2), at)) ? found : escaped(found)));
}

function isSpelling(found: string, before: string): boolean {
  if (found === "\u200c" || found === "\u200d") return joins.test(before);
  if (found >= "\ufe00" && found <= "\ufe0f") return selects.test(before);
  return false;
}

function escaped(found: string): string {
  if (named[found] !== undefined) return named[found];
  return Array.from({ length: found.length }, (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, "0")}`).join("");
}
