import type { z } from "zod";
import { shownKeys, shownValue } from "./shown.ts";

type Issue = z.core.$ZodIssue;

const namesOfTypes: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** What is wrong with a document, in one clause: where in it, what is allowed there, what was found. */
export function describeIssue(found: Issue, document: unknown): string {
  const { issue, path } = innermost(found, []);
  const value = valueAt(document, path);
  const where = path.length === 0 ? "the document" : shownKeys(path);
  if (value === undefined && path.length > 0 && typeof path.at(-1) === "string") {
    const parent = path.length === 1 ? "the document" : shownKeys(path.slice(0, -1));
    return `${parent} needs the key "${String(path.at(-1))}", ${allowedBy(issue)}`;
  }
  return `${where} must be ${allowedBy(issue)}, got ${shownValue(value)}`;
}

/** Of the branches of a union the one that came furthest, since it is the one that was meant. */
function innermost(issue: Issue, above: readonly PropertyKey[]): { issue: Issue; path: PropertyKey[] } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { issue, path };
  const inner = issue.errors.flatMap((branch) => branch.map((own) => innermost(own, path)));
  const deepest = inner.reduce<(typeof inner)[number] | null>(
    (best, own) => (own.path.length > (best?.path.length ?? 0) ? own : best),
    null,
  );
  return deepest !== null && deepest.path.length > path.length ? deepest : { issue, path };
}

/** What would have been right, in words. A check of our own has them as its message. */
function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return namesOfTypes[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? shownValue(issue.values[0]) : `one of ${issue.values.map((value) => String(value)).join(", ")}`;
    case "too_small":
      return sized(issue.origin, `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`);
    case "too_big":
      return sized(issue.origin, `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`);
    case "invalid_union": {
      const first = issue.errors.flatMap((branch) => branch.slice(0, 1).map(allowedBy));
      return first.length === 0 ? `of a known ${issue.discriminator ?? "kind"}` : [...new Set(first)].join(" or ");
    }
    default:
      return issue.message;
  }
}

function sized(origin: string, bound: string): string {
  if (origin === "string") return `a text of ${bound} characters`;
  if (origin === "array") return `a list of ${bound} entries`;
  return `${origin === "int" ? "a whole number" : "a number"} of ${bound}`;
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key) ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    document,
  );
}
