import { UsageError } from "../../../core/errors.ts";
import { parseExact, refuseKeysTwice } from "./parse-json.ts";
import type { Note } from "../request.ts";

/** One record of a document: its text and the line where it begins. */
export interface JsonRecord {
  readonly text: string;
  readonly line: number;
}

const remedy = `in pandas, df.to_json(FILE, orient="records", lines=True) writes what is read`;

/** Whether a text is JSON lines: its first line is an object by itself, and there are more or it is all. */
export function isJsonLines(text: string): boolean {
  const start = text.search(/\S/);
  if (start < 0 || text[start] !== "{") return false;
  const feed = text.indexOf("\n", start);
  if (feed < 0 || text.slice(feed).trim() === "") return !holdsLists(text);
  try {
    JSON.parse(text.slice(start, feed));
    return true;
  } catch {
    return /^\s*[{]/.test(text.slice(feed)) && text.slice(start, feed).trimEnd().endsWith("}");
  }
}

/** The records of one JSON document: a list of objects, or an object that holds one such list. @throws UsageError that says what else it is */
export function jsonRecords(path: string, text: string): { records: readonly JsonRecord[]; notes: readonly Note[] } {
  const start = text.search(/[^\s\ufeff]/);
  if (start < 0) throw new UsageError(`${path} is empty`);
  const document = parseExact(path, text.slice(start));
  if (Array.isArray(document)) {
    refuseOther(path, document);
    return { records: elementsOf(text, start), notes: [] };
  }
  if (document === null || typeof document !== "object")
    throw new UsageError(`${path} holds one JSON value and no records: a list of objects is read`);
  refuseKeysTwice(path, text, document);
  const entries = Object.entries(document);
  const lists = entries.filter(([, value]) => Array.isArray(value) && value.length > 0 && value.every(isObject));
  if (lists.length === 1) {
    const [name] = lists[0];
    const others = entries.length - 1;
    const rest =
      others === 0
        ? ""
        : `; what stands beside it is left out (${entries
            .filter(([key]) => key !== name)
            .slice(0, 3)
            .map(([key]) => `"${key}"`)
            .join(", ")}${others > 3 ? ", …" : ""})`;
    return {
      records: elementsOf(text, valueStart(text, start, name)),
      notes: [{ level: others === 0 ? "info" : "warning", text: `${path}: the records are read from the list "${name}"${rest}` }],
    };
  }
  if (lists.length > 1)
    throw new UsageError(
      `${path} holds several lists of objects (${lists
        .slice(0, 5)
        .map(([name]) => `"${name}"`)
        .join(", ")}): write the one that is meant to a file of its own`,
    );
  const isByColumn = entries.length > 0 && entries.every(([, value]) => (Array.isArray(value) && value.length > 0) || isObject(value));
  if (isByColumn && !("columns" in document && "data" in document))
    throw new UsageError(`${path} holds columns and not records: write one object for each row; ${remedy}`);
  if ("columns" in document && "data" in document)
    throw new UsageError(`${path} holds names and rows apart (pandas' orient="split"): write one object for each row; ${remedy}`);
  throw new UsageError(`${path} holds one JSON object and no list of records: write one object for each row; ${remedy}`);
}

function refuseOther(path: string, list: readonly unknown[]): void {
  if (list.length === 0) throw new UsageError(`${path} holds an empty list`);
  const bad = list.findIndex((entry) => !isObject(entry));
  if (bad < 0) return;
  const what = Array.isArray(list[bad]) ? "a list" : JSON.stringify(list[bad]).slice(0, 40);
  throw new UsageError(
    `${path}: a list of objects is read, and entry ${bad + 1} is ${what}: write each row as an object with the names of its columns; ${remedy}`,
  );
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A line that holds lists of objects or of numbers alone is a document and no record. */
function holdsLists(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const entries = Object.values(value as Record<string, unknown>);
  return (
    entries.some((entry) => Array.isArray(entry) && entry.some(isObject)) ||
    (entries.length > 0 && entries.every((entry) => Array.isArray(entry) || isObject(entry)))
  );
}

/** Where the value of a key of the object at `start` begins. */
function valueStart(text: string, start: number, name: string): number {
  let found = start;
  let at = skipBlanks(text, start + 1);
  while (text[at] !== "}") {
    const keyEnd = stringEnd(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const value = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    if (key === name) found = value;
    at = skipBlanks(text, valueEnd(text, value));
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return found;
}

/** The elements of the list at `start`, which is sound JSON. */
function elementsOf(text: string, start: number): JsonRecord[] {
  const out: JsonRecord[] = [];
  let counted = 0;
  let line = 1;
  let at = skipBlanks(text, start + 1);
  while (text[at] !== "]") {
    for (let feed = text.indexOf("\n", counted); feed >= 0 && feed < at; feed = text.indexOf("\n", feed + 1)) {
      line++;
      counted = feed + 1;
    }
    const end = valueEnd(text, at);
    out.push({ text: text.slice(at, end), line });
    at = skipBlanks(text, end);
    if (text[at] === ",") at = skipBlanks(text, at + 1);
  }
  return out;
}

/** After the value at `start`. */
export function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  let at = start;
  if (text[start] !== "{" && text[start] !== "[") {
    while (at < text.length && !/[,}\]\s]/.test(text[at])) at++;
    return at;
  }
  for (let depth = 0; ; at++) {
    if (text[at] === '"') at = stringEnd(text, at) - 1;
    else if (text[at] === "{" || text[at] === "[") depth++;
    else if ((text[at] === "}" || text[at] === "]") && --depth === 0) return at + 1;
  }
}

export function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

export function skipBlanks(text: string, at: number): number {
  while (/\s/.test(text[at])) at++;
  return at;
}
