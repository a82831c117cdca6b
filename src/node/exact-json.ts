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

/** Takes `stringifyExactly` back. @throws SyntaxError where the text is no JSON */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_, entry: unknown) =>
    typeof entry === "object" && entry !== null && "$number" in entry ? Number(entry.$number) : entry,
  );
}
