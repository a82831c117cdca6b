/** Cuts a text at each mark that stands outside of values in double quotes, `name="…"`, and trims the parts. */
export function splitUnquoted(text: string, mark: "," | ":"): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === mark) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    } else if (text.startsWith('="', at)) {
      const end = text.indexOf('"', at + 2);
      // What goes on behind the second quote is no quoted value.
      if (end !== -1 && /^\s*(?:[,:]|$)/.test(text.slice(end + 1))) at = end;
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
  if (value.includes('"')) return null;
  return /[,:]/.test(value) || value.trim() !== value ? `"${value}"` : value;
}
