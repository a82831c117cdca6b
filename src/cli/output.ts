import { visible, visibleLines } from "../core/text/visible.ts";
import type { Note } from "../node/read/request.ts";

// The one door to the terminal: a lint rule keeps every other file from the streams. Whatever passes is made visible, so that a name in the data is read and not
// obeyed; only line breaks of our own stay.

/** Version of the JSON documents. */
const documentSchema = 2;

/** The result of a command, on standard output, in lines that whoever made the text has broken. */
export function print(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`);
}

/** A result of one line, such as a path, whatever it holds. */
export function printLine(text: string): void {
  process.stdout.write(`${visible(text)}\n`);
}

/** For people, in one line whatever it holds: everything that is not the result goes to standard error. */
export function say(text: string): void {
  process.stderr.write(`${visible(text)}\n`);
}

/** The same of a message, whose line breaks become blanks. */
export function sayInOneLine(text: string): void {
  say(text.replace(/\s*[\r\n]\s*/g, " "));
}

/** Draws the line again that the cursor stands on; an empty text clears it. For terminals. */
export function redrawLine(text: string): void {
  process.stderr.write(`\r\x1b[2K${visible(text)}`);
}

/** Columns of the terminal that people read, or null where nobody watches. */
export function terminalColumns(): number | null {
  return process.stderr.isTTY ? process.stderr.columns || 80 : null;
}

/** Tells notes as they come, each in a line; with `quiet` only warnings. */
export function noteTeller(quiet: boolean): (note: Note) => void {
  return ({ level, text }) => {
    if (level === "warning") say(`warning: ${text}`);
    else if (!quiet) say(text);
  };
}

/**
 * Prints the document as JSON of two spaces, with its schema; the entries of its list `key`, if one is named, some thousands at a time: those of a million rows
 * would be too long for one string. No object before that list may have a key of the same name.
 */
export function printJson(document: Readonly<Record<string, unknown>>, key?: string, write: (text: string) => void = writeOut): void {
  const whole = { schema: documentSchema, ...document };
  if (key === undefined) write(`${JSON.stringify(whole, null, 2)}\n`);
  else printList(whole, key, write);
}

function printList(document: Readonly<Record<string, unknown>>, key: string, write: (text: string) => void): void {
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

/** In JSON what is shown is also what is meant: an escape stands for its character. */
function writeOut(text: string): void {
  process.stdout.write(visibleLines(text));
}

/** Calls back with what standard output fails with. A reader that has seen enough, such as head, is no fault, and who cannot be told is not told. */
export function onOutputFault(tell: (error: NodeJS.ErrnoException) => void): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") tell(error);
  });
  process.stderr.on("error", () => {});
}
