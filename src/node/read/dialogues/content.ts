import type { Path, Piece, Spoken } from "./form.ts";

/** What the parts of a message are joined by. */
export const between = "\n";

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** What a value is, for people. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : `a ${typeof value}`;
}

const partKeys = ["text", "value", "content"] as const;

/**
 * What a message or cell says: a text, a number or truth value as written, or a list of parts of which those with text are joined by line breaks.
 * null = nothing is said: missing, null, or parts without text.
 */
export function spoken(value: unknown, at: Path): Spoken | null {
  if (typeof value === "string") return { text: value, pieces: [{ at, text: value }] };
  if (typeof value === "number" || typeof value === "boolean") {
    const text = String(value);
    return { text, pieces: [{ at, text }], oddity: `${kindOf(value)} stands where a text is due` };
  }
  if (!Array.isArray(value)) return null;
  const pieces: Piece[] = [];
  let oddity: string | undefined;
  for (let i = 0; i < value.length; i++) {
    const part: unknown = value[i];
    if (typeof part === "string") pieces.push({ at: [...at, i], text: part });
    else if (isObject(part)) {
      const key = partKeys.find((name) => typeof part[name] === "string");
      if (key !== undefined) pieces.push({ at: [...at, i, key], text: part[key] as string });
      else if (part.type === "text" || (part.type === undefined && !Object.values(part).some(isObject)))
        oddity ??= `part ${i + 1} of a message holds no text`;
    } else oddity ??= `part ${i + 1} of a message is ${kindOf(part)}`;
  }
  if (pieces.length === 0) return oddity === undefined ? null : { text: "", pieces, oddity };
  return { text: joined(pieces), pieces, ...(oddity === undefined ? {} : { oddity }) };
}

/** Pieces that are empty leave no line break behind. */
export function joined(pieces: readonly Piece[]): string {
  if (pieces.length === 1) return pieces[0].text;
  let out = "";
  for (const { text, before = between } of pieces) if (text !== "") out = out === "" ? text : `${out}${before}${text}`;
  return out;
}

/** JSON of what is no text. @throws RangeError where it nests deeper than calls can */
export function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The calls of tools in a message, each as its name and its arguments. */
export function calls(message: Readonly<Record<string, unknown>>, at: Path): Piece[] {
  const out: Piece[] = [];
  const add = (call: unknown, place: Path): void => {
    if (!isObject(call)) return;
    const inner = isObject(call.function) ? call.function : call;
    const where = inner === call ? place : [...place, "function"];
    const name = inner.name;
    const key = "arguments" in inner ? "arguments" : "parameters" in inner ? "parameters" : "args" in inner ? "args" : "input";
    if (typeof name === "string") out.push({ at: [...where, "name"], text: name });
    if (inner[key] !== undefined && inner[key] !== null)
      out.push({
        at: [...where, key],
        text: written(inner[key]),
        before: " ",
        ...(typeof inner[key] === "string" ? {} : { isJson: true }),
      });
  };
  for (const key of ["content", "parts"]) {
    const parts = message[key];
    if (Array.isArray(parts))
      parts.forEach((part: unknown, i) => {
        if (isObject(part) && (part.type === "tool_use" || part.type === "tool_call")) add(part, [...at, key, i]);
        else if (isObject(part) && isObject(part.functionCall)) add(part.functionCall, [...at, key, i, "functionCall"]);
      });
  }
  if (Array.isArray(message.tool_calls)) message.tool_calls.forEach((call, i) => add(call, [...at, "tool_calls", i]));
  if (isObject(message.function_call)) add(message.function_call, [...at, "function_call"]);
  return out;
}
