/**
 * Cuts a text at each mark that stands outside of quotes, and trims the parts. A quote opens a quotation where a value begins, so that an apostrophe within a
 * word opens none, and one that is never closed opens none either.
 */
export function splitUnquoted(text: string, mark: "," | ":"): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === mark) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    } else if ((char === '"' || char === "'") && (at === 0 || /[\s=,:(]/.test(text[at - 1]))) {
      const end = text.indexOf(char, at + 1);
      if (end !== -1) at = end;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** A value without the double quotes that stand around the whole of it. */
export function unquoted(value: string): string {
  const isQuoted = value.length >= 2 && value.startsWith('"') && value.indexOf('"', 1) === value.length - 1;
  return isQuoted ? value.slice(1, -1) : value;
}

/** A value as `splitUnquoted` and `unquoted` give it back; null where it cannot be written so. */
export function quotedWhereNeeded(value: string): string | null {
  const left = value.replace(/(?<![^\s=,:(])("[^"]*"|'[^']*')/g, "");
  const isPlain = !value.startsWith('"') && value.trim() === value && !/[,:]|(?<![^\s=,:(])["']/.test(left);
  if (isPlain) return value;
  return value.includes('"') ? null : `"${value}"`;
}
