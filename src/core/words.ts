/** Lower-cased runs of two or more letters, digits or underscores of any script, as scikit-learn's default `(?u)\b\w\w+\b`. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}_]{2,}/gu) ?? [];
}
