import { parse } from "lossless-json";

/** Beyond this it takes longer to find the place than anybody would look for it. */
const longest = 1 << 24;

/** Where a text that is no JSON breaks off, for messages. It must not be nested too deeply. */
export function placeOfFault(text: string): string {
  if (text.trim() === "") return ": it is empty";
  const position = text.length > longest ? null : positionOfFault(text);
  if (position === null) return "";
  if (position >= text.length) return ": it ends too early";
  const before = text.slice(0, position);
  return ` (line ${before.split("\n").length}, column ${before.length - before.lastIndexOf("\n")})`;
}

/** The engine's own parser names a place for some faults only. */
function positionOfFault(text: string): number | null {
  try {
    parse(text);
  } catch (error) {
    const position = /at position (\d+)$/.exec(error instanceof Error ? error.message : "")?.[1];
    return position === undefined ? null : Number(position);
  }
  return null;
}
