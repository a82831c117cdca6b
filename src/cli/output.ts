import type { Note } from "../node/read/request.ts";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

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
