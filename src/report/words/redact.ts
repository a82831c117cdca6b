/** A message without the data that it quotes: what stands between quotation marks stays only where it is a known name, such as that of a column. */
export function redactQuotes(message: string, knownNames: readonly string[]): string {
  const known = new Set(knownNames.map((name) => JSON.stringify(name)));
  return shortened(message.replace(/"(?:[^"\\]|\\.)*(?:"|$)/gs, (quoted) => (known.has(quoted) ? quoted : '"…"')));
}

/** A sentence on texts without them: those that are known, longest first, and then all from the first single quotation mark that is left to the last, or to the end where there is one alone. */
export function redactMarks(sentence: string, marks: readonly string[]): string {
  const hidden = marks.reduce((text, mark) => text.replaceAll(`'${mark}'`, "‹…›"), sentence);
  return redactQuotes(hidden.replace(/'(?:.*'|.*$)/s, "‹…›").replaceAll("‹…›", "'…'"), []);
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

/** A note on the data as it may be mailed: names of columns and classes, but no cell of a row and no path of a machine. */
export function redactNote(text: string, knownNames: readonly string[], paths: readonly string[]): string {
  const short = paths.reduce((shown, path) => shown.replaceAll(path, path.replace(/^.*[\\/]/, "")), text);
  return redactQuotes(short, knownNames);
}
