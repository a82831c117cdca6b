/** Texts as UTF-8 bytes in shared memory, one after another. */
export interface SharedTexts {
  readonly kind: "shared texts";
  readonly bytes: Uint8Array;
  /** Where each begins, and the end of the last. Shape: [texts + 1]. */
  readonly starts: Float64Array;
  /** Texts that UTF-8 cannot hold, since half of a surrogate pair is in them. */
  readonly odd: ReadonlyMap<number, string>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const halfPair = /\p{Surrogate}/u;

export function shareTexts(texts: readonly string[]): SharedTexts {
  const odd = new Map<number, string>();
  const starts = new Float64Array(new SharedArrayBuffer(8 * (texts.length + 1)));
  texts.forEach((text, i) => {
    if (halfPair.test(text)) odd.set(i, text);
    starts[i + 1] = starts[i] + (odd.has(i) ? 0 : Buffer.byteLength(text));
  });
  const bytes = new Uint8Array(new SharedArrayBuffer(starts[texts.length]));
  texts.forEach((text, i) => {
    if (!odd.has(i)) encoder.encodeInto(text, bytes.subarray(starts[i], starts[i + 1]));
  });
  return { kind: "shared texts", bytes, starts, odd };
}

/** A list that makes each text when it is asked for, and keeps none. */
export function textsOf({ bytes, starts, odd }: SharedTexts): readonly string[] {
  const length = starts.length - 1;
  const text = (i: number): string => odd.get(i) ?? decoder.decode(bytes.slice(starts[i], starts[i + 1]));
  const placeOf = (key: string | symbol): number => {
    const i = typeof key === "string" ? Number(key) : NaN;
    return Number.isInteger(i) && i >= 0 && i < length && String(i) === key ? i : -1;
  };
  return new Proxy<readonly string[]>(new Array<string>(length), {
    get(list, key) {
      const i = placeOf(key);
      return i >= 0 ? text(i) : (Reflect.get(list, key) as unknown);
    },
    has: (list, key) => placeOf(key) >= 0 || Reflect.has(list, key),
    getOwnPropertyDescriptor(list, key) {
      const i = placeOf(key);
      if (i < 0) return Reflect.getOwnPropertyDescriptor(list, key);
      return { value: text(i), writable: true, enumerable: true, configurable: true };
    },
    set: () => false,
  });
}
