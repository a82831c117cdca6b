import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { UsageError } from "../../core/errors.ts";
import { parseExactly } from "./exact-json.ts";
import { describeIssue } from "./describe-issue.ts";
import { placeOfFault } from "./place-of-fault.ts";
import { deepestNesting, isNestedTooDeeply } from "./nesting.ts";
import { readBytes } from "./read-bytes.ts";
import { shownPath, shownValue } from "./shown.ts";

/** A kind of file that Theriac writes and reads back. Its schema is held against every one that is read; keys that it does not know are let pass. */
export interface OwnFile<T> {
  /** "the manifest of a run" */
  readonly what: string;
  /** What its key `kind` says, where it has one. */
  readonly kinds?: readonly string[];
  /** What its key `schema` may say, oldest first; null where the file has no version of its own. */
  readonly versions: readonly number[] | null;
  /** Where people write such files by hand too. */
  readonly mayLackVersion?: boolean;
  readonly schema: z.ZodType;
  /** What to do about a file that cannot be used: "write it again with …". */
  readonly remedy?: string;
  readonly maxBytes?: number;
  readonly mayBePipe?: boolean;
  /** What TypeScript takes a file for that holds to the schema. */
  readonly type?: T;
}

/** A little less than the longest string that there can be. */
const mostBytes = 500 * 2 ** 20;

/**
 * The one way in which a file of Theriac's own is read: its size, its encoding, its nesting, its kind, its version and every field are checked before
 * anything is done with it.
 *
 * @throws UsageError of one line that names the file, the place in it, what was found and what is allowed
 */
export function readOwnFile<T>(path: string, file: OwnFile<T>): { readonly value: T; readonly text: string } {
  const { what, maxBytes = mostBytes, mayBePipe = false } = file;
  const bytes = readBytes(path, { what, maxBytes, mayBePipe });
  const where = shownPath(path);
  const text = textOfBytes(bytes, where, file);
  return { value: parseOwn(text, where, file), text };
}

/** The same of a text that was read already, such as a line. `where` is what messages call it. */
export function parseOwn<T>(text: string, where: string, file: OwnFile<T>): T {
  const { what, remedy } = file;
  const wrong = (why: string): UsageError => new UsageError(`${where} is not ${what}: ${why}${remedy === undefined ? "" : `; ${remedy}`}`);
  if (isNestedTooDeeply(text)) throw wrong(`it is nested more than ${deepestNesting} levels deep`);
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    throw wrong(`it is not JSON${placeOfFault(text)}`);
  }
  checkKind(value, where, file, wrong);
  const result = file.schema.safeParse(value);
  // What was read is what is used: a library's copy of it would differ in keys such as "__proto__".
  if (result.success) return value as T;
  throw wrong(describeIssue(result.error.issues[0], value));
}

function checkKind(
  value: unknown,
  where: string,
  { kinds, versions, what, remedy, mayLackVersion = false }: OwnFile<unknown>,
  wrong: (why: string) => UsageError,
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(`it must be an object, got ${shownValue(value)}`);
  const own = (key: string): unknown => (Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
  if (kinds !== undefined && !kinds.includes(own("kind") as string))
    throw wrong(
      `${own("kind") === "scan" ? "it is that of a scan, whose report.html is written with it and which theriac clean, review and view go on from; " : ""}its kind must be ${kinds.map((kind) => `"${kind}"`).join(" or ")}, got ${shownValue(own("kind"))}`,
    );
  if (versions === null || versions.includes(own("schema") as number)) return;
  const schema = own("schema");
  if (schema === undefined && mayLackVersion) return;
  if (typeof schema !== "number" || !Number.isSafeInteger(schema) || schema < 1)
    throw wrong(`its schema must be ${versions.join(" or ")}, got ${shownValue(schema)}`);
  const theriac = own("theriac");
  const writer = typeof theriac === "string" ? ` (Theriac ${theriac.slice(0, 40)})` : "";
  const age = schema > versions[versions.length - 1] ? "a newer" : "an older";
  throw new UsageError(
    `${where} was written by ${age} version of Theriac${writer}: ${what} has schema ${schema} there; this version reads ${versions.join(" and ")}${remedy === undefined ? "" : `; ${remedy}`}`,
  );
}

function textOfBytes(bytes: Buffer, where: string, { what }: OwnFile<unknown>): string {
  if (!isUtf8(bytes)) throw new UsageError(`${where} is not ${what}: it is not text in UTF-8`);
  const text = bytes.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
