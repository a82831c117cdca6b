const longestValue = 80;
const longestPath = 300;

/** A value that was found, on one line and short, whatever it is. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return shorten(JSON.stringify(value.length > longestValue ? value.slice(0, longestValue + 1) : value));
  if (typeof value === "bigint") return shorten(`${value}n`);
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    const entries = Array.isArray(value) ? value.length : Object.keys(value).length;
    if (entries > longestValue) return Array.isArray(value) ? `a list of ${entries}` : `an object of ${entries} keys`;
    return shorten(JSON.stringify(value) ?? "an object");
  } catch {
    // It holds itself, is nested too deeply, or does not like to be looked at.
    return Array.isArray(value) ? "a list" : "an object";
  }
}

/** A message of somebody else's, on one line and not too long. */
export function oneLine(text: string): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim();
  return line.length > longestPath ? `${line.slice(0, longestPath)}…` : line;
}

/** A path as messages name it. */
export function shownPath(path: string): string {
  const visible = path.replaceAll("\0", "\\0");
  return visible.length > longestPath ? `${visible.slice(0, longestPath)}…` : visible;
}

/** `study.budgets[2]`; a key that is no plain word stands in brackets. */
export function shownKeys(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === "number") return `${path}[${key}]`;
    const name = String(key);
    if (!/^[\w$]{1,60}$/.test(name)) return `${path}[${shownValue(name)}]`;
    return path === "" ? name : `${path}.${name}`;
  }, "");
}

function shorten(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 3)}…` : text;
}
