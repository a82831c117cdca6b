/** A message without the data that it quotes: what stands between quotation marks stays only where it is a known name, such as that of a column. */
export function redactQuotes(message: string, knownNames: readonly string[]): string {
  const known = new Set(knownNames.map((name) => JSON.stringify(name)));
  const shown = message.replace(/"(?:[^"\\]|\\.)*(?:"|$)/gs, (quoted) => (known.has(quoted) ? quoted : '"…"'));
  return shown.length > 300 ? `${shown.slice(0, 299)}…` : shown;
}
