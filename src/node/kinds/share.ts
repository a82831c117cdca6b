import { type SharedTexts, shareTexts, textsOf } from "./shared-texts.ts";

/** Lists of strings from so many characters on are shared where they are texts, which are so long on average; names are copied. */
const [longList, longText] = [65_536, 32];

/**
 * Plain data as workers are sent them: numbers and long lists of texts lie in shared memory, so that a further worker takes no further memory for them; all else is copied.
 * What occurs twice is shared once.
 */
export function share(value: unknown): unknown {
  return shareInto(value, new Map());
}

/** What `share` was given, in a worker. Texts are made as they are asked for. */
export function unshare(value: unknown): unknown {
  return unshareInto(value, new Map());
}

function shareInto(value: unknown, known: Map<object, unknown>): unknown {
  return changed(value, known, (part) => {
    if (ArrayBuffer.isView(part)) return sharedArray(part as unknown as NumberArray);
    return Array.isArray(part) && isTexts(part) ? shareTexts(part) : null;
  });
}

function unshareInto(value: unknown, known: Map<object, unknown>): unknown {
  return changed(value, known, (part) => {
    if (ArrayBuffer.isView(part)) return part;
    return (part as Partial<SharedTexts>).kind === "shared texts" ? textsOf(part as SharedTexts) : null;
  });
}

/** The same data with what `change` has another form for; null = it has none. Lists of strings and numbers are left as they are. */
function changed(value: unknown, known: Map<object, unknown>, change: (part: object) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const inner = (part: unknown): unknown => changed(part, known, change);
  let out = change(value);
  if (out === null) {
    if (Array.isArray(value)) out = typeof value[0] === "object" ? value.map(inner) : value;
    else if (Object.getPrototypeOf(value) !== Object.prototype) out = value;
    else out = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inner(part)]));
  }
  known.set(value, out);
  return out;
}

type NumberArray = Float64Array | Int32Array | Uint8Array;

function sharedArray(values: NumberArray): NumberArray {
  if ((values.buffer as ArrayBufferLike) instanceof SharedArrayBuffer) return values;
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => NumberArray;
  const shared = new Kind(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}

function isTexts(list: readonly unknown[]): list is readonly string[] {
  if (typeof list[0] !== "string") return false;
  const characters = (list as readonly string[]).reduce((sum, text) => sum + text.length, 0);
  return characters >= Math.max(longList, longText * list.length);
}
