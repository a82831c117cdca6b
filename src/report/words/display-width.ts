/**
 * Columns of a terminal that a line of text takes: two for wide characters (Chinese, Japanese, Korean, emoji), none for marks that are set on the character
 * before. Unicode Standard Annex 11 (classes W and F) and, for emoji, Annex 51.
 */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Filled up with blanks to so many columns. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const wide =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;
const asEmoji = /^\p{Emoji}[\p{Emoji_Modifier}\u{20e3}]?\u{fe0f}/u;

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\p{Cf}]+$/u.test(grapheme)) return 0;
  if (wide.test(grapheme) || asEmoji.test(grapheme)) return 2;
  // The vowel am of Thai and Lao belongs to the grapheme, and takes a column of its own.
  return 1 + (grapheme.match(/[\u0e33\u0eb3]/gu)?.length ?? 0);
}
