/** JSON has no word for NaN, the infinities and −0; they are written as `{"$number": "NaN"}`, so that what is read back equals what was written. */
export function stringifyExactly(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, entry: unknown) => {
      if (typeof entry !== "number" || (Number.isFinite(entry) && !Object.is(entry, -0))) return entry;
      return { $number: Object.is(entry, -0) ? "-0" : String(entry) };
    },
    indent,
  );
}

const words: readonly unknown[] = ["NaN", "Infinity", "-Infinity", "-0"];

/** Takes `stringifyExactly` back; an object that only looks like one of its numbers stays what it is. @throws SyntaxError where the text is no JSON */
export function parseExactly(text: string): unknown {
  // Without one of these numbers nothing is to be taken back, and a walk through the document is most of the time.
  if (!text.includes('"$number"')) return JSON.parse(text);
  return JSON.parse(text, (_, entry: unknown) => (isWord(entry) ? Number(entry.$number) : entry));
}

function isWord(entry: unknown): entry is { readonly $number: string } {
  return (
    typeof entry === "object" &&
    entry !== null &&
    Object.hasOwn(entry, "$number") &&
    words.includes((entry as { $number: unknown }).$number)
  );
}
