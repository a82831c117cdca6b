import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from "node:fs";
import { NumericalError } from "../../core/errors.ts";

/** The text of a file that a command wrote. @throws NumericalError where there is none, it is no text, or it is longer than answers can be */
export function readAnswerText(path: string, rows: number, most: number): string {
  const bytes = readAnswerBytes(path, rows, most);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw rubbish("the file is no text in UTF-8");
  }
}

/** The bytes of such a file. */
export function readAnswerBytes(path: string, rows: number, most: number): Buffer {
  let bytes: Buffer;
  try {
    // Neither a link nor a pipe, at which reading would wait for ever.
    if (!lstatSync(path).isFile()) throw rubbish("what it wrote there is no plain file");
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (size > most) throw rubbish(`the file has ${size} bytes, and ${rows} answers have at most ${most}`);
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof NumericalError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw rubbish("the file was not written");
    throw rubbish(`the file cannot be read: ${(error as Error).message}`);
  }
  if (bytes.length === 0) throw rubbish("the file is empty");
  return bytes;
}

/** RFC 4180; lines without anything in them are passed over. */
export function* parseCsv(text: string): Generator<{ readonly fields: string[]; readonly line: number }> {
  let [fields, field, line, begun] = [[] as string[], "", 1, 1];
  let isQuoted = false;
  let wasQuoted = false;
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let i = start; i <= text.length; i++) {
    const c = i < text.length ? text[i] : "\n";
    if (isQuoted) {
      if (i === text.length) throw rubbish(`a quotation mark of line ${begun} is never closed`);
      if (c === "\n") line++;
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else isQuoted = false;
    } else if (c === '"' && field === "" && !wasQuoted) isQuoted = wasQuoted = true;
    else if (c === ",") {
      fields.push(field);
      [field, wasQuoted] = ["", false];
    } else if (c === "\n") {
      fields.push(field.endsWith("\r") && !wasQuoted ? field.slice(0, -1) : field);
      if (fields.length > 1 || fields[0] !== "" || wasQuoted) yield { fields, line: begun };
      [fields, field, wasQuoted] = [[], "", false];
      begun = ++line;
    } else if (!(c === "\r" && wasQuoted)) field += c;
  }
}

export function rubbish(what: string): NumericalError {
  return new NumericalError(`its predictions cannot be used: ${what}`);
}

export function list(names: readonly string[]): string {
  return `${names.slice(0, 8).map(quoted).join(", ")}${names.length > 8 ? `, … (${names.length} in all)` : ""}`;
}

/** As a message quotes what may be a cell, so that a report can leave it out. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

/** The objects of lines that are no blanks. @throws NumericalError on a line that is none */
export function* objectsOfLines(text: string): Generator<{ readonly value: object; readonly line: number }> {
  let line = 0;
  for (const piece of text.split("\n")) {
    line++;
    if (piece.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(piece);
    } catch {
      throw rubbish(`line ${line} is no JSON`);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw rubbish(`line ${line} is no object`);
    yield { value, line };
  }
}
