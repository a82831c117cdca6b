import type { Note } from "../node/read/request.ts";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * Prints the document as JSON of two spaces, the entries of its list `key` some thousands at a time: those of a million rows would be too long for one string.
 * No object before that list may have a key of the same name.
 */
export function printJson(
  document: Readonly<Record<string, unknown>>,
  key: string,
  write = (text: string) => void process.stdout.write(text),
): void {
  const entries = document[key] as readonly unknown[];
  const whole = JSON.stringify({ ...document, [key]: [] }, null, 2);
  const place = `"${key}": [`;
  const at = whole.indexOf(place) + place.length;
  write(whole.slice(0, at));
  for (let from = 0; from < entries.length; from += entriesAtOnce) {
    const texts = entries.slice(from, from + entriesAtOnce).map((entry) => JSON.stringify(entry, null, 2).replaceAll("\n", "\n    "));
    write(`${from === 0 ? "" : ","}\n    ${texts.join(",\n    ")}`);
  }
  write(`${entries.length === 0 ? "" : "\n  "}${whole.slice(at)}\n`);
}

const entriesAtOnce = 4096;

/** For people: everything that is not the result goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Tells notes as they come; with `quiet` only warnings. */
export function noteTeller(quiet: boolean): (note: Note) => void {
  return ({ level, text }) => {
    if (level === "warning") say(`warning: ${text}`);
    else if (!quiet) say(text);
  };
}
