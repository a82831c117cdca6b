/** A message without the data that it quotes: what stands between quotation marks stays only where it is a known name, such as that of a column. */
export function redactQuotes(message: string, knownNames: readonly string[]): string {
  const known = new Set(knownNames.map((name) => JSON.stringify(name)));
  const shown = message.replace(/"(?:[^"\\]|\\.)*(?:"|$)/gs, (quoted) => (known.has(quoted) ? quoted : '"…"'));
  return shown.length > 300 ? `${shown.slice(0, 299)}…` : shown;
}

/** A note on the data as it may be mailed: names of columns and classes, but no cell of a row and no path of a machine. */
export function redactNote(text: string, knownNames: readonly string[], paths: readonly string[]): string {
  const short = paths.reduce((shown, path) => shown.replaceAll(path, path.replace(/^.*[\\/]/, "")), text);
  return redactQuotes(short, knownNames);
}
