import { stringifyExactly } from "../schemas/exact-json.ts";

/** JSON of one form whatever the order in which its keys were written: keys sorted by their UTF-16 units, no blanks. */
export function canonicalJson(value: unknown): string {
  return stringifyExactly(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort())
    // As an own member, whatever it is named.
    Object.defineProperty(out, key, { value: sorted((value as Record<string, unknown>)[key]), enumerable: true });
  return out;
}
